/* While a proposal is written, those that say nearly the same: asked for shortly after a pause.
   Without script they come as a second step after sending. */
import { number, t } from "../words.js";

const WAIT_MS = 700;
const SHORTEST = 4; // letters of a title that say anything

class SimilarProposals extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById("write");
    for (const name of ["title", "text"]) this.form?.elements[name]?.addEventListener("input", () => this.soon());
    this.soon();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const title = this.form.elements.title.value.trim(), text = this.form.elements.text.value.trim();
    if (title.length < SHORTEST) return this.replaceChildren();
    const query = new URLSearchParams({ kind: this.dataset.kind, title, text: text.slice(0, 300) });
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await fetch(`/citizens/proposals/similar.json?${query}`, { signal: this.asked.signal });
      if (answer.ok) this.show((await answer.json()).similar);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  /** @param {{title: string, path: string, supports: number}[]} found */
  show(found) {
    if (!found.length) return this.replaceChildren();
    const lead = document.createElement("strong"), list = document.createElement("ul");
    lead.textContent = t("proposals.similar");
    for (const one of found) {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = `${this.dataset.base}${one.path}`;
      link.textContent = one.title;
      item.append(link, ` · ${t("proposals.supports", { n: number(one.supports) })}`);
      list.append(item);
    }
    this.replaceChildren(lead, list);
  }

  disconnectedCallback() { clearTimeout(this.timer); this.asked?.abort(); }
}
customElements.define("similar-proposals", SimilarProposals);
