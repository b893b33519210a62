/* The list of operations: what does not fit the searched words is hidden; a link opens its operation. */
import { t } from "../words.js";

class ApiList extends HTMLElement {
  connectedCallback() {
    this.found = this.querySelector('[data-part="found"]');
    const find = this.querySelector("input[type=search]");
    find.addEventListener("input", () => this.narrow(find.value));
    window.addEventListener("hashchange", () => this.reveal());
    this.narrow(find.value);
    this.reveal();
  }

  /** @param {string} text */
  narrow(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of this.querySelectorAll("[data-group]")) {
      let left = 0;
      for (const door of group.querySelectorAll("details.door")) {
        const told = door.dataset.words.toLowerCase();
        door.hidden = !words.every((word) => told.includes(word));
        left += Number(!door.hidden);
      }
      group.hidden = left === 0;
      count += left;
    }
    this.found.textContent = words.length ? t("api.found", { n: count }) : "";
  }

  reveal() {
    const door = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (door instanceof HTMLDetailsElement) door.open = true;
  }
}
customElements.define("api-list", ApiList);
