// Operations on their way to the server: batches with a timeout, backoff with jitter, until each has its answer.
// They live in the page's memory here; a store on the tablet's disk can take the place of `waiting`.

const BATCH = 50;
const TIMEOUT = 8000;
const SLOWEST = 15000;

export class Outbox {
  constructor({ address, csrf, onAnswer, onState }) {
    Object.assign(this, { address, csrf, onAnswer, onState });
    this.waiting = [];
    this.failures = 0;
    this.state = 'idle'; // idle, sending, retrying, signed_out
    this.timer = null;
    window.addEventListener('online', () => this.flush());
    document.addEventListener('visibilitychange', () => document.hidden || this.flush());
    window.addEventListener('beforeunload', (event) => this.waiting.length && event.preventDefault());
  }

  add(operation) {
    this.waiting.push(operation);
    this.flush();
  }

  async flush() {
    if (this.state === 'sending' || !this.waiting.length) return;
    clearTimeout(this.timer);
    this.set('sending');
    const batch = this.waiting.slice(0, BATCH);
    try {
      const answers = await this.send(batch);
      this.failures = 0;
      const done = new Map(answers.map((answer) => [answer.op_id, answer]));
      this.waiting = this.waiting.filter((operation) => !done.has(operation.op_id));
      this.set('idle');
      for (const operation of batch) if (done.has(operation.op_id)) this.onAnswer(operation, done.get(operation.op_id));
      if (this.waiting.length) this.flush();
    } catch (error) {
      this.retry(error.status === 401 || error.status === 403 ? 'signed_out' : 'retrying');
    }
  }

  async send(operations) {
    const response = await fetch(this.address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf, Accept: 'application/json' },
      body: JSON.stringify({ operations }),
      credentials: 'same-origin',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    // A portal's page with status 200 is no answer: only our own answers, one per operation, count as stored.
    const known = response.ok && (response.headers.get('content-type') ?? '').startsWith('application/json');
    const { answers, room } = known ? await response.json() : {};
    if (room) document.dispatchEvent(new CustomEvent('judging:contact', { detail: room }));
    if (!Array.isArray(answers)) throw Object.assign(new Error('no answer'), { status: response.status });
    return answers;
  }

  retry(state) {
    this.failures += 1;
    this.set(state);
    const wait = Math.min(SLOWEST, 1000 * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.flush(), wait * (0.5 + Math.random() / 2));
  }

  set(state) {
    this.state = state;
    this.onState(state);
  }
}
