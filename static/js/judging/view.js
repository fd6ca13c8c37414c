// Draws the list of aspects, the progress and the connection bar from the sheet's state.

import { fill, format } from './numbers.js';

const WORST_FIRST = [
  ['conflict', 'conflict', 'some_conflicts'],
  ['unsaved', 'offline', 'some_unsaved'],
  ['saving', 'local', 'some_saving'],
];

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

  statusOf(mark) {
    const failing = ['retrying', 'signed_out'].includes(this.sheet.outbox.state);
    return mark.status === 'saving' && failing ? 'unsaved' : mark.status;
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
    const statuses = [...this.sheet.marks.values()].map((mark) => this.statusOf(mark));
    let [state, text, count] = ['server', 'all_saved', 0];
    for (const [status, shownState, message] of WORST_FIRST) {
      count = statuses.filter((found) => found === status).length;
      if (count) {
        [state, text] = [shownState, message];
        break;
      }
    }
    if (this.sheet.outbox.state === 'signed_out' && text === 'some_unsaved') text = 'signed_out';
    this.bar.dataset.state = state;
    this.bar.querySelector('span').textContent = fill(this.texts[text], { n: count });
  }
}
