// Counts on from what the server said: the time left when the page was made, never the tablet's own clock.

const seen = new WeakMap(); // face -> when it came, by the page's steady clock

function draw(face) {
  if (!seen.has(face)) seen.set(face, { at: performance.now(), left: Number(face.dataset.left) });
  const { at, left } = seen.get(face);
  const seconds = Math.ceil((left - (performance.now() - at)) / 1000);
  const [still, over] = face.dataset.words.split('|');
  const shown = Math.abs(seconds);
  const parts = [Math.floor(shown / 3600), Math.floor((shown % 3600) / 60), shown % 60];
  const text = (parts[0] ? parts : parts.slice(1)).map((part) => String(part).padStart(2, '0')).join(':');
  face.querySelector('[data-clock-text]').textContent = parts[0] ? text.replace(/^0/, '') : text;
  face.querySelector('[data-clock-word]').textContent = seconds < 0 ? over : still;
  face.classList.toggle('clock--over', seconds < 0);
}

function tick() {
  for (const face of document.querySelectorAll('[data-clock="running"]')) draw(face);
}

tick();
setInterval(tick, 500);
