/* Folds the rail to its icons; remembered in a cookie, so that the server draws it so at once. */

class RailFold extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const frame = /** @type {HTMLElement} */ (this.closest(".center-frame"));
    button.hidden = false;
    button.addEventListener("click", () => {
      const isFolded = frame.dataset.rail === "folded";
      if (isFolded) delete frame.dataset.rail; else frame.dataset.rail = "folded";
      button.setAttribute("aria-expanded", String(isFolded));
      document.cookie = `rail=${isFolded ? "wide" : "folded"}; Path=/; Max-Age=31536000; SameSite=Lax`;
    });
  }
}
customElements.define("rail-fold", RailFold);
