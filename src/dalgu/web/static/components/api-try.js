/* Sends one operation in the name of who has signed in, and shows the answer as it came. */
import { t } from "../words.js";

const LONGEST = 200_000; // signs of an answer that are shown

class ApiTry extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.answer = this.querySelector('[data-part="answer"]');
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  address() {
    const fields = new FormData(this.form);
    const path = this.dataset.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(fields.get(`path:${name}`) ?? "")));
    const query = new URLSearchParams(String(fields.get("query") ?? "")).toString();
    return query ? `${path}?${query}` : path;
  }

  async send() {
    const body = this.form.elements.namedItem("body");
    const headers = { accept: "application/json, application/ld+json;q=0.9, */*;q=0.5" };
    if (body) headers["content-type"] = body.dataset.type;
    const began = performance.now();
    this.show(t("api.waiting"), "");
    try {
      const reply = await fetch(this.address(), { method: this.dataset.method, headers, body: body?.value });
      const text = await reply.text();
      const took = Math.round(performance.now() - began);
      const id = reply.headers.get("x-request-id") ?? "";
      this.show(`${reply.status} ${reply.statusText} · ${took} ms · ${id}`, this.pretty(reply, text), reply.ok);
    } catch (failure) {
      this.show(t("api.unreachable"), String(failure), false);
    }
    const sure = this.form.elements.namedItem("sure");
    if (sure) sure.checked = false; // each writing request is confirmed anew
  }

  /** @param {Response} reply @param {string} text */
  pretty(reply, text) {
    const kept = text.slice(0, LONGEST);
    if (!/json/.test(reply.headers.get("content-type") ?? "")) return kept;
    try {
      return JSON.stringify(JSON.parse(text), null, 2).slice(0, LONGEST);
    } catch {
      return kept;
    }
  }

  /** @param {string} line @param {string} text @param {boolean} [ok] */
  show(line, text, ok = true) {
    const told = document.createElement("p");
    told.className = ok ? "badge good" : "badge high";
    told.textContent = line;
    const parts = [told];
    if (text) {
      const body = document.createElement("pre");
      body.className = "sample";
      body.tabIndex = 0;
      body.textContent = text;
      parts.push(body);
    }
    this.answer.replaceChildren(...parts);
  }
}
customElements.define("api-try", ApiTry);
