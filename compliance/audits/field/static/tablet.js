/* How the tablet itself is doing: room, whether its store is kept, and how to install. */

import { alertLine, clone, make, places, say, size } from "./parts.js";

const FULL = 0.85;

const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const isIpad = () =>
  /iPad|iPhone/.test(navigator.userAgent) ||
  (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
const isAndroid = () => /Android/.test(navigator.userAgent);

/** The section "This tablet". `field` is the open user's facade, none on a tablet nobody has worked on. */
export async function tablet(field) {
  const made = clone("tablet"),
    place = places(made);
  const {
    persisted = null,
    usage = null,
    quota = null,
    private: unkept = false,
  } = field ? await field.storage() : await estimate();
  meter(place, usage, quota);
  place.warnings.append(...warnings({ persisted, usage, quota, unkept }));
  const hint = installHint();
  if (hint) place.install.append(hint);
  return made;
}

async function estimate() {
  const { usage = null, quota = null } = (await navigator.storage?.estimate?.().catch(() => ({}))) || {};
  return { usage, quota, persisted: await navigator.storage?.persisted?.().catch(() => null) };
}

function meter(place, usage, quota) {
  if (!quota) {
    place.meter.remove();
    say(
      place.room,
      usage
        ? `${size(usage)} used. This browser does not say how much room is left.`
        : "This browser does not say how much room is left.",
    );
    return;
  }
  place.used.setAttribute("width", Math.max(0.6, Math.min(100, (100 * usage) / quota)));
  place.meter.setAttribute("aria-label", `${Math.round((100 * usage) / quota)} % of the room is used`);
  say(
    place.room,
    `${size(usage)} of ${size(quota)} used. Photos of work that the server confirmed are cleared by themselves.`,
  );
}

function warnings({ persisted, usage, quota, unkept }) {
  const found = [];
  if (unkept)
    found.push(
      alertLine(
        "This is a private window: what is entered here is gone when it closes. Open Plumbline from the home screen.",
        "bad",
      ),
    );
  else if (persisted === false)
    found.push(
      alertLine(
        "The system may clear this tablet's store to make room. Install Plumbline on the home screen, and sync often.",
        "warn",
      ),
    );
  if (quota && usage / quota > FULL)
    found.push(
      alertLine(
        `Only ${size(quota - usage)} left. Sync now, then remove work you have finished from the tablet.`,
        "warn",
      ),
    );
  return found;
}

/** How to put the app on the home screen, and why that comes before the first download. Nothing once it is there. */
export function installHint() {
  if (installed()) return null;
  if (isIpad()) return clone("install-ipad");
  if (isAndroid()) return clone("install-android");
  return make("p", {
    class: "quiet",
    text: "This looks like a computer. On a tablet, Plumbline shows here how to install it.",
  });
}

/** Hands a backup file over: the share sheet where there is one, else a download. */
export async function handOver(blob, name) {
  const file = new File([blob], name, { type: blob.type || "application/x-ndjson" });
  if (navigator.canShare?.({ files: [file] }) && (isIpad() || isAndroid())) {
    try {
      await navigator.share({ files: [file], title: name });
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
    }
  }
  const address = URL.createObjectURL(blob);
  const anchor = make("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  return true;
}

/** "plumbline AUD-2026-0142 2026-11-22 Hana Watanabe.ndjson" */
export async function saveBackup(field, ref = null) {
  const stamp = new Date().toISOString().slice(0, 16).replace("T", " ").replace(":", "");
  const name = ["plumbline", ref || "all work", stamp, field.user.name].join(" ").replace(/[/\\:*?"<>|]/g, "-");
  return handOver(await field.backup(ref || undefined), `${name}.ndjson`);
}
