// The tablet's own disk: operations that the server has not answered yet, and what it last said of each mark.
// Blind codes and marks only, never names. Every write is flushed (`durability: "strict"`) before it counts.

const NAME = 'contest-outbox';
const OPERATIONS = 'operations';
const KNOWN = 'known';
const OPENING = 5000;

// Why nothing can be kept here, in one word, or '' when it can.
export function obstacle() {
  if (!isSecureContext || !navigator.locks) return 'insecure';
  return globalThis.indexedDB ? '' : 'blocked';
}

export function openStore() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the store does not open')), OPENING);
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      const operations = opening.result.createObjectStore(OPERATIONS, { keyPath: 'n', autoIncrement: true });
      operations.createIndex('op_id', 'operation.op_id', { unique: true });
      operations.createIndex('account', 'account');
      opening.result.createObjectStore(KNOWN, { keyPath: 'place' });
    };
    opening.onsuccess = () => resolve(new Store(opening.result));
    opening.onerror = opening.onblocked = () => reject(opening.error ?? new Error('blocked'));
  });
}

const sheetOf = (account, { event, stage, period, entry }) => [account, event, stage, period, entry].join('|');
const placeOf = (account, operation) => `${sheetOf(account, operation)}|${operation.aspect}.${operation.repetition}`;

class Store {
  constructor(database) {
    this.database = database;
    database.onversionchange = () => database.close();
  }

  // Resolves after the disk has it; a full disk or a lost database rejects, and the caller says so.
  write(work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction([OPERATIONS, KNOWN], 'readwrite', { durability: 'strict' });
      let result = null;
      transaction.oncomplete = () => resolve(result?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('not written'));
      result = work(transaction.objectStore(OPERATIONS), transaction.objectStore(KNOWN));
    });
  }

  read(name, ask) {
    return new Promise((resolve, reject) => {
      const found = ask(this.database.transaction(name).objectStore(name));
      found.onsuccess = () => resolve(found.result);
      found.onerror = () => reject(found.error);
    });
  }

  keep(account, operation) {
    return this.write((operations) => operations.add({ account, operation }));
  }

  // In the order in which they were made; another judge's stay where they are.
  waiting(account) {
    return this.read(OPERATIONS, (operations) => operations.index('account').getAll(account));
  }

  // Answered: out of the outbox, and what the server said takes its place, in one transaction.
  settle(account, operation, mark) {
    return this.write((operations, known) => {
      const found = operations.index('op_id').getKey(operation.op_id);
      found.onsuccess = () => found.result !== undefined && operations.delete(found.result);
      if (mark) known.put({ place: placeOf(account, operation), ...mark });
    });
  }

  async known(account, sheet) {
    const start = `${sheetOf(account, sheet)}|`;
    const marks = await this.read(KNOWN, (known) => known.getAll(IDBKeyRange.bound(start, `${start}\uffff`)));
    return marks.map((mark) => ({ ...mark, key: mark.place.slice(start.length) }));
  }
}
