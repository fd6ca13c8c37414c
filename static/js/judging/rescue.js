// The last resort when a tablet can't reach the server any more: what waits, as a file or as codes for the desk.
// The seal (HMAC with a key that only this judge's pages have) says that the operations come from this judge's tablet.

import { deviceId } from './device.js';
import { fill } from './numbers.js';
import { CAPACITY, qrCode } from './qr.js';

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

// Sorted keys, no spaces: the bytes that the server seals again to compare.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

async function pack(outbox, sealKey) {
  const operations = outbox.list.map((record) => record.operation);
  const bytes = new TextEncoder().encode(canonical(operations));
  const digest = hex(await crypto.subtle.digest('SHA-256', bytes));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(sealKey), algorithm, false, ['sign']);
  const seal = hex(await crypto.subtle.sign('HMAC', key, bytes));
  return { format: 'contest-outbox-1', account: outbox.account, device: deviceId(), digest, seal, operations };
}

async function codes(packed) {
  const stream = new Blob([JSON.stringify(packed)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const length = CAPACITY - 40;
  const count = Math.ceil(text.length / length);
  const head = packed.digest.slice(0, 8);
  return Array.from({ length: count }, (_, i) => `CO1.${head}.${i + 1}.${count}.${text.slice(i * length, (i + 1) * length)}`);
}

export function offerRescue(outbox, { seal, texts }) {
  const box = document.getElementById('rescue');
  if (!box || !crypto.subtle) return;
  const places = document.getElementById('rescue-codes');
  const draw = () => (box.hidden = !outbox.list.length);
  outbox.addEventListener('change', draw);
  draw();
  document.getElementById('rescue-file').addEventListener('click', async () => {
    const packed = await pack(outbox, seal);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(packed, null, 1)], { type: 'application/json' }));
    link.download = `outbox-${packed.device.slice(0, 6)}-${packed.digest.slice(0, 8)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
  document.getElementById('rescue-show').addEventListener('click', async () => {
    const found = await codes(await pack(outbox, seal));
    places.replaceChildren(
      ...found.map((text, i) => {
        const figure = document.createElement('figure');
        const caption = document.createElement('figcaption');
        caption.textContent = fill(texts.rescue_code, { n: i + 1, m: found.length });
        figure.append(qrCode(text, caption.textContent), caption);
        return figure;
      }),
    );
  });
}
