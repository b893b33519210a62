/* The board of a running drill: drawn anew by the server when something moved, and every few seconds. */
import { listen } from "../words.js";

const REFRESH_MS = 4000;
const CALM_MS = 400; // a storm of rows is one change

class DrillBoard extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("data-over")) return;
    this.timer = setInterval(() => this.draw(), REFRESH_MS);
    for (const kind of ["rows", "alerts"]) listen(kind, () => this.soon());
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.draw(), CALM_MS);
  }

  async draw() {
    if (document.hidden || this.contains(document.activeElement)) return;
    const answer = await fetch(this.dataset.source).catch(() => null);
    if (!answer?.ok) return;
    const scrolled = [...this.querySelectorAll(".scroll")].map((one) => one.scrollTop);
    this.innerHTML = await answer.text();
    this.querySelectorAll(".scroll").forEach((one, k) => { one.scrollTop = scrolled[k] ?? 0; });
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    clearTimeout(this.waiting);
  }
}
customElements.define("drill-board", DrillBoard);
