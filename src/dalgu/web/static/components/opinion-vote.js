/* The card that is voted on: one key or press, and the next statement is there without a new page.
   Without script the form posts and the page comes again. */
import { t } from "../words.js";

const KEYS = new Set(["a", "d", "p"]);

class OpinionVote extends HTMLElement {
  connectedCallback() {
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.addEventListener("submit", (event) => this.send(/** @type {SubmitEvent} */ (event)));
    this.status = document.createElement("p");
    this.status.setAttribute("role", "status");
    this.after(this.status);
  }

  disconnectedCallback() { document.removeEventListener("keydown", this.onKey); }

  /** @param {KeyboardEvent} event */
  key(event) {
    const key = event.key.toLowerCase();
    const where = event.target instanceof Element ? event.target : null;
    if (!KEYS.has(key) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (where?.closest("input, textarea, select, [contenteditable]")) return;
    const button = /** @type {HTMLButtonElement | null} */ (this.querySelector(`[data-key="${key}"]`));
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  }

  /** @param {SubmitEvent} event */
  async send(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLButtonElement} */ (event.submitter);
    if (!form.matches(".votes") || !button) return;
    event.preventDefault();
    const body = new URLSearchParams({ statement: form.elements.namedItem("statement").value, value: button.value });
    const buttons = form.querySelectorAll("button");
    for (const one of buttons) one.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.text());
    } catch {
      for (const one of buttons) one.disabled = false;
      this.status.textContent = t("opinions.failed");
    }
  }

  /** @param {string} page */
  show(page) {
    const next = new DOMParser().parseFromString(page, "text/html");
    const card = next.querySelector("opinion-vote > *");
    if (!card) { location.reload(); return; }
    this.status.textContent = "";
    this.replaceChildren(document.adoptNode(card));
    const own = next.querySelector("[aria-labelledby='mine']");
    if (own) document.querySelector("[aria-labelledby='mine']")?.replaceWith(document.adoptNode(own));
    history.replaceState(null, "", location.pathname);
    this.querySelector("#card")?.focus();
  }
}
customElements.define("opinion-vote", OpinionVote);
