/* One figure of the strip; the stream brings a new value under its key. */
import { listen } from "../words.js";

class KpiTile extends HTMLElement {
  connectedCallback() {
    const key = this.dataset.key;
    if (!key) return;
    listen("kpis", (tiles) => {
      const tile = tiles.find((one) => one.key === key);
      if (tile) this.show(tile);
    });
  }

  /** @param {{value: string, note: string, state: string}} tile */
  show({ value, note, state }) {
    this.querySelector('[data-part="value"]').textContent = value;
    this.querySelector('[data-part="note"]').textContent = note;
    this.dataset.state = state;
  }
}
customElements.define("kpi-tile", KpiTile);
