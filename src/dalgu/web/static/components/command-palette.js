/* Ctrl+K: every page and thing of the city, and what the open page itself offers, by a few letters. */
import { announce, language, t } from "../words.js";

const WAIT_MS = 120;

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.innerHTML = `<button type="button" class="bare"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.4-4.4"/></svg><span></span> <kbd class="mono faint">Ctrl K</kbd></button>
      <dialog class="palette"><input type="search" role="combobox" aria-expanded="true" aria-controls="found" autocomplete="off" spellcheck="false">
      <ul id="found" role="listbox"></ul><p class="faint"></p></dialog>`;
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.querySelector("button span").textContent = t("palette.open");
    this.dialog.setAttribute("aria-label", t("palette.title"));
    this.input.setAttribute("aria-label", t("palette.title"));
    this.list.setAttribute("aria-label", t("palette.found"));
    this.input.placeholder = t("palette.hint");
    this.querySelector("p").textContent = t("palette.keys");
    this.querySelector("button").addEventListener("click", () => this.open());
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); this.open(); }
    });
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.search(), WAIT_MS); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.go(/** @type {HTMLElement} */ (event.target).closest("li")));
  }

  open() {
    if (this.dialog.open) return;
    this.told = undefined;
    this.dialog.showModal();
    this.input.select();
    this.search();
  }

  async search() {
    clearTimeout(this.timer);
    const text = this.input.value;
    const answer = await fetch(`/search?language=${language}&q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" } });
    if (!answer.ok || text !== this.input.value) return; // a later wish is on its way
    this.told = text;
    const offered = [];
    announce("palette", { text, offer: (one) => offered.push(one) });
    const found = this.found = [...(await answer.json()), ...offered];
    this.list.replaceChildren(...found.map((one, index) => this.option(one, index)));
    this.choose(0);
  }

  option(one, index) {
    const item = document.createElement("li");
    Object.assign(item, { id: `found-${index}`, role: "option" });
    item.dataset.index = String(index);
    if (one.href) item.dataset.href = one.href;
    const kind = Object.assign(document.createElement("span"), { className: "faint", textContent: one.kind });
    item.append(one.title, kind);
    return item;
  }

  choose(index) {
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    this.chosen = index;
    const item = this.list.children[index];
    this.input.setAttribute("aria-activedescendant", item?.id ?? "");
    item?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const last = this.list.children.length - 1;
    if (event.key === "ArrowDown") this.choose(Math.min(last, this.chosen + 1));
    else if (event.key === "ArrowUp") this.choose(Math.max(0, this.chosen - 1));
    else if (event.key === "Enter") this.enter();
    else return;
    event.preventDefault();
  }

  /** What is listed may still answer an earlier word: then the list comes first. */
  async enter() {
    if (this.told !== this.input.value) await this.search();
    if (this.told === this.input.value) this.go(this.list.children[this.chosen]);
  }

  /** Do what the open page offers, show a place on its map, or go to the page. */
  go(item) {
    const one = this.found?.[Number(item?.dataset.index)];
    if (!one) return;
    const where = { center: one.at, zoom: one.zoom, handled: false };
    if (one.at) announce("go", where);
    if (one.act || where.handled) this.dialog.close();
    if (one.act) one.act();
    else if (!where.handled) location.href = one.href;
  }
}
customElements.define("command-palette", CommandPalette);
