/* Serves the shell of a table's page while there is no network, and nothing else at any time.
   BUILD is put before this by the server: {build, files, shells}. What is stored is open to
   everybody and asked for without a cookie: no page that somebody saw is ever kept here. */

const PREFIX = "dalgu-roundtable-";
const STORE = PREFIX + BUILD.build;
const TABLE = /^\/(\w\w)\/roundtables\/\d+\/table\/[\w-]+$/;

self.addEventListener("install", (event) => {
  const whole = async () => {
    const store = await caches.open(STORE);
    const wanted = [...BUILD.files, ...Object.values(BUILD.shells)];
    await store.addAll(wanted.map((path) => new Request(path, { credentials: "omit", cache: "reload" })));
    await self.skipWaiting();
  };
  event.waitUntil(whole());
});

self.addEventListener("activate", (event) => {
  const whole = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== STORE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(whole());
});

/** The page as the server draws it now; the shell where no answer comes. */
async function page(request, shell) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(shell, { cacheName: STORE })) ?? Response.error();
  }
}

async function file(request) {
  return (await caches.match(request, { cacheName: STORE })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    const [, language = ""] = TABLE.exec(path) ?? [];
    if (BUILD.shells[language]) event.respondWith(page(request, BUILD.shells[language]));
  } else if (BUILD.files.includes(path)) {
    event.respondWith(file(request));
  }
});
