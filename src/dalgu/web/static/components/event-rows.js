/* The rows of the wall as data: what fits the filters, in the order of urgency. No DOM here. */

const isUnseen = (row) => row.status === "raised";

/** The gravest first, unseen before seen, the newest first within: as the server orders them. */
export function compare(a, b) {
  if ((a.status === "closed") !== (b.status === "closed")) return a.status === "closed" ? 1 : -1;
  if (a.priority !== b.priority) return a.priority < b.priority ? -1 : 1;
  if (isUnseen(a) !== isUnseen(b)) return isUnseen(a) ? -1 : 1;
  if (a.raisedAt !== b.raisedAt) return a.raisedAt > b.raisedAt ? -1 : 1;
  return b.number - a.number;
}

/** @param {{status: string, priority?: string, category?: string, district?: string}} filter */
export function fits(row, filter) {
  const isOpen = row.status !== "closed";
  const isShelved = isOpen && Boolean(row.shelvedUntil);
  const is = { open: isOpen && !isShelved, shelved: isShelved }[filter.status] ?? row.status === filter.status;
  return is && ["priority", "category", "district"].every((name) => !filter[name] || filter[name] === row[name]);
}

/** Rows in order, kept in order: a change costs a search, not a sort. */
export class Rows {
  constructor() {
    this.known = new Map(); // number to row, whether or not it fits
    this.list = [];
    this.filter = { status: "open" };
  }

  load(rows) {
    const newer = [...this.known.values()].filter((row) => row.isPending);
    this.known = new Map(rows.map((row) => [row.number, row]));
    for (const row of newer) this.known.set(row.number, row);
    this.refilter(this.filter);
  }

  refilter(filter) {
    this.filter = filter;
    this.list = [...this.known.values()].filter((row) => fits(row, filter)).sort(compare);
  }

  get(number) { return this.known.get(number); }

  /** Takes a row in, unless a newer state of it is known. Returns whether it is new to the list. */
  put(row) {
    const held = this.known.get(row.number);
    if (held && held.seq > row.seq) return false;
    if (held) this.#takeOut(held);
    this.known.set(row.number, row);
    if (!fits(row, this.filter)) {
      if (row.status === "closed") this.known.delete(row.number); // a wall of a night must not grow
      return false;
    }
    this.list.splice(this.place(row), 0, row);
    return !held;
  }

  drop(number) {
    const held = this.known.get(number);
    if (!held) return;
    this.#takeOut(held);
    this.known.delete(number);
  }

  /** Where a row stands, or would stand. */
  place(row) {
    let low = 0, high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.list[middle], row) < 0) low = middle + 1; else high = middle;
    }
    return low;
  }

  #takeOut(row) {
    const at = this.place(row);
    if (this.list[at] === row) this.list.splice(at, 1);
  }
}
