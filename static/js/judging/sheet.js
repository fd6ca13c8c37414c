// The sheet's marks as this tablet knows them, and the operations made of them. No page in here.

import { deviceId, nextNumber, randomId } from './device.js';

export const UNDO_MS = 10000;

export class Sheet extends EventTarget {
  constructor(sheet, outbox) {
    super();
    Object.assign(this, sheet);
    this.outbox = outbox;
    this.list = sheet.items;
    this.byKey = new Map(this.list.map((item) => [item.key, item]));
    this.marks = new Map(Object.entries(sheet.marks).map(([key, mark]) => [key, { ...mark, status: 'saved' }]));
    this.revision = new Map(Object.entries(sheet.revisions));
    this.undecided = new Map(); // item key -> conflicts that an earlier visit left undecided
    for (const conflict of sheet.conflicts) {
      const found = this.undecided.get(conflict.key) ?? [];
      this.undecided.set(conflict.key, [...found, conflict]);
    }
    for (const key of this.undecided.keys()) this.raise(key);
    this.newest = new Map(); // item key -> the newest operation made for it here
    this.answered = new Set();
    outbox.addEventListener('added', ({ detail }) => this.apply(detail.operation, true));
    outbox.addEventListener('kept', ({ detail }) => this.keep(detail));
    outbox.addEventListener('answered', ({ detail }) => this.settle(detail));
    outbox.addEventListener('change', () => this.changed());
  }

  // A page may be older than the tablet: what the server has answered since, and what is still on its way, go on top.
  async restore() {
    for (const mark of await this.outbox.known(this)) {
      if (mark.refused) {
        if (!this.isMarked(mark.key)) this.marks.set(mark.key, { ...mark, status: 'refused', message: mark.refused });
      } else if (mark.revision > (this.revision.get(mark.key) ?? 0)) {
        this.marks.set(mark.key, { ...mark, status: 'saved' });
        this.revision.set(mark.key, mark.revision);
      }
    }
    for (const { operation, kept } of this.outbox.list) this.apply(operation, kept);
  }

  // An operation that waits, of an earlier visit or of another tab.
  apply(operation, kept) {
    const key = `${operation.aspect}.${operation.repetition}`;
    if (!this.isOf(operation)) return;
    const { value, state, reason, client_time: time } = operation;
    this.newest.set(key, operation);
    this.marks.set(key, { value, state, reason, time, status: kept ? 'local' : 'saving' });
    this.changed(key);
  }

  isOf(operation) {
    const isHere = ['event', 'stage', 'period', 'entry'].every((part) => operation[part] === this[part]);
    return isHere && this.byKey.has(`${operation.aspect}.${operation.repetition}`);
  }

  keep({ operation, kept }) {
    if (!kept || !this.isOf(operation) || this.newest.get(`${operation.aspect}.${operation.repetition}`) !== operation) return;
    const mark = this.marks.get(`${operation.aspect}.${operation.repetition}`);
    if (mark.status === 'saving') mark.status = 'local';
  }

  // Shows the next undecided conflict of an item beside the mark that stands.
  raise(key) {
    const [next] = this.undecided.get(key) ?? [];
    const stands = this.marks.get(key);
    if (!next || !stands) return;
    const theirs = { value: stands.value, state: stands.state };
    this.marks.set(key, { ...stands, value: next.value, state: next.state, status: 'conflict', theirs, conflict: next.op_id });
  }

  mark(key, change) {
    const item = this.byKey.get(key);
    const operation = this.operation(item, change);
    this.newest.set(key, operation);
    this.marks.set(key, { ...change, time: operation.client_time, status: 'saving' });
    this.outbox.add(operation);
    this.changed(key);
    return operation;
  }

  operation(item, { value = null, state = 'scored', reason = '', decides = '' }) {
    const earlier = this.newest.get(item.key);
    return {
      op_id: randomId(),
      device: deviceId(),
      seq: nextNumber(),
      event: this.event,
      stage: this.stage,
      period: this.period,
      entry: this.entry,
      aspect: item.aspect,
      repetition: item.repetition,
      value,
      state,
      reason,
      decides,
      rules: this.rules,
      base: this.revision.get(item.key) ?? 0,
      after: earlier && !this.answered.has(earlier.op_id) ? earlier.op_id : '',
      client_time: Date.now(),
    };
  }

  settle({ operation, result, answer }) {
    const key = `${operation.aspect}.${operation.repetition}`;
    this.answered.add(operation.op_id);
    if (!this.isOf(operation)) return;
    if (result === 'accepted' && answer.revision) this.revision.set(key, answer.revision);
    if (this.newest.get(key)?.op_id === operation.op_id) this.show(key, operation, result, answer);
    this.changed(key);
  }

  show(key, operation, result, answer) {
    const mark = this.marks.get(key);
    if (result === 'accepted') {
      mark.status = 'saved';
      const left = (this.undecided.get(key) ?? []).filter((open) => open.op_id !== operation.decides);
      this.undecided.set(key, left);
      this.raise(key);
    } else if (result === 'conflict') {
      if (answer.current) this.revision.set(key, answer.current.revision);
      Object.assign(mark, { status: 'conflict', theirs: answer.current, conflict: operation.op_id });
    } else Object.assign(mark, { status: 'refused', message: answer.message });
  }

  isMarked(key) {
    const mark = this.marks.get(key);
    return Boolean(mark) && mark.state !== 'missing' && mark.status !== 'refused';
  }

  needsReason(item, units, state) {
    if (['deduction', 'bonus'].includes(item.kind) && state === 'scored' && units !== 0) return 'why_sum';
    const mark = this.marks.get(item.key);
    if (!mark || mark.status === 'refused' || !this.isMarked(item.key)) return '';
    if (mark.value === units && mark.state === state) return '';
    return Date.now() - mark.time > UNDO_MS ? 'why_change' : '';
  }

  count(status) {
    return [...this.marks.values()].filter((mark) => mark.status === status).length;
  }

  progress() {
    const required = this.list.filter((item) => item.required);
    return { done: required.filter((item) => this.isMarked(item.key)).length, total: required.length };
  }

  changed(key) {
    this.dispatchEvent(new CustomEvent('change', { detail: key }));
  }
}
