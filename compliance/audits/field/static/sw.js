/* The worker of the tablet: it serves the shell without network and does nothing else.
   The server writes BUILD, SHELL and ASSETS on top of this file, so its bytes change exactly when an asset does. */
const CACHE = `plumbline-field-${BUILD}`;
const ASSET_PATHS = new Set(ASSETS.map((url) => new URL(url, self.location).pathname));

/* A shell with a hole in it is worse than the old one: if one file cannot be had, the install fails and the old
   worker stays. `cache: "reload"` because a proxy's stale copy would be kept for good. */
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...ASSETS].map((url) => new Request(url, { cache: "reload" })));
  for (const url of [SHELL, ...ASSETS]) {
    const kept = await cache.match(url);
    // Safari refuses a navigation answered by a redirected response, and the tablet would be dead without network.
    if (!kept || !kept.ok || kept.redirected) throw new Error(`${url} cannot be kept`);
  }
}

/* The files of older workers go, but never while a newer one is on its way: what it is keeping right now would go
   with them, and the tablet would be dead without network once that worker takes over. */
async function activate() {
  const { installing, waiting } = self.registration;
  const names = installing || waiting ? [] : await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith("plumbline-field-") && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

/* Cache first. What is not there is fetched, and kept only when it is what was asked for. */
async function shellOrAsset(request, key) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && !fresh.redirected && fresh.type === "basic") await cache.put(key, fresh.clone());
  return fresh;
}

async function missingFiles() {
  const cache = await caches.open(CACHE);
  const found = await Promise.all([SHELL, ...ASSETS].map(async (url) => ((await cache.match(url)) ? null : url)));
  return found.filter(Boolean);
}

/* No skipWaiting here: an auditor in the middle of a clause must not have the program changed underneath. */
self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  // Bodies that pass through a worker arrive empty on some iPads: whatever writes is not touched at all.
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || url.pathname.startsWith("/field/api/")) return;
  if (request.mode === "navigate" && url.pathname.startsWith("/field/")) {
    event.respondWith(shellOrAsset(request, SHELL));
  } else if (ASSET_PATHS.has(url.pathname)) {
    event.respondWith(shellOrAsset(request, url.pathname));
  }
});

self.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") self.skipWaiting();
  if (event.data?.type === "MISSING") {
    event.waitUntil(missingFiles().then((missing) => event.ports[0]?.postMessage({ build: BUILD, missing })));
  }
});
