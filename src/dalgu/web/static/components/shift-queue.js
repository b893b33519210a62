/* What was written and is not in the book yet: in the browser's own database, in order, until it is. */

const NAME = "dalgu-shift-log";
const WAITING = "waiting";
const KNOWN = "known";

/** @param {IDBRequest} asked @returns {Promise<any>} */
const answer = (asked) => new Promise((done, fail) => {
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});

export class ShiftQueue {
  /** @returns {Promise<ShiftQueue>} fails where the browser keeps nothing, as in a private window of some */
  static async open(name = NAME) {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(WAITING, { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore(KNOWN);
    };
    const queue = new ShiftQueue();
    queue.base = await answer(asked);
    queue.base.onversionchange = () => queue.base.close();
    return queue;
  }

  /** Returns once it is on the disk: "strict" asks the system for it, so a killed tab loses nothing.
   * @param {string} store @param {(store: IDBObjectStore) => IDBRequest} change */
  async change(store, change) {
    const work = this.base.transaction(store, "readwrite", { durability: "strict" });
    const whole = new Promise((done, fail) => {
      work.oncomplete = () => done(undefined);
      work.onabort = work.onerror = () => fail(work.error);
    });
    const asked = change(work.objectStore(store));
    await whole;
    return asked.result;
  }

  /** @param {object} entry @returns {Promise<number>} its place in the queue */
  add(entry) { return this.change(WAITING, (store) => store.add(entry)); }
  put(entry) { return this.change(WAITING, (store) => store.put(entry)); }
  remove(n) { return this.change(WAITING, (store) => store.delete(n)); }
  /** @returns {Promise<any[]>} oldest first */
  all() { return answer(this.base.transaction(WAITING).objectStore(WAITING).getAll()); }

  remember(key, value) { return this.change(KNOWN, (store) => store.put(value, key)); }
  recall(key) { return answer(this.base.transaction(KNOWN).objectStore(KNOWN).get(key)); }
}

/** A key that no other entry has. `randomUUID` exists over TLS only. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
