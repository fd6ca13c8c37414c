// A stopwatch for seconds and a counter for counts. They only fill the box: the judge sees the value, may change it, and
// saves it as any other. Rounding is said, never silent.

import { fill, format } from './numbers.js';

const SECONDS = ['s', 'sec', 'second', 'seconds', '秒', '秒钟'];
const COUNTS = ['次', '个', '件', '处', '条', '只', '根', '步', 'count', 'times', 'pcs'];

export function instrumentFor(item) {
  const unit = item.unit.trim().toLowerCase();
  if (item.levels.length) return '';
  if (SECONDS.includes(unit)) return 'watch';
  return COUNTS.includes(unit) && item.decimals === 0 ? 'counter' : '';
}

// Milliseconds to the aspect's own units, half up; `exact` says whether nothing was rounded away.
export function toUnits(milliseconds, decimals) {
  const scaled = BigInt(milliseconds) * 10n ** BigInt(decimals);
  const units = (scaled + 500n) / 1000n;
  return { units: Number(units), exact: units * 1000n === scaled };
}

const by = (id) => document.getElementById(id);
const seconds = (milliseconds) => format(milliseconds, 3);

export class Instruments {
  constructor(texts, fillIn, say) {
    Object.assign(this, { texts, fillIn, say, item: null });
    this.watches = new Map(); // item key -> {began, passed, laps}: a watch runs on while another item is open
    by('watch-go').addEventListener('click', () => this.toggle());
    by('watch-lap').addEventListener('click', () => this.lap());
    by('watch-zero').addEventListener('click', () => this.zero());
    by('count-less').addEventListener('click', () => this.count(-1));
    by('count-more').addEventListener('click', () => this.count(1));
  }

  open(item) {
    this.item = item;
    const kind = instrumentFor(item);
    by('pad-watch').hidden = kind !== 'watch';
    by('pad-counter').hidden = kind !== 'counter';
    if (kind === 'watch') this.draw();
  }

  watch() {
    if (!this.watches.has(this.item.key)) this.watches.set(this.item.key, { began: null, passed: 0, laps: [] });
    return this.watches.get(this.item.key);
  }

  elapsed(watch) {
    return Math.round(watch.passed + (watch.began === null ? 0 : performance.now() - watch.began));
  }

  toggle() {
    const watch = this.watch();
    if (watch.began === null) watch.began = performance.now();
    else {
      watch.passed = this.elapsed(watch);
      watch.began = null;
      this.take(watch.passed);
    }
    this.draw();
  }

  lap() {
    const watch = this.watch();
    if (watch.began !== null) watch.laps.push(this.elapsed(watch));
    this.draw();
  }

  zero() {
    this.watches.delete(this.item.key);
    this.draw();
  }

  take(milliseconds) {
    const { units, exact } = toUnits(milliseconds, this.item.decimals);
    const value = format(units, this.item.decimals);
    this.fillIn(value);
    const text = exact ? this.texts.watch_exact : this.texts.watch_rounded;
    this.say(fill(text, { time: seconds(milliseconds), decimals: this.item.decimals, value }));
  }

  draw() {
    const watch = this.watch();
    by('watch-time').textContent = format(Math.floor(this.elapsed(watch) / 100), 1);
    by('watch-go').textContent = watch.began === null ? this.texts.watch_start : this.texts.watch_stop;
    by('watch-lap').disabled = watch.began === null;
    by('watch-laps').textContent = watch.laps.map((lap, i) => `${i + 1}. ${seconds(lap)}`).join('　');
    clearTimeout(this.timer);
    if (watch.began !== null) this.timer = setTimeout(() => instrumentFor(this.item) === 'watch' && this.draw(), 100);
  }

  count(step) {
    const typed = Number.parseInt(by('pad-value').value, 10);
    this.fillIn(String(Math.max(0, (Number.isNaN(typed) ? 0 : typed) + step)));
    this.say('');
  }
}
