/* One camera: a still a second at most while somebody can see it, how old it is, why it is silent.
   Coarse by default; clear for a minute when a purpose is chosen. The server decides and logs. */
import { clockTime, t } from "../words.js";

const PACE_MS = { coarse: 2000, clear: 1000 };
const SILENT_MS = 5000;
const CLEAR_MS = 60_000;

class CameraTile extends HTMLElement {
  connectedCallback() {
    this.tabIndex = -1;
    this.image = document.createElement("img");
    this.image.alt = t("cameras.image_of", { name: this.getAttribute("aria-label") });
    this.image.hidden = true;
    this.querySelector(".view").append(this.image);
    this.told = this.querySelector("[data-part=told]");
    this.ageLine = this.querySelector("[data-part=age]");
    const form = this.querySelector("[data-part=clear]");
    if (form) { form.hidden = false; form.addEventListener("submit", (event) => { event.preventDefault(); this.clear(form); }); }
    this.leave = new AbortController();
    const { signal } = this.leave;
    document.addEventListener("visibilitychange", () => this.wake(), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    this.watch = new IntersectionObserver(([one]) => { this.isSeen = one.isIntersecting; this.wake(); });
    this.watch.observe(this);
    this.ticker = setInterval(() => this.tell(), 1000);
  }

  disconnectedCallback() {
    this.leave.abort();
    this.watch.disconnect();
    clearInterval(this.ticker);
    clearTimeout(this.timer);
    if (this.image.src) URL.revokeObjectURL(this.image.src);
  }

  wake() {
    if (!this.isSeen || document.hidden || this.isAsking || this.dataset.state === "over") return;
    clearTimeout(this.timer);
    this.ask();
  }

  /** @param {HTMLFormElement} form */
  clear(form) {
    this.purpose = new FormData(form).get("purpose");
    this.clearUntil = performance.now() + CLEAR_MS;
    this.wake();
  }

  address() {
    const isClear = this.clearUntil > performance.now();
    if (!isClear) return this.dataset.src;
    const sign = this.dataset.src.includes("?") ? "&" : "?";
    return `${this.dataset.src}${sign}purpose=${encodeURIComponent(this.purpose)}`;
  }

  async ask() {
    this.isAsking = true;
    let pause = SILENT_MS;
    try {
      const answer = await fetch(this.address(), { headers: { accept: "image/*, application/json" }, cache: "no-store", signal: this.leave.signal });
      if (answer.status === 204) this.silence(answer.headers.get("image-silent"));
      else pause = answer.ok ? await this.show(answer) : this.refuse(answer);
    } catch (error) {
      if (this.leave.signal.aborted) return;
      this.silence("unreachable");
    } finally { this.isAsking = false; }
    if (pause) this.timer = setTimeout(() => this.wake(), pause);
  }

  /** @param {Response} answer */
  async show(answer) {
    const old = this.image.src;
    this.image.src = URL.createObjectURL(await answer.blob());
    this.image.hidden = false;
    if (old) URL.revokeObjectURL(old);
    this.takenAt = performance.now();
    this.clockAt = new Date(answer.headers.get("taken-at"));
    this.dataset.kind = answer.headers.get("image-kind");
    this.dataset.state = "live";
    this.told.textContent = "";
    this.tell();
    return PACE_MS[this.dataset.kind] ?? PACE_MS.coarse;
  }

  /** @param {Response} answer */
  refuse(answer) {
    if (answer.status === 410 || answer.status === 404) {
      this.dataset.state = "over";
      this.told.textContent = t("cameras.over");
      this.image.removeAttribute("src");
      this.image.hidden = true;
      this.tell();
      return 0;
    }
    this.clearUntil = 0;
    this.silence(String(answer.status));
    return SILENT_MS;
  }

  /** @param {string} reason */
  silence(reason) {
    this.dataset.state = "silent";
    const known = t(`cameras.silent.${reason}`);
    this.told.textContent = known.startsWith("cameras.") ? t("cameras.silent.other", { reason }) : known;
    this.tell();
  }

  tell() {
    if (this.takenAt === undefined) return;
    const seconds = Math.round((performance.now() - this.takenAt) / 1000);
    const left = Math.ceil(((this.clearUntil ?? 0) - performance.now()) / 1000);
    const kind = this.dataset.kind === "clear" && left > 0 ? t("cameras.clear_for", { n: left }) : t(`cameras.${this.dataset.kind}`);
    const text = `${kind} · ${clockTime(this.clockAt)} · ${t("cameras.seconds", { n: seconds })}`;
    if (this.ageLine.textContent !== text) this.ageLine.textContent = text;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const isTyping = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]");
    if (isTyping || event.ctrlKey || event.altKey || event.metaKey || event.key !== this.dataset.key) return;
    event.preventDefault();
    this.toggleAttribute("data-large");
    this.focus();
    this.scrollIntoView({ block: "nearest" });
  }
}
customElements.define("camera-tile", CameraTile);
