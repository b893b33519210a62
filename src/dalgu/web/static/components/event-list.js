/* The event wall: alerts arrive by the stream, and one key takes the one in focus in hand. */
import { listen, t } from "../words.js";

class EventList extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("submit", (event) => this.act(event));
    listen("alerts", (alerts) => this.receive(alerts));
  }

  /** @param {{id: string, status: string, html: string}[]} alerts rows as the server draws them */
  receive(alerts) {
    const shown = this.dataset.status;
    for (const alert of alerts) {
      const old = this.list.querySelector(`[data-id="${CSS.escape(alert.id)}"]`);
      const fits = !shown || shown === alert.status;
      if (!fits) { old?.remove(); continue; }
      const holder = document.createElement("template");
      holder.innerHTML = alert.html.trim();
      const row = holder.content.firstElementChild;
      if (old) { this.swap(old, row); continue; }
      row.classList.add("new");
      this.list.prepend(row);
    }
    this.closest(".wall")?.querySelector(".empty")?.toggleAttribute("hidden", this.list.children.length > 0);
  }

  swap(old, row) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(row);
    if (focused) row.focus();
  }

  key(event) {
    const row = event.target.closest("li");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea")) return;
    const moves = { ArrowDown: row.nextElementSibling, j: row.nextElementSibling, ArrowUp: row.previousElementSibling, k: row.previousElementSibling };
    if (event.key in moves) {
      moves[event.key]?.focus();
      event.preventDefault();
    } else if (event.key === "a" || event.key === "c") {
      row.querySelector(`form[data-key="${event.key}"]`)?.requestSubmit();
      event.preventDefault();
    } else if (event.key === "Enter" && event.target === row) {
      row.querySelector("a.title")?.click();
    }
  }

  async act(event) {
    const form = event.target;
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" } });
    const said = await answer.json();
    if (answer.ok) this.receive([said]);
    else this.closest(".wall").querySelector('[role="status"]').textContent = said.detail ?? t("failed");
  }
}
customElements.define("event-list", EventList);
