// Cold start without a network: the sheet pages of the judge who is signed in, and their static files. Marks never pass
// through here: nothing but GET is answered, and the outbox is the page's own. VERSION and MODULES stand above,
// written by the server.

/* global VERSION, MODULES */
const STATIC = `contest-static-${VERSION}`;
const PAGES = `contest-pages-${VERSION}`;
const OWNER = '/judging/owner-of-these-pages';
const PATIENCE = 6000;
// Opens by itself: whoever wanted to sign gets there when the server is back, which may be later than the network.
const OFFLINE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>没有网络 · Offline</title>
<style>body{max-width:36em;margin:10vh auto;padding:0 1.5em;font:1.25rem/1.7 sans-serif;color-scheme:light dark}
a{display:inline-block;padding:.6em 1.4em;border:2px solid;color:inherit;text-decoration:none}</style>
<h1>没有网络</h1><p>这一页没有存在本机，核对和签名要联网。已评的分都在本机，联网后自动上传。网络一恢复，这一页就自己打开；也可以先回去接着评。</p>
<p lang="en">Offline: this page is not on the tablet; reviewing and signing need the network. All marks are on the tablet and
are sent when it is back. Then this page opens by itself; you can go back and mark on.</p>
<p><a href="/judging">返回接着评 · Back</a></p><script>
const ask = () => fetch(location.href).then(() => location.reload(), () => {});
addEventListener('online', ask);
setInterval(ask, 5000);
</script></html>`;

self.addEventListener('install', (event) => {
  const modules = MODULES.map((address) => new Request(address, { cache: 'reload' }));
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll(modules)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('contest-') && ![STATIC, PAGES].includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method !== 'GET') {
    if (pathname === '/sign-out') event.waitUntil(caches.delete(PAGES)); // the outbox stays
  } else if (pathname.startsWith('/static/')) event.respondWith(asset(request));
  else if (request.mode === 'navigate' && /^\/judging(\/|$)/.test(pathname)) event.respondWith(page(event));
});

// A review is made to be signed, on the server: an old one is worth nothing.
function isKept(pathname) {
  return /^\/judging(\/(periods|sheets)\/[^?]*)?$/.test(pathname) && !pathname.endsWith('/review');
}

// An address with its digest never changes; a module without one is asked for, and taken from here when it can't come.
async function asset(request) {
  const cache = await caches.open(STATIC);
  const known = await cache.match(request);
  const hasDigest = new URL(request.url).searchParams.has('v');
  if (known && hasDigest) return known;
  try {
    const response = await fetch(request, { cache: hasDigest ? 'default' : 'no-cache' });
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

async function page(event) {
  const known = await (await caches.open(PAGES)).match(event.request, { ignoreVary: true });
  const asked = fetch(event.request).then((response) => keep(event.request.url, response));
  asked.catch(() => {});
  const patience = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  try {
    return await (known ? Promise.race([asked, patience]) : asked);
  } catch {
    return known ?? new Response(OFFLINE, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  }
}

// Only pages that say whose they are; a page of another judge throws away what the former one left.
async function keep(url, response) {
  const owner = response.headers.get('X-Contest-Account');
  if (!response.ok || response.redirected || !owner || !isKept(new URL(url, location).pathname)) return response;
  const former = await (await caches.match(OWNER))?.text();
  if (former && former !== owner) await caches.delete(PAGES);
  const cache = await caches.open(PAGES);
  if (former !== owner) await cache.put(OWNER, new Response(owner));
  await cache.put(url, response.clone());
  return response;
}

// A page names the sheets it leads to: they are fetched once, one by one, with the static files they ask for.
// Whoever has changed the language gets every kept page anew; what can't come now stays as it is.
self.addEventListener('message', (event) => event.waitUntil(warm(event.data.pages ?? [], event.data.language)));

async function warm(pages, language) {
  const cache = await caches.open(PAGES);
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname).filter(isKept);
  for (const url of new Set([...pages, ...kept])) {
    try {
      const known = await cache.match(url, { ignoreVary: true });
      if (known?.headers.get('Content-Language') === language) continue;
      const response = await keep(url, await fetch(url, { redirect: 'manual' }));
      const addresses = (await response.text()).match(/\/static\/[^"'\s]+/g) ?? [];
      for (const address of new Set(addresses)) await asset(new Request(address));
    } catch {
      return; // no network: what is there is there
    }
  }
}
