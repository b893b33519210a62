/* A table that sorts by its heads and, when long, can be searched. Without script: a table. */
import { language, t } from "../words.js";

const LONG = 12;
const collator = new Intl.Collator(language, { numeric: true });

class DataTable extends HTMLElement {
  connectedCallback() {
    if (this.closest('[data-kind="page"]')) return; // on a video wall nobody presses anything
    this.body = this.querySelector("tbody");
    this.rows = [...this.body.rows];
    this.querySelectorAll("thead th").forEach((head, index) => this.makeSortable(head, index));
    if (this.rows.length > LONG) this.addSearch();
  }

  makeSortable(head, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => this.sort(head, index));
    head.append(button);
  }

  sort(head, index) {
    const descending = head.getAttribute("aria-sort") === "ascending";
    this.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.cells[index];
      return cell.dataset.value ? Number(cell.dataset.value) : cell.textContent.trim();
    };
    this.rows.sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      const order = typeof left === "number" && typeof right === "number" ? left - right : collator.compare(String(left), String(right));
      return descending ? -order : order;
    });
    this.body.append(...this.rows);
  }

  addSearch() {
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = t("table.search");
    input.setAttribute("aria-label", t("table.search"));
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of this.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
    const place = document.createElement("p");
    place.className = "narrow no-print table-search";
    place.append(input);
    this.prepend(place);
  }
}
customElements.define("data-table", DataTable);
