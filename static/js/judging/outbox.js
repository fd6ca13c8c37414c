// Operations on their way to the server. Each is on the tablet's disk before anything else happens to it and leaves it
// only for the server's own answer. One tab sends at a time; reload, log-out and an expired session lose nothing.

import { deviceId } from './device.js';
import { obstacle, openStore } from './store.js';

const BATCH = 50;
const TIMEOUT = 8000;
const SLOWEST = 15000;
const HEARTBEAT = 30000;
const ATTENDED = 600000; // nobody's hand on the tablet for so long: it no longer keeps the session alive
const RESULTS = ['accepted', 'duplicate', 'conflict', 'quarantined'];
const TOO_MUCH_OR_ODD = [400, 413, 415, 422];

// A record is {operation, kept, stuck}: kept = on the disk; stuck = the server's sentence why it can't take this one.
export class Outbox extends EventTarget {
  constructor({ account, csrf, addresses }) {
    super();
    Object.assign(this, { account, csrf, addresses, store: null, obstacle: obstacle() });
    this.list = [];
    this.state = 'idle'; // idle, sending, retrying, signed_out, other_judge
    this.failures = 0;
    this.batch = BATCH;
    this.touched = Date.now();
  }

  // First what the disk holds, so that the page can show it; then `start`.
  async open() {
    if (!this.obstacle) await this.openStore();
    await this.refresh();
  }

  start() {
    this.channel = new BroadcastChannel('contest-outbox');
    this.channel.addEventListener('message', ({ data }) => data.account === this.account && this.hear(data));
    addEventListener('online', () => this.flush());
    addEventListener('pageshow', () => this.flush());
    addEventListener('pointerdown', () => (this.touched = Date.now()));
    addEventListener('beforeunload', (event) => this.list.some((one) => !one.kept) && event.preventDefault());
    document.addEventListener('visibilitychange', () => document.hidden || this.flush());
    setInterval(() => this.report(), HEARTBEAT);
    this.flush().then(() => this.report());
  }

  async openStore() {
    try {
      this.store = await openStore();
      navigator.storage?.persist?.().catch(() => {});
    } catch {
      this.obstacle = 'blocked';
    }
  }

  // The disk's list, and what this page could not put on the disk.
  async refresh() {
    if (!this.store) return;
    const seen = new Map(this.list.map((record) => [record.operation.op_id, record]));
    const onDisk = await this.store.waiting(this.account);
    const records = onDisk.map(({ operation }) => ({ operation, kept: true, stuck: seen.get(operation.op_id)?.stuck }));
    const known = new Set(records.map((record) => record.operation.op_id));
    this.list = [...records, ...this.list.filter((one) => !one.kept && !known.has(one.operation.op_id))];
  }

  async add(operation) {
    const record = { operation, kept: false, ready: !this.store };
    this.list.push(record);
    try {
      await this.store?.keep(this.account, operation);
      record.kept = Boolean(this.store);
    } catch {
      this.full = true; // no room, or the browser took the disk away: told on the page, and sent from memory
    }
    record.ready = true;
    if (record.kept) this.tell('added', { operation });
    this.emit('kept', { operation, kept: record.kept });
    if (!this.timer) this.flush();
  }

  // One tab at a time; a tap during a run asks for one more round, so that nothing waits for the next tap.
  async flush() {
    clearTimeout(this.timer);
    this.timer = null;
    this.wanted = true;
    if (this.running) return;
    this.running = true;
    while (this.wanted) {
      this.wanted = false;
      const drain = () => this.drain();
      await (this.store ? navigator.locks.request('contest-outbox', drain).catch(() => this.wait('retrying')) : drain());
    }
    this.running = false;
  }

  async drain() {
    try {
      await this.refresh();
      for (let batch = this.next(); batch.length; batch = this.next()) await this.deliver(batch);
      this.failures = 0;
      this.set('idle');
    } catch (error) {
      this.wait(error.state ?? 'retrying');
    }
  }

  next() {
    return this.list.filter((record) => (record.kept || record.ready) && !record.stuck).slice(0, this.batch);
  }

  async deliver(batch) {
    if (!this.failures) this.set('sending');
    try {
      const answers = await this.send(batch.map((record) => record.operation));
      for (const record of batch) if (answers.has(record.operation.op_id)) await this.settle(record, answers);
      this.batch = BATCH;
      this.failures = 0;
    } catch (error) {
      if (!TOO_MUCH_OR_ODD.includes(error.status)) throw error;
      // one that can't be taken must not hold up the others: it is found alone, kept, and shown with the reason
      if (batch.length === 1) batch[0].stuck = error.sentence || String(error.status);
      this.batch = 1;
      this.emit('change', {});
    }
  }

  async send(operations) {
    const body = { account: this.account, operations, device: deviceId(), unsent: this.list.length - operations.length };
    const { answers } = await this.call('operations', body);
    const known = new Set(operations.map((operation) => operation.op_id));
    const ours = Array.isArray(answers) ? answers.filter((one) => known.has(one?.op_id) && RESULTS.includes(one.result)) : [];
    if (!ours.length) throw new Error('no answer'); // never a success without a word about the operation itself
    return new Map(ours.map((answer) => [answer.op_id, answer]));
  }

  // A portal's page with status 200 is no answer: only JSON of our own counts.
  async call(name, body, again = true) {
    const response = await fetch(this.addresses[name], {
      method: body ? 'POST' : 'GET',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf, Accept: 'application/json' },
      body: body && JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const isOurs = (response.headers.get('content-type') ?? '').startsWith('application/json');
    const answer = isOurs ? await response.json() : null;
    if (response.ok && answer) return answer;
    if (body && again && [401, 403].includes(response.status)) {
      await this.renew();
      return this.call(name, body, false);
    }
    const sentence = answer?.error;
    throw Object.assign(new Error('refused'), { status: isOurs ? response.status : 0, state: STATES[response.status], sentence });
  }

  // After a new sign-in of the same judge the page goes on with the new session; under another account it never does.
  async renew() {
    const { account, csrf } = await this.call('session', null);
    const state = account ? 'other_judge' : 'signed_out';
    if (account !== this.account) throw Object.assign(new Error('not this judge'), { state });
    this.csrf = csrf;
  }

  async settle(record, answers) {
    const { operation } = record;
    const answer = answers.get(operation.op_id);
    const result = answer.result === 'duplicate' ? answer.first : answer.result;
    try {
      await this.store?.settle(this.account, operation, markAfter(operation, result, answer));
    } catch {
      this.full = true; // it stays in the outbox and will be answered `duplicate`
    }
    this.list = this.list.filter((one) => one.operation.op_id !== operation.op_id);
    this.tell('answered', { operation, result, answer });
    this.emit('answered', { operation, result, answer });
  }

  wait(state) {
    this.failures += 1;
    this.set(state);
    const wait = Math.min(SLOWEST, 1000 * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.flush(), wait * (0.5 + Math.random() / 2));
  }

  // The desk learns which tablet still holds what; a failure here says nothing about marks.
  async report() {
    const attended = this.list.length || Date.now() - this.touched < ATTENDED;
    if (document.hidden || !attended) return;
    await this.call('device', { account: this.account, device: deviceId(), unsent: this.list.length }).catch(() => {});
  }

  known(sheet) {
    return this.store ? this.store.known(this.account, sheet) : [];
  }

  tell(kind, data) {
    this.channel.postMessage({ kind, account: this.account, ...data });
  }

  hear({ kind, operation, result, answer }) {
    const others = this.list.filter((record) => record.operation.op_id !== operation.op_id);
    this.list = kind === 'added' ? [...others, { operation, kept: true }] : others;
    this.emit(kind, { operation, result, answer });
  }

  isFailing() {
    return !['idle', 'sending'].includes(this.state);
  }

  set(state) {
    this.state = state;
    this.emit('change', {});
  }

  emit(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
    if (kind !== 'change') this.emit('change', {});
  }
}

const STATES = { 401: 'signed_out', 403: 'signed_out', 409: 'other_judge' };

// What the tablet may show as the server's after a reload, even from a page that is older than the answer.
function markAfter({ value, state, reason, client_time: time }, result, { revision, message }) {
  if (result === 'accepted') return { value, state, reason, time, revision };
  return result === 'quarantined' ? { value, state, reason, time, refused: message } : null;
}
