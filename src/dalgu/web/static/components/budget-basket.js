/* The basket of a budget's ballot: what is chosen, its sum beside the budget, and no more than fits
   on a ballot. Without it the form is the same; the server counts. */
import { number } from "../words.js";

class BudgetBasket extends HTMLElement {
  connectedCallback() {
    this.boxes = /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[name='mark']")]);
    if (!this.querySelector("[data-part='sum']")) return; // a reader who cannot vote here
    this.most = Number(this.dataset.most);
    this.addEventListener("change", () => this.show());
    this.show();
  }

  /** @param {string} name */
  part(name) { return /** @type {HTMLElement} */ (this.querySelector(`[data-part="${name}"]`)); }

  show() {
    const chosen = this.boxes.filter((box) => box.checked);
    const sum = chosen.reduce((all, box) => all + Number(box.dataset.cost), 0);
    const isFull = chosen.length >= this.most, isOver = sum > Number(this.dataset.amount);
    const said = this.dataset.said.replace("[n]", String(chosen.length)).replace("[sum]", number(sum));
    this.part("sum").textContent = [said, isFull ? this.dataset.full : "", isOver ? this.dataset.over : ""].filter(Boolean).join(" · ");
    this.part("running").textContent = said;
    this.part("running").hidden = false;
    /** @type {HTMLMeterElement} */ (this.part("bar")).value = sum;
    for (const box of this.boxes) box.disabled = isFull && !box.checked;
    this.part("list").replaceChildren(...chosen.map((box) => this.line(box)));
  }

  /** @param {HTMLInputElement} box */
  line(box) {
    const line = document.createElement("li"), name = document.createElement("span"), cost = document.createElement("span");
    name.textContent = box.closest("label").querySelector("strong").textContent;
    cost.textContent = number(Number(box.dataset.cost));
    line.append(name, cost);
    return line;
  }
}
customElements.define("budget-basket", BudgetBasket);
