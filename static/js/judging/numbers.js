// Typed text to whole units and back. Digits are compared as integers, never as floats.

const WIDE = new Map([...'０１２３４５６７８９．。＋－−'].map((c, i) => [c, '0123456789..+--'[i]]));

export function normalise(text) {
  return [...text.trim()].map((c) => WIDE.get(c) ?? c).join('');
}

// '8.5' with 2 decimals is 850n; null when it has more decimals than that.
export function toUnits(text, decimals) {
  const sign = text.startsWith('-') ? -1n : 1n;
  const [whole, rest = ''] = text.replace(/^[+-]/, '').split('.');
  const extra = rest.slice(decimals);
  if (/[1-9]/.test(extra)) return null;
  return sign * BigInt((whole || '0') + rest.slice(0, decimals).padEnd(decimals, '0'));
}

export function format(units, decimals) {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const sign = units < 0 ? '-' : '';
  return decimals ? `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : sign + digits;
}

// {units} or {problem, params}: the same checks as the server's, so that nobody waits for a refusal.
export function read(text, item) {
  const typed = normalise(text);
  if (!typed) return { problem: 'empty', params: {} };
  if (typed.length > 24 || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(typed)) {
    return { problem: 'not_a_number', params: { typed: text.trim(), example: example(item) } };
  }
  const units = toUnits(typed, item.decimals);
  if (units === null) {
    const problem = item.decimals ? 'too_many_decimals' : 'no_decimals';
    return { problem, params: { decimals: item.decimals, typed } };
  }
  return bounded(units, item, typed);
}

// Whether nothing more can be typed that would be another value of this item: then the pad may go on by itself.
export function isComplete(text, item) {
  const { units, problem } = read(text, item);
  if (problem) return false;
  const [, places] = normalise(text).split('.');
  if (places !== undefined) return places.length === item.decimals;
  if (item.max === '') return false;
  const highest = Number(toUnits(item.max, item.decimals));
  return item.decimals ? units >= highest : units === 0 || units * 10 > highest;
}

function bounded(units, item, typed) {
  if (item.blocked) return { problem: 'blocked', params: { why: item.blocked } };
  const low = item.min === '' ? null : toUnits(item.min, item.decimals);
  const high = item.max === '' ? null : toUnits(item.max, item.decimals);
  if ((low !== null && units < low) || (high !== null && units > high)) {
    return { problem: high === null ? 'range_open' : 'range', params: { min: item.min, max: item.max, typed } };
  }
  if (item.choices?.length && !item.choices.some((choice) => toUnits(choice, item.decimals) === units)) {
    return { problem: 'not_a_choice', params: { allowed: item.choices.join(', '), typed } };
  }
  const step = item.step === '' ? null : toUnits(item.step, item.decimals);
  const rest = step ? (((units - toUnits(item.start ?? '0', item.decimals)) % step) + step) % step : 0n;
  if (rest !== 0n) {
    const lower = format(Number(units - rest), item.decimals);
    const upper = format(Number(units - rest + step), item.decimals);
    return { problem: 'off_step', params: { step: item.step, lower, upper, typed } };
  }
  return { units: Number(units) };
}

function example(item) {
  return item.decimals ? `${item.max || '8'}.${'0'.repeat(item.decimals)}`.replace(/^(\d+)\.\d+\./, '$1.') : item.max || '8';
}

export function fill(text, params) {
  return text.replace(/%\((\w+)\)s/g, (_, key) => params[key] ?? '');
}
