// A QR code of version 15, level L, mask 0 (ISO/IEC 18004): 520 bytes each, made on the tablet without a network.

export const CAPACITY = 520;
const SIZE = 77;
const EC = 22;
const BLOCKS = [87, 87, 87, 87, 87, 88];
const ALIGNMENT = [6, 26, 48, 70];
const FORMAT = 0b111011111000100;
const VERSION = 0x0f928;

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1) {
  EXP[i] = EXP[i + 255] = x;
  LOG[x] = i;
  x = (x << 1) ^ (x & 0x80 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

function generator() {
  let poly = [1];
  for (let i = 0; i < EC; i += 1) {
    const next = [...poly, 0];
    poly.forEach((value, at) => (next[at + 1] ^= times(value, EXP[i])));
    poly = next;
  }
  return poly;
}

function correction(data, poly) {
  const rest = [...data, ...new Array(EC).fill(0)];
  data.forEach((_, at) => {
    const factor = rest[at];
    poly.forEach((value, i) => (rest[at + i] ^= times(value, factor)));
  });
  return rest.slice(data.length);
}

function codewords(bytes) {
  const total = BLOCKS.reduce((sum, n) => sum + n, 0);
  // mode 0100, sixteen bits of length, the bytes, four bits of end: shifted by half a byte
  const nibbles = [4, bytes.length >> 12, (bytes.length >> 8) & 15, (bytes.length >> 4) & 15, bytes.length & 15];
  for (const byte of bytes) nibbles.push(byte >> 4, byte & 15);
  nibbles.push(0);
  const data = [];
  for (let i = 0; i < nibbles.length; i += 2) data.push((nibbles[i] << 4) | nibbles[i + 1]);
  for (let pad = 0xec; data.length < total; pad ^= 0xec ^ 0x11) data.push(pad);
  const poly = generator();
  let start = 0;
  const blocks = BLOCKS.map((n) => data.slice(start, (start += n)));
  const checks = blocks.map((block) => correction(block, poly));
  const column = (lists, i) => lists.filter((list) => i < list.length).map((list) => list[i]);
  const order = (lists, n) => Array.from({ length: n }, (_, i) => column(lists, i)).flat();
  return [...order(blocks, 88), ...order(checks, EC)];
}

function frame() {
  const grid = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
  const square = (top, left, radius, dark) => {
    for (let y = -radius; y <= radius; y += 1) {
      for (let x = -radius; x <= radius; x += 1) {
        if (grid[top + y]?.[left + x] !== undefined) grid[top + y][left + x] = dark(Math.max(Math.abs(x), Math.abs(y)));
      }
    }
  };
  for (let i = 0; i < SIZE; i += 1) grid[6][i] = grid[i][6] = i % 2 === 0;
  for (const [top, left] of [[3, 3], [3, SIZE - 4], [SIZE - 4, 3]]) square(top, left, 4, (ring) => ring !== 2 && ring !== 4);
  const last = ALIGNMENT.at(-1);
  for (const y of ALIGNMENT) {
    for (const x of ALIGNMENT) {
      const isFinder = (y === 6 && (x === 6 || x === last)) || (x === 6 && y === last);
      if (!isFinder) square(y, x, 2, (ring) => ring !== 1);
    }
  }
  for (let i = 0; i < 15; i += 1) {
    const bit = Boolean((FORMAT >> i) & 1);
    grid[i < 6 ? i : i < 8 ? i + 1 : SIZE - 15 + i][8] = bit;
    grid[8][i < 8 ? SIZE - 1 - i : i < 9 ? 7 : 14 - i] = bit;
  }
  grid[SIZE - 8][8] = true;
  for (let i = 0; i < 18; i += 1) {
    const bit = Boolean((VERSION >> i) & 1);
    grid[Math.floor(i / 3)][SIZE - 11 + (i % 3)] = grid[SIZE - 11 + (i % 3)][Math.floor(i / 3)] = bit;
  }
  return grid;
}

function matrix(text) {
  const words = codewords(new TextEncoder().encode(text));
  const grid = frame();
  let bit = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < SIZE; step += 1) {
      const y = up ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y][x] !== null) continue;
        const value = Boolean((words[bit >> 3] >> (7 - (bit & 7))) & 1);
        grid[y][x] = value !== ((y + x) % 2 === 0);
        bit += 1;
      }
    }
  }
  return grid;
}

export function qrCode(text, label) {
  const path = matrix(text).flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : '')));
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${SIZE + 8} ${SIZE + 8}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('shape-rendering', 'crispEdges');
  for (const [d, fill] of [[`M0 0h${SIZE + 8}v${SIZE + 8}h-${SIZE + 8}z`, '#ffffff'], [path.join(''), '#000000']]) {
    const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    shape.setAttribute('d', d);
    shape.setAttribute('fill', fill);
    svg.append(shape);
  }
  return svg;
}
