/* A list of ten thousand rows with as many elements as can be seen: the rest is room above and below. */

const OVER = 3; // rows beyond each edge, so that a quick scroll shows no gap

export class Window {
  /**
   * @param {HTMLElement} box what scrolls
   * @param {HTMLOListElement} list
   * @param {{make: () => HTMLLIElement, dress: (item: HTMLLIElement, row: any) => void}} rows
   */
  constructor(box, list, rows) {
    Object.assign(this, { box, list, rows, shown: new Map(), data: [], active: null });
    this.high = 0;
    box.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => { this.high = 0; this.later(); }).observe(box);
  }

  /** Draws with the next frame, however often it is asked. */
  later() {
    this.frame ??= requestAnimationFrame(() => { this.frame = undefined; this.draw(); });
  }

  measure() {
    if (this.high) return;
    const probe = this.list.firstElementChild ?? this.list.appendChild(this.rows.make());
    this.high = probe.getBoundingClientRect().height || 72;
    if (!this.shown.size) this.list.replaceChildren();
  }

  draw() {
    this.list.dataset.windowed = "";
    this.measure();
    const n = this.data.length, { scrollTop, clientHeight } = this.box;
    this.list.style.height = `${n * this.high}px`;
    const first = Math.max(0, Math.floor(scrollTop / this.high) - OVER);
    const last = Math.min(n, Math.ceil((scrollTop + clientHeight) / this.high) + OVER);
    const wanted = this.data.slice(first, last).map((row, i) => [row, first + i]);
    // The row in focus stays, wherever it has gone: a screen reader must not fall off the list.
    const focused = this.focusedRow();
    if (focused && (focused[1] < first || focused[1] >= last)) wanted[focused[1] < first ? "unshift" : "push"](focused);
    this.keepOnly(new Set(wanted.map(([row]) => row.number)));
    wanted.forEach(([row, at], i) => this.set(row, at, i));
  }

  /** Takes the rows as they are now. What the reader looks at stays where it is on screen. */
  update(data) {
    const anchor = this.anchor();
    this.data = data;
    this.list.style.height = `${data.length * this.high}px`;
    const at = anchor ? data.findIndex((row) => row.number === anchor.number) : -1;
    if (at >= 0) this.box.scrollTop += (at - anchor.was) * this.high;
    else if (anchor?.isFocused && data.length) return this.focus(anchor.was); // it left: the next takes its place
    this.later();
  }

  /** The row in focus, else the topmost one of a reader who has scrolled. */
  anchor() {
    const focused = document.activeElement?.closest?.("li");
    const isFocused = focused?.parentElement === this.list;
    const top = Math.floor(this.box.scrollTop / this.high) + 1;
    const item = isFocused ? focused : top > 1 && [...this.shown.values()].find((one) => Number(one.ariaPosInSet) === top);
    return item ? { number: Number(item.dataset.number), was: Number(item.ariaPosInSet) - 1, isFocused } : null;
  }

  focusedRow() {
    const item = document.activeElement?.closest?.("li");
    if (!item || item.parentElement !== this.list) return null;
    const at = this.data.findIndex((row) => row.number === Number(item.dataset.number));
    return at < 0 ? null : [this.data[at], at];
  }

  keepOnly(numbers) {
    for (const [number, item] of this.shown) {
      if (numbers.has(number)) continue;
      this.shown.delete(number);
      item.remove();
    }
  }

  set(row, at, place) {
    const item = this.shown.get(row.number) ?? this.rows.make();
    this.shown.set(row.number, item);
    this.rows.dress(item, row);
    item.style.transform = `translateY(${at * this.high}px)`;
    item.ariaPosInSet = String(at + 1);
    item.ariaSetSize = String(this.data.length);
    item.tabIndex = row.number === (this.active ?? this.data[0].number) ? 0 : -1;
    const there = this.list.children[place];
    if (there === item) return;
    // Order in the document is order on screen; moving the focused element would drop the focus.
    if (item.contains(document.activeElement)) while (this.list.children[place] !== item) this.list.children[place].remove();
    else this.list.insertBefore(item, there ?? null);
  }

  /** @param {number} at place in the list */
  focus(at) {
    const row = this.data[Math.max(0, Math.min(at, this.data.length - 1))];
    if (!row) return;
    this.active = row.number;
    const top = this.data.indexOf(row) * this.high;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const under = top + this.high - this.box.clientHeight;
    if (under > this.box.scrollTop) this.box.scrollTop = under;
    this.draw();
    this.shown.get(row.number)?.focus({ preventScroll: true });
  }
}
