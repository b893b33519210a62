/**
 * The drawn streets made larger and moved: by buttons, by dragging, by the wheel with Ctrl.
 * A row of the list beside that has the focus, or the pointer, is shown on the map.
 */
const MOST = 12;
const STEP = 1.6;

class StreetMap extends HTMLElement {
  connectedCallback() {
    const svg = this.querySelector("svg.network");
    if (!(svg instanceof SVGSVGElement)) return;
    this.#svg = svg;
    const box = svg.viewBox.baseVal;
    this.#whole = { x: box.x, y: box.y, width: box.width, height: box.height };
    const controls = this.querySelector("[data-part='controls']");
    if (controls instanceof HTMLElement) controls.hidden = false;
    controls?.addEventListener("click", (event) => this.#press(event));
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#grasp(event));
    for (const row of document.querySelectorAll("tr[data-signal]")) {
      for (const kind of ["focusin", "pointerenter"]) row.addEventListener(kind, () => this.#find(row));
    }
  }

  /** @type {SVGSVGElement | undefined} */
  #svg;
  #whole = { x: 0, y: 0, width: 1, height: 1 };

  /** @param {Event} event */
  #press(event) {
    const step = event.target instanceof HTMLElement ? event.target.dataset.step : "";
    if (step === "all") this.#show(this.#whole);
    if (step === "in") this.#scale(1 / STEP, 0.5, 0.5);
    if (step === "out") this.#scale(STEP, 0.5, 0.5);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!event.ctrlKey || !this.#svg) return; // the page scrolls
    event.preventDefault();
    const frame = this.#svg.getBoundingClientRect();
    const at = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    this.#scale(event.deltaY > 0 ? STEP : 1 / STEP, at[0], at[1]);
  }

  /** @param {PointerEvent} event */
  #grasp(event) {
    const svg = this.#svg;
    if (!svg || event.button !== 0) return;
    const { x, y, width, height } = svg.viewBox.baseVal;
    const from = { x, y, width, height };
    const frame = svg.getBoundingClientRect();
    let moved = false;
    /** @param {PointerEvent} now */
    const move = (now) => {
      const [dx, dy] = [now.clientX - event.clientX, now.clientY - event.clientY];
      moved ||= Math.hypot(dx, dy) > 4;
      if (!moved) return;
      const [right, down] = [(dx / frame.width) * width, (dy / frame.height) * height];
      this.#show({ ...from, x: from.x - right, y: from.y - down });
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      // What was dragged is not followed as a link.
      if (moved) svg.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end, { once: true });
  }

  /** @param {number} by @param {number} along @param {number} down */
  #scale(by, along, down) {
    if (!this.#svg) return;
    const box = this.#svg.viewBox.baseVal;
    const width = Math.min(Math.max(box.width * by, this.#whole.width / MOST), this.#whole.width);
    const height = (width / this.#whole.width) * this.#whole.height;
    this.#show({ x: box.x + (box.width - width) * along, y: box.y + (box.height - height) * down, width, height });
  }

  /** @param {{ x: number, y: number, width: number, height: number }} box */
  #show(box) {
    const [right, bottom] = [this.#whole.x + this.#whole.width, this.#whole.y + this.#whole.height];
    const x = Math.min(Math.max(box.x, this.#whole.x), right - box.width);
    const y = Math.min(Math.max(box.y, this.#whole.y), bottom - box.height);
    this.#svg?.setAttribute("viewBox", `${x} ${y} ${box.width} ${box.height}`);
    // Signs stay as large as they were.
    this.#svg?.style.setProperty("--sign", String(Math.max(box.width / this.#whole.width, 0.25)));
  }

  /** @param {Element} row */
  #find(row) {
    const signal = row instanceof HTMLElement ? row.dataset.signal : "";
    for (const found of this.querySelectorAll(".found")) found.classList.remove("found");
    this.querySelector(`a[data-signal="${CSS.escape(signal ?? "")}"]`)?.classList.add("found");
  }
}

customElements.define("street-map", StreetMap);
