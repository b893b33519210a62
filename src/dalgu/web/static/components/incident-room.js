/* The room of an incident, and the list of all: keys for what is done most, timers by the city's
   clock, and parts that the server draws anew whenever the stream tells of a change. */
import { cityNow, listen, t } from "../words.js";

const GATHER_MS = 150; // several changes at once are one refresh
const LIST_GATHER_MS = 1500; // a list changes with every incident of the city

class IncidentRoom extends HTMLElement {
  connectedCallback() {
    this.number = Number(this.dataset.number);
    this.drawn = new Map();
    this.addEventListener("submit", (event) => this.act(event));
    this.addEventListener("keydown", (event) => this.key(event));
    // A Korean syllable in the making must not be torn away from under the fingers.
    this.addEventListener("compositionstart", () => { this.composing = true; });
    this.addEventListener("compositionend", () => { this.composing = false; if (this.late) this.refresh(); });
    this.querySelector("dialog")?.addEventListener("close", () => this.focus());
    this.dress();
    this.tick = setInterval(() => this.time(), 1000);
    this.time();
    listen("rows", (said) => this.hear(said));
    // Keys act while the focus is in the room (WCAG 2.1.4), so it begins there.
    if (this.number && document.activeElement === document.body) this.focus({ preventScroll: true });
    if (this.number && location.hash) this.press(this.querySelector(`details#${CSS.escape(location.hash.slice(1))}`));
  }

  disconnectedCallback() { clearInterval(this.tick); }

  dress() { for (const one of this.querySelectorAll("[data-help]")) { one.hidden = false; one.onclick = () => this.help(); } }

  /** @param {{rows?: {number: number, seq: number}[], gone?: number[], reload?: boolean}} said */
  hear({ rows = [], gone = [], reload }) {
    const mine = this.number ? rows.some((row) => row.number === this.number && row.seq > Number(this.dataset.seq)) : rows.length + gone.length;
    if (mine || reload) this.soon();
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.refresh(), this.number ? GATHER_MS : LIST_GATHER_MS);
  }

  async refresh() {
    this.late = Boolean(this.composing);
    if (this.late) return;
    const answer = await fetch(location.href, { headers: this.headers() }).catch(() => null);
    if (answer?.ok) this.swap(await answer.text(), ["refusal"]); // it stands until the next deed of this person
  }

  headers() { return { accept: "text/html", ...(this.number ? { "x-part": "live" } : {}) }; }

  async act(event) {
    const form = event.target;
    if (form.method !== "post" || form.dataset.plain !== undefined) return;
    event.preventDefault();
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    const answer = await fetch(form.action, { method: "POST", body, headers: this.headers() }).catch(() => null);
    if (!answer || (!answer.ok && !answer.headers.get("content-type")?.includes("html"))) return this.say(t("incidents.failed"));
    if (answer.ok) { form.reset(); form.closest("details")?.removeAttribute("open"); }
    this.swap(await answer.text());
    if (answer.ok) this.settle();
    else this.querySelector("#refusal")?.scrollIntoView({ block: "nearest" });
  }

  /** After a deed its button may be gone: the focus must not fall out of the room. */
  settle() { if (!this.contains(document.activeElement) || document.activeElement === document.body) this.focus({ preventScroll: true }); }

  say(text) { const box = this.querySelector("[data-said]"); if (box) box.textContent = text; }

  /** @param {string} html @param {string[]} kept parts that stay as they are */
  swap(html, kept = []) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("incident-room");
    if (!fresh) return this.say(t("incidents.failed"));
    if (fresh.dataset.seq) this.dataset.seq = fresh.dataset.seq;
    for (const part of this.querySelectorAll("[data-live]")) {
      const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!next || kept.includes(part.dataset.live) || this.drawn.get(part) === next.innerHTML) continue;
      this.drawn.set(part, next.innerHTML);
      const restore = keep(part);
      part.replaceChildren(...next.childNodes);
      restore();
    }
    this.dress();
    this.time();
  }

  key(event) {
    if (!this.number || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, city-map")) return;
    const key = event.key.toLowerCase();
    if (key === "?") this.help();
    else if (key === "m") this.querySelector("#comment-text")?.focus();
    else if (!this.press(this.querySelector(`[data-key="${CSS.escape(key)}"]`))) return;
    event.preventDefault();
  }

  press(found) {
    if (!found) return false;
    if (found instanceof HTMLFormElement) found.requestSubmit();
    else {
      found.open = true;
      found.querySelector("input, textarea, select")?.focus();
    }
    return true;
  }

  help() { this.querySelector("dialog")?.showModal(); }

  time() {
    const now = cityNow().getTime();
    for (const one of this.querySelectorAll("[data-since]")) one.textContent = span(now - Date.parse(one.dataset.since));
    for (const one of this.querySelectorAll("[data-due]")) {
      const left = Date.parse(one.dataset.due) - now;
      one.classList.toggle("over", left < 0);
      one.textContent = t(left < 0 ? "incidents.over" : "incidents.left", { time: span(Math.abs(left)) });
    }
  }
}

/** Remember what a part holds of its reader: typed text, the focus, what is unfolded. */
function keep(part) {
  const typed = [...part.querySelectorAll("input, textarea, select")].filter((one) => one.id && changed(one)).map((one) => [one.id, one.value]);
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const at = active?.matches("textarea, input:not([type=number])") ? [active.selectionStart, active.selectionEnd] : null;
  const find = (id) => part.querySelector(`#${CSS.escape(id)}`);
  return () => {
    for (const id of open) find(id)?.setAttribute("open", "");
    for (const [id, value] of typed) { const one = find(id); if (one) one.value = value; }
    const again = active?.id ? find(active.id) : active?.matches("summary") ? find(active.parentElement.id)?.querySelector("summary") : null;
    again?.focus({ preventScroll: true });
    if (again && at) again.setSelectionRange(at[0], at[1]);
  };
}

function changed(field) {
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0;
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

/** @param {number} ms */
function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
}

customElements.define("incident-room", IncidentRoom);
