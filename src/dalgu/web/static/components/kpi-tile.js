/* One figure of the strip; the stream brings a new value under its key, the time bar an old one. */
import { listen } from "../words.js";

class KpiTile extends HTMLElement {
  connectedCallback() {
    const key = this.dataset.key;
    if (!key) return;
    const mine = (tiles) => tiles.find((one) => one.key === key);
    listen("kpis", (tiles) => {
      this.live = mine(tiles) ?? this.live;
      if (!this.isPast && this.live) this.show(this.live);
    });
    listen("kpis-at", ({ at, tiles, deltas }) => {
      this.isPast = at !== null;
      this.toggleAttribute("data-past", this.isPast);
      this.delta(deltas?.[key] ?? "");
      const tile = this.isPast ? mine(tiles) : this.live;
      if (tile) this.show(tile);
    });
  }

  /** @param {{value: string, note: string, state: string, unit?: string}} tile */
  show({ value, note, state, unit }) {
    this.querySelector('[data-part="value"]').textContent = value;
    this.querySelector('[data-part="note"]').textContent = note;
    const place = this.querySelector('[data-part="unit"]');
    if (place && unit !== undefined) place.textContent = unit;
    this.dataset.state = state;
  }

  /** How it differs from a week before. */
  delta(text) {
    const place = this.querySelector(".delta") ?? this.appendChild(Object.assign(document.createElement("span"), { className: "delta" }));
    place.textContent = text;
  }
}
customElements.define("kpi-tile", KpiTile);
