// The pad: one item at a time, typed on keys, on a keyboard or chosen as a level; reasons and conflicts are asked here.

import { comfort } from './comfort.js';
import { Instruments } from './measure.js';
import { fill, format, isComplete, read } from './numbers.js';
import { shown } from './view.js';

const PAUSE = 700; // a further key within it says that the value was not complete
const by = (id) => document.getElementById(id);

export class Pad {
  constructor(sheet, texts, onMark) {
    Object.assign(this, { sheet, texts, onMark, item: null, pending: null });
    this.value = by('pad-value');
    this.message = by('pad-message');
    this.form = by('pad-form');
    this.form.addEventListener('submit', (event) => (event.preventDefault(), this.enter()));
    by('pad-keys').addEventListener('click', (event) => this.press(event.target.closest('[data-key]')?.dataset.key));
    by('pad-levels').addEventListener('click', (event) => this.choose(event.target.closest('[data-level]')));
    by('pad-not').addEventListener('click', () => this.take(null, 'not_performed'));
    by('pad-quick').addEventListener('click', (event) => this.because(event.target.dataset.why));
    by('pad-back').addEventListener('click', () => this.open(this.item));
    by('pad-theirs').addEventListener('click', () => this.decide(this.mark().theirs));
    by('pad-mine').addEventListener('click', () => this.decide(this.mark()));
    this.value.addEventListener('input', () => this.typed(this.value.value));
    this.instruments = new Instruments(texts, (value) => this.typed(value), (text) => this.say(text));
  }

  mark() {
    return this.sheet.marks.get(this.item.key);
  }

  open(item, { focus = true } = {}) {
    this.item = item;
    this.form.hidden = false;
    this.pending = null;
    clearTimeout(this.going);
    const mark = this.mark();
    const scored = mark && mark.state === 'scored';
    by('pad-what').textContent = `${item.code} ${item.title}`;
    this.value.value = scored && !item.levels.length ? format(mark.value, item.decimals) : '';
    this.fresh = true; // the first key replaces what stands there
    by('pad-range').textContent = this.range(item);
    by('pad-reason').hidden = true;
    by('pad-why').value = '';
    by('pad-typed').hidden = by('pad-keys').hidden = item.levels.length > 0;
    by('pad-levels').hidden = item.levels.length === 0;
    by('pad-not').hidden = ['deduction', 'bonus'].includes(item.kind);
    this.instruments.open(item);
    this.drawLevels(scored ? mark.value : null);
    this.drawConflict(mark);
    this.complain('');
    this.say('');
    this.form.querySelector('[data-key="."]').disabled = item.decimals === 0;
    if (focus && !item.levels.length) this.value.focus({ preventScroll: true });
  }

  range(item) {
    const bounds = item.max ? `${item.min || 0} – ${item.max}${item.unit}` : item.unit;
    return item.step ? `${bounds}　${fill(this.texts.step, { step: item.step })}` : bounds;
  }

  drawLevels(chosen) {
    by('pad-levels').replaceChildren(
      ...this.item.levels.map(([value, text]) => {
        const level = document.createElement('button');
        level.type = 'button';
        level.className = 'level';
        level.dataset.level = value;
        level.setAttribute('aria-pressed', String(chosen !== null && Number(value) === chosen));
        const figure = document.createElement('span');
        figure.className = 'level__value';
        figure.textContent = this.item.kind === 'boolean' ? this.texts[value === '1' ? 'yes' : 'no'] : value;
        const words = document.createElement('span');
        words.textContent = text;
        level.append(figure, words);
        return level;
      }),
    );
  }

  drawConflict(mark) {
    const open = mark?.status === 'conflict' && mark.theirs;
    by('pad-conflict').hidden = !open;
    if (!open) return;
    this.hideInput();
    const [theirs, mine] = [shown(this.item, mark.theirs, this.texts), shown(this.item, mark, this.texts)];
    by('pad-conflict-text').textContent = fill(this.texts.theirs, { theirs, mine });
    by('pad-theirs').textContent = fill(this.texts.keep_theirs, { value: theirs });
    by('pad-mine').textContent = fill(this.texts.keep_mine, { value: mine });
  }

  hideInput() {
    for (const id of ['pad-keys', 'pad-levels', 'pad-not', 'pad-watch', 'pad-counter']) by(id).hidden = true;
  }

  decide({ value, state }) {
    const mark = this.mark();
    this.onMark(this.item, { value, state, reason: this.texts.conflict, decides: mark.conflict });
  }

  press(key) {
    if (!key || key === 'enter') return;
    const text = this.fresh && key !== 'back' ? '' : this.value.value;
    this.typed(key === 'back' ? text.slice(0, -1) : text + key);
    if (comfort.advance && key !== 'back' && isComplete(this.value.value, this.item)) {
      this.going = setTimeout(() => this.enter(), PAUSE);
    }
  }

  typed(value) {
    clearTimeout(this.going);
    this.value.value = value;
    this.fresh = false;
    this.complain('');
    this.say('');
  }

  say(text) {
    by('pad-note').textContent = text;
  }

  choose(level) {
    if (level) this.take(Number(level.dataset.level), 'scored');
  }

  enter() {
    clearTimeout(this.going);
    if (this.pending) return this.because(by('pad-why').value);
    if (this.item.levels.length) return;
    const found = read(this.value.value, this.item);
    if (found.problem) return this.complain(fill(this.texts[found.problem], found.params));
    this.take(found.units, 'scored');
  }

  // What was typed stays in the box: a person corrects one digit, not the whole number.
  complain(text) {
    this.message.textContent = text;
    this.value.toggleAttribute('aria-invalid', false);
    if (text) {
      this.value.setAttribute('aria-invalid', 'true');
      this.fresh = true;
    }
  }

  take(value, state) {
    if (!this.sheet.open) return this.complain(this.texts.not_open);
    const why = this.sheet.needsReason(this.item, value, state);
    if (!why) return this.onMark(this.item, { value, state, reason: '' });
    this.pending = { value, state };
    by('pad-why-label').textContent = this.texts[why];
    by('pad-reason').hidden = false;
    this.hideInput();
    by('pad-quick').hidden = why === 'why_sum';
    by('pad-why').focus();
  }

  because(reason) {
    if (!this.pending || reason === undefined) return;
    if (!reason.trim()) return this.complain(this.texts.reason_needed);
    this.onMark(this.item, { ...this.pending, reason: reason.trim() });
  }
}
