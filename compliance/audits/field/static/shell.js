/* The program itself on the tablet: its worker, whether all its files are there, and changing to a newer one. */

const WORKER = "/field/sw.js",
  SCOPE = "/field/";
const PATIENCE = 10_000,
  NUDGE = 1_500;

/** The build this page was loaded from; part of the address of every module. */
export const BUILD = new URL(import.meta.url).pathname.split("/").at(-2);

/** `updateViaCache: "none"`: a worker out of the browser's cache would never learn of the next one. */
export async function register(onUpdate) {
  if (!navigator.serviceWorker) return null;
  let hadOne = Boolean(navigator.serviceWorker.controller);
  // The first worker takes over a page that was loaded without one; nothing changes for it. Later ones are another
  // program: half a page of each must not run together.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) location.reload();
    hadOne = true;
  });
  try {
    const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
    const look = () => {
      if (registration.waiting && navigator.serviceWorker.controller) onUpdate();
    };
    look();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
    return registration;
  } catch {
    return null; // offline, or a private window: the page says what is missing when the work is taken along
  }
}

function within(promise, milliseconds, otherwise) {
  return Promise.race([
    promise,
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds, otherwise);
    }),
  ]);
}

/** Files the worker could not serve without network; every one of them, where there is no worker. */
export async function shellMissing() {
  if (!navigator.serviceWorker) return ["service worker"];
  const registration = await within(navigator.serviceWorker.ready, PATIENCE, null);
  if (!registration?.active) return ["service worker"];
  const channel = new MessageChannel();
  const told = new Promise((resolve) => {
    channel.port1.onmessage = (event) => resolve(event.data.missing);
  });
  registration.active.postMessage({ type: "MISSING" }, [channel.port2]);
  return within(told, PATIENCE, ["service worker"]);
}

/**
 * Change to the waiting program. It is looked up now, not when it was announced: there may be a newer one.
 *
 * Chromium tells the old worker to end, but one that is handed a request at that very moment is started again, and
 * then nobody tells it until it was idle for half a minute, which a page that synchronises never lets it be.
 */
export async function changeOver() {
  const waiting = (await navigator.serviceWorker?.getRegistration(SCOPE))?.waiting;
  if (!waiting) return false;
  waiting.postMessage({ type: "SKIP_WAITING" });
  const nudging = setInterval(nudge, NUDGE);
  waiting.addEventListener("statechange", () => clearInterval(nudging));
  return true;
}

/* Whoever starts a worker under the scope makes the browser look again whether the new program can take over. */
function nudge() {
  new Worker(new URL("nudge.js", import.meta.url));
}

export async function lookForUpdate() {
  const registration = await navigator.serviceWorker?.getRegistration(SCOPE);
  await registration?.update().catch(() => {});
}
