// Draws the list of aspects, the progress and the connection bar from the sheet's state.

import { fill, format } from './numbers.js';

export function shown(item, mark, texts) {
  if (!mark || mark.state === 'missing') return texts.todo;
  if (mark.state === 'not_performed') return texts.not_performed;
  if (item.kind === 'boolean') return mark.value ? texts.yes : texts.no;
  return format(mark.value, item.decimals);
}

export class View {
  constructor(sheet, texts) {
    Object.assign(this, { sheet, texts });
    this.done = document.getElementById('score-done');
    this.bar = document.getElementById('connection');
  }

  // Without a disk of its own the page has only two states: on its way, and not saved.
  statusOf(mark) {
    return mark.status === 'saving' && this.sheet.outbox.isFailing() ? 'unsaved' : mark.status;
  }

  draw(current) {
    for (const item of this.sheet.list) this.drawItem(item, current);
    const { done, total } = this.sheet.progress();
    this.done.textContent = fill(this.texts.done, { done, total });
    this.drawBar();
  }

  drawItem(item, current) {
    const line = document.getElementById(`aspect-${item.key}`);
    const mark = this.sheet.marks.get(item.key);
    const marked = Boolean(mark) && mark.state !== 'missing';
    line.classList.toggle('aspect--todo', !marked);
    line.toggleAttribute('aria-current', false);
    if (item.key === current) line.setAttribute('aria-current', 'true');
    line.querySelector('[data-mark]').textContent = shown(item, mark, this.texts);
    const state = line.querySelector('[data-state-of]');
    if (mark) {
      const status = this.statusOf(mark);
      state.dataset.status = status;
      state.textContent = this.texts[status] + (mark.message ? `：${mark.message}` : '');
    }
  }

  drawBar() {
    const conflicts = this.sheet.count('conflict');
    drawConnection(this.bar, this.sheet.outbox, this.texts, conflicts);
  }
}

// What the bar says is about the whole outbox of this judge, not only about this sheet.
export function drawConnection(bar, outbox, texts, conflicts = 0) {
  const n = outbox.list.length;
  const stuck = outbox.list.find((record) => record.stuck);
  const where = outbox.list.some((record) => !record.kept) ? 'unsaved' : 'local';
  const [state, text] = conflicts
    ? ['conflict', 'some_conflicts']
    : stuck
      ? ['offline', 'some_stuck']
      : n
        ? [outbox.isFailing() ? 'offline' : 'local', `${where}_${outbox.isFailing() ? outbox.state : 'sending'}`]
        : ['server', 'all_saved'];
  bar.dataset.state = state;
  bar.querySelector('span').textContent = fill(texts[text], { n: conflicts || n, why: stuck?.stuck });
  const note = document.getElementById('store-note');
  const trouble = outbox.obstacle || (outbox.full && 'full');
  note.hidden = !trouble;
  if (trouble && !note.textContent) note.textContent = texts[`store_${trouble}`];
}
