// Who this tablet is and how it numbers what it makes. Ids only, no names.

const memory = new Map();

// A browser that keeps nothing still gets a device id, for as long as the page lives.
function kept(key, make) {
  try {
    const value = make(localStorage.getItem(key) ?? memory.get(key));
    localStorage.setItem(key, value);
    return value;
  } catch {
    const value = make(memory.get(key));
    memory.set(key, value);
    return value;
  }
}

// crypto.randomUUID exists only in a secure context; getRandomValues everywhere.
export function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const deviceId = () => kept('contest-device', (known) => known ?? randomId());
export const nextNumber = () => Number(kept('contest-seq', (known) => String(Number(known ?? 0) + 1)));
