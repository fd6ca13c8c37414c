// Brings the score sheet to life: sheet (state), view (list and bars), pad (input), undo and the way to the next item.

import { fill } from './numbers.js';
import { offerComfort } from './comfort.js';
import { prepareColdStart } from './cold.js';
import { Outbox } from './outbox.js';
import { Pad } from './pad.js';
import { Sheet, UNDO_MS } from './sheet.js';
import { View, shown } from './view.js';

const data = JSON.parse(document.getElementById('sheet-data').textContent);
const { texts } = data;
const outbox = new Outbox(data);
const sheet = new Sheet(data.sheet, outbox);
await outbox.open();
await sheet.restore();
const view = new View(sheet, texts);
const pad = new Pad(sheet, texts, record);
const undo = document.getElementById('undo');
const undoText = document.getElementById('undo-text');
const undoButton = document.getElementById('undo-button');
const nextButton = document.getElementById('next-todo');
let current = null;
let undoing = null;

function open(key, options) {
  const item = sheet.byKey.get(key);
  if (!item) return; // a sheet may ask for nothing: an entry that declared none of its elements
  current = key;
  pad.open(item, options);
  view.draw(current);
  document.getElementById(`aspect-${key}`).scrollIntoView({ block: 'nearest' });
}

function record(item, change) {
  const before = sheet.marks.get(item.key);
  const operation = sheet.mark(item.key, change);
  const text = fill(texts.marked, { code: item.code, value: shown(item, change, texts) });
  offerUndo(item, before, operation, text);
  const next = nextTodo(item.key) ?? following(item.key);
  open(next ?? item.key);
}

function offerUndo(item, before, operation, text) {
  clearTimeout(undoing?.timer);
  undoing = { item, before, until: operation.client_time + UNDO_MS, timer: setTimeout(hideUndo, UNDO_MS) };
  undoText.textContent = text;
  undoButton.hidden = false;
  undo.hidden = false;
}

function hideUndo() {
  undo.hidden = true;
  undoing = null;
}

undoButton.addEventListener('click', () => {
  if (!undoing || Date.now() > undoing.until) return hideUndo();
  const { item, before, timer } = undoing;
  clearTimeout(timer);
  undoing = null;
  const back = before && before.status !== 'refused' ? before : { value: null, state: 'missing' };
  sheet.mark(item.key, { value: back.value, state: back.state, reason: back.reason ?? '' });
  undoText.textContent = texts.undone;
  undoButton.hidden = true;
  open(item.key);
});

function nextTodo(after) {
  const start = sheet.list.findIndex((item) => item.key === after) + 1;
  const order = [...sheet.list.slice(start), ...sheet.list.slice(0, start)];
  return order.find((item) => item.required && !sheet.isMarked(item.key))?.key;
}

function following(key) {
  return sheet.list[sheet.list.findIndex((item) => item.key === key) + 1]?.key;
}

sheet.addEventListener('change', ({ detail }) => {
  view.draw(current);
  nextButton.hidden = !nextTodo(current);
  if (detail === current && ['conflict', 'refused'].includes(sheet.marks.get(current)?.status)) pad.open(pad.item);
});

document.getElementById('aspects').addEventListener('click', (event) => {
  const line = event.target.closest('[data-key-of]');
  if (!line) return;
  event.preventDefault();
  open(line.dataset.keyOf);
});
nextButton.addEventListener('click', () => open(nextTodo(current) ?? current));

// A keyboard types wherever the focus is: digits go to the box, arrows walk the list, digits choose a level.
document.addEventListener('keydown', (event) => {
  if (event.target.matches('input, textarea, select, button') && event.target.id !== 'pad-value') return;
  if (event.key.toLowerCase() === 'n' && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    open(nextTodo(current) ?? current);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const position = sheet.list.findIndex((item) => item.key === current);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    open(sheet.list[position + step]?.key ?? current);
  } else if (pad.item?.levels.length) {
    pad.choose(document.querySelector(`[data-level="${CSS.escape(event.key)}"]`));
  } else if (event.target.id === 'pad-value' && pad.fresh && event.key.length === 1) {
    pad.value.select();
    pad.fresh = false;
  }
});

offerComfort();
nextButton.hidden = !nextTodo(null);
// A link to an aspect that was tapped before this script was there: the browser has followed it by itself.
const asked = document.querySelector('[data-key-of]:target')?.dataset.keyOf;
open(asked ?? nextTodo(null) ?? sheet.list[0]?.key, { focus: matchMedia('(hover: hover)').matches });
outbox.start();
prepareColdStart(data.addresses.worker);
