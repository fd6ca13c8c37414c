// What the server has to say to a tablet or the hall beside marks: fetched again when the stream, or the answer to
// marks (event `judging:contact`, detail = version), names a newer version. What is being typed is never replaced.

const LEAST = 3000; // between two fetches
const SPREAD = 1500; // so that a hall full of tablets doesn't ask in the same moment
let version = Number(room().dataset.version);
let asked = 0;
let timer = null;

function room() {
  return document.getElementById('room');
}

function heard(newer) {
  if (!(newer > version)) return;
  version = newer;
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(0, asked + LEAST - Date.now()) + Math.random() * SPREAD);
}

async function refresh() {
  if (room().querySelector('input:focus') || [...room().querySelectorAll('input[name="text"]')].some((box) => box.value)) {
    timer = setTimeout(refresh, LEAST);
    return;
  }
  asked = Date.now();
  try {
    const headers = { 'HX-Request': 'true', Accept: 'text/html' };
    const response = await fetch(room().dataset.src, { headers, redirect: 'error', signal: AbortSignal.timeout(8000) });
    if (!response.ok) return;
    const found = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('room');
    if (!found) return;
    version = Math.max(version, Number(found.dataset.version));
    room().dataset.version = found.dataset.version;
    room().replaceChildren(...found.childNodes);
  } catch {
    // no connection: the stream tells the version again as soon as there is one
    version = Number(room().dataset.version);
  }
}

const stream = new EventSource(`/live/${room().dataset.topic}`);
stream.addEventListener('version', (event) => heard(Number(event.data)));
document.addEventListener('judging:contact', (event) => heard(event.detail));
