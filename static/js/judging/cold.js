// Asks the browser to keep this judge's pages for a start without a network. Without it everything works online.

export async function prepareColdStart(address) {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(address, { scope: '/' });
    const { active } = await navigator.serviceWorker.ready;
    const links = [...document.querySelectorAll('a[href^="/judging/periods/"], a[href^="/judging/sheets/"]')];
    const pages = links.map((link) => link.getAttribute('href')).filter((href) => !/\/(review|lock|unlock)$/.test(href));
    const language = document.documentElement.lang;
    active.postMessage({ pages: [...new Set([location.pathname, '/judging', ...pages])], language });
  } catch {
    // no service worker here (its address refused, storage full): the outbox does not depend on it
  }
}
