/* A text that one press takes to the clipboard. Without script it can be selected as ever. */
import { t } from "../words.js";

class CopyText extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = t("copy.copy");
    button.addEventListener("click", () => this.copy(button));
    this.append(button);
  }

  /** @param {HTMLButtonElement} button */
  async copy(button) {
    await navigator.clipboard.writeText(this.querySelector("pre").textContent);
    button.textContent = t("copy.done");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { button.textContent = t("copy.copy"); }, 2000);
  }

  disconnectedCallback() { clearTimeout(this.timer); }
}
customElements.define("copy-text", CopyText);
