/* The hall's big screen: themes by size, what was just said, turnout, time; told by the stream. */
import { t } from "../words.js";
import { Timer, bar, element, follow, stepOf } from "./hall-stream.js";

class RoundtableHall extends HTMLElement {
  connectedCallback() {
    this.timer = new Timer(this.part("timer"));
    this.end = follow(this.dataset.number ?? "", (hall) => this.hear(hall), (state) => this.say(state));
  }

  disconnectedCallback() { this.end?.(); }
  /** @param {string} name @returns {HTMLElement} */
  part(name) { return this.querySelector(`[data-part="${name}"]`); }

  /** @param {import("./hall-stream.js").Hall} hall */
  hear(hall) {
    const closed = hall.boxes.filter((box) => !box.isOpen).length;
    if (this.closed !== undefined && (closed !== this.closed || hall.stage !== this.stage)) {
      location.reload(); // results are drawn by the server
      return;
    }
    this.closed = closed;
    this.stage = hall.stage;
    this.part("step").textContent = stepOf(hall);
    this.timer.until(hall.step?.ends);
    this.part("count").textContent = t("roundtables.opinions", { n: hall.opinions });
    this.part("unsorted").textContent = hall.unsorted ? t("roundtables.unsorted", { n: hall.unsorted }) : "";
    this.part("empty").hidden = hall.themes.length > 0;
    this.themes(hall.themes);
    this.part("newest").replaceChildren(...hall.newest.filter((one) => one.text).map((one) => this.said(one)));
    this.boxes(hall);
    this.dataset.seen = hall.now;
  }

  /** Themes keep their rows, so that what only grew does not flicker. */
  themes(themes) {
    const list = this.part("themes"), most = Math.max(1, ...themes.map((one) => one.n));
    const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
    list.replaceChildren(...themes.map((theme) => {
      const row = rows.get(theme.id) ?? document.createElement("li");
      row.dataset.id = theme.id;
      row.toggleAttribute("data-grew", Number(row.dataset.n ?? theme.n) < theme.n);
      row.dataset.n = theme.n;
      row.replaceChildren(element("span", theme.title, "title"), element("span", theme.n, "n"), bar(theme.n / most));
      return row;
    }));
  }

  said({ text, table }) {
    const row = element("li", text);
    if (table) row.append(" ", element("span", t("roundtables.table", { n: table }), "faint"));
    return row;
  }

  boxes(hall) {
    const known = new Set();
    for (const row of this.part("boxes").children) {
      const box = hall.boxes.find((one) => one.id === row.dataset.box);
      if (!box) continue;
      known.add(box.id);
      row.querySelector('[data-part="cast"]').textContent = t("roundtables.cast", { n: box.cast, of: hall.members });
      row.querySelector("svg").replaceWith(bar(hall.members ? box.cast / hall.members : 0));
    }
    this.part("no-boxes").hidden = hall.boxes.length > 0;
    if (hall.boxes.some((box) => !known.has(box.id))) location.reload(); // the server knows what it asks
  }

  say(state) {
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    this.part("stream").textContent = t(`roundtables.${state}`);
  }
}
customElements.define("roundtable-hall", RoundtableHall);
