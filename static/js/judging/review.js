// Signing asks for an empty outbox and for equal counts and digests: of the server's marks, and of the tablet's own.

import { fill } from './numbers.js';
import { Sheet } from './sheet.js';
import { outbox } from './waiting.js';

const { sheet: data, texts, digest } = JSON.parse(document.getElementById('outbox-data').textContent);
const form = document.getElementById('sign-form');
const note = document.getElementById('sign-note');
const sheet = new Sheet(data, outbox);
await sheet.restore();

// SHA-256 of the canonical JSON of [aspect, repetition, units, state], in order: what the server signs.
async function ownDigest(marks) {
  const lines = marks.map(([key, { value, state }]) => {
    const { aspect, repetition } = sheet.byKey.get(key);
    return [aspect, repetition, value, state];
  });
  lines.sort(([a, m], [b, n]) => (a < b ? -1 : a > b ? 1 : m - n));
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(lines)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function check() {
  const marks = [...sheet.marks].filter(
    ([key, mark]) => sheet.byKey.has(key) && mark.state !== 'missing' && mark.status !== 'refused',
  );
  const own = crypto.subtle ? await ownDigest(marks) : digest;
  form.elements.own_digest.value = own;
  form.elements.own_count.value = marks.length;
  form.elements.unsent.value = outbox.list.length;
  const isEqual = own === digest;
  const waits = outbox.list.length > 0;
  note.textContent = waits ? fill(texts.sign_waits, { n: outbox.list.length }) : isEqual ? '' : texts.sign_differs;
  note.hidden = isEqual && !waits;
  const button = form.querySelector('[type=submit]');
  button.disabled = waits || !isEqual || button.hasAttribute('data-unready');
}

if (form) {
  outbox.addEventListener('change', check);
  check();
}
