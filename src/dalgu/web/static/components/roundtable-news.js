/* Tells the theme team how many opinions came since their page was drawn; they choose when to look. */
import { follow } from "./hall-stream.js";

class RoundtableNews extends HTMLElement {
  connectedCallback() {
    const drawn = Number(this.dataset.opinions), link = this.querySelector('[data-part="news"]');
    this.end = follow(this.dataset.number ?? "", (hall) => {
      const fresh = hall.opinions - drawn;
      if (fresh <= 0) return;
      link.textContent = (this.dataset.words ?? "").replace("{n}", String(fresh));
      link.classList.add("main");
    });
  }

  disconnectedCallback() { this.end?.(); }
}
customElements.define("roundtable-news", RoundtableNews);
