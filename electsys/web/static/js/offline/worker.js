// The service worker of /lapangan/: it stores the shell and answers with it, network or not. RELEASE comes
// before this text (electsys/devices/views/field.py) and is different in every release: then the browser
// installs a new worker beside this one, which takes over when the last page of the old release is closed.
// Nobody's data passes through here: /api is never answered, and nothing else of the site either.

const PREFIX = "lapangan-";
const NAME = PREFIX + RELEASE.version;
const PAGES = new Set(RELEASE.pages);

self.addEventListener("install", (event) => {
  const fresh = [...RELEASE.pages, ...RELEASE.assets].map((path) => new Request(path, { credentials: "omit", cache: "no-cache" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
      await self.clients.claim(); // the page that installed it may go offline at once
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" ? PAGES.has(url.pathname) : url.pathname.startsWith("/aset/") || PAGES.has(url.pathname)) {
    event.respondWith(stored(request, url));
  }
});

async function stored(request, url) {
  const cache = await caches.open(NAME);
  const found = await cache.match(url.pathname, { ignoreVary: true });
  return found ?? fetch(request);
}
