/* The shift log: written at once on this computer, in the book as soon as there is a network. */
import { cityNow, language, moment, setClock, t } from "../words.js";
import { ShiftQueue, newKey } from "./shift-queue.js";
import { place, row, strike } from "./shift-rows.js";

const TRY_MS = 5_000;
const LOOK_MS = 15_000;
const AT_ONCE = 50; // entries of one request

class ShiftLog extends HTMLElement {
  async connectedCallback() {
    this.querySelectorAll('[data-act="print"]').forEach((one) => { one.hidden = false; });
    this.addEventListener("click", (event) => this.click(event));
    if ("plain" in this.dataset) return;
    this.form = this.querySelector("form.write");
    this.list = this.querySelector("ol");
    this.actor = this.dataset.actor ?? "";
    document.addEventListener("keydown", (event) => this.key(event));
    this.form?.addEventListener("submit", (event) => this.submit(event));
    try { this.queue = await ShiftQueue.open(); } catch { this.say("no-store"); return; }
    await this.know();
    this.querySelectorAll('[data-act="correct"]').forEach((one) => { one.hidden = !this.form; });
    for (const entry of await this.mine()) this.show(entry);
    this.worker();
    addEventListener("online", () => this.sync());
    addEventListener("offline", () => this.lost());
    setInterval(() => this.again(), TRY_MS);
    if ("live" in this.dataset) setInterval(() => this.look(), LOOK_MS);
    this.dataset.ready = "";
    if (navigator.onLine) await this.sync(); else this.lost();
  }

  /** Who writes here and what the city's time is: told by the page, or remembered where there is none. */
  async know() {
    const wall = Date.now();
    if ("shell" in this.dataset) {
      this.actor = (await this.queue.recall("actor")) ?? "";
      const clock = await this.queue.recall("clock");
      if (clock) setClock(new Date(clock.city + (wall - clock.wall) * clock.speed).toISOString(), clock.speed);
      this.form.hidden = !this.actor;
      this.part("writer").textContent = this.actor ? t("shifts.writes_as", { who: this.actor }) : t("shifts.nobody_known");
      const theme = /(?:^|; )theme=(dark|day|contrast)/.exec(document.cookie);
      if (theme) document.documentElement.dataset.theme = theme[1];
    } else if (this.actor) {
      await this.queue.remember("actor", this.actor);
      await this.queue.remember("clock", { city: cityNow().getTime(), wall, speed: Number(document.body.dataset.speed) });
    }
  }

  worker() {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register("/shift-worker.js", { scope: `/${language}/center/shift` }).catch(() => {});
  }

  part(name) { return this.querySelector(`[data-part="${name}"]`); }
  async mine() { return (await this.queue.all()).filter((one) => one.writer === this.actor); }

  async submit(event) {
    if (!this.queue || !this.actor) return; // the form goes its plain way
    event.preventDefault();
    const sent = new FormData(this.form);
    const said = String(sent.get("text") ?? "").trim();
    if (!said) return;
    const incident = Number(sent.get("incident")) || null;
    const entry = { key: newKey(), at: cityNow().toISOString(), category: sent.get("category"), text: said,
      incident, strikes: sent.get("strikes") || null, writer: this.actor };
    const n = await this.queue.add(entry);
    this.clear();
    this.show({ ...entry, n });
    await this.sync();
  }

  clear() {
    this.form.elements.text.value = this.form.elements.incident.value = this.form.elements.strikes.value = "";
    this.part("strike").hidden = true;
    this.form.elements.text.focus();
  }

  show(entry) {
    place(this.list, row(entry, this.actor));
    strike(this.list, entry);
    this.part("empty").hidden = true;
  }

  /** One window sends at a time; a key that comes twice is one entry in the book all the same. */
  async sync() {
    if (this.syncing || !this.queue) return;
    this.syncing = true;
    const work = () => this.send();
    try { await (navigator.locks ? navigator.locks.request("shift-log", work) : work()); } finally { this.syncing = false; }
  }

  async send() {
    for (;;) {
      const waiting = (await this.mine()).filter((one) => !one.refusal).slice(0, AT_ONCE);
      if (!waiting.length) break;
      const entries = waiting.map(({ key, at, category, text, incident, strikes }) => ({ key, at, category, text, incident, strikes }));
      const answer = await this.ask(`/shifts/entries?language=${language}`, { writer: this.actor, entries });
      if (!answer) return;
      const fates = new Map(answer.outcomes.map((one) => [one.key, one]));
      for (const one of waiting) await this.settle(one, fates.get(one.key));
    }
    if (this.forsaken()) await this.look(); // another window has sent what waits here on the screen
    if (this.offlineSince && !(await this.ask("/health/live"))) return;
    if (this.offlineSince) this.worker(); // a network that went while the shell was fetched left none
    this.offlineSince = null;
    await this.say("live");
    const stands = "shell" in this.dataset && !location.pathname.endsWith("/offline"); // in place of the real page
    if (stands && !this.form.elements.text.value && !(await this.mine()).length) location.reload();
  }

  async settle(entry, fate) {
    if (!fate) return;
    if (fate.fate === "refused") {
      const refused = { ...entry, refusal: fate.refusal };
      await this.queue.put(refused);
      this.show(refused);
      return;
    }
    await this.queue.remove(entry.n);
    this.show({ ...fate.entry, conflicts: fate.conflicts });
  }

  /** Returns the answer, nothing where there is none now: then the state says why. */
  async ask(address, body) {
    try {
      const how = body ? { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", accept: "application/json" } } : { cache: "no-store" };
      const answer = await fetch(address, how);
      if (answer.ok) return await answer.json();
      await this.say(answer.status === 401 ? "session" : answer.status === 403 ? "forbidden" : "busy");
    } catch { await this.lost(); }
    return null;
  }

  async lost() {
    this.offlineSince ??= cityNow();
    await this.say("offline");
  }

  async again() {
    if (this.offlineSince || this.forsaken() || (await this.mine()).some((one) => !one.refusal)) await this.sync();
  }

  forsaken() { return "live" in this.dataset && this.list.querySelector('[data-state="waiting"]') !== null; }

  /** Brings what others wrote. */
  async look() {
    if (document.hidden || this.offlineSince) return;
    const log = await this.ask(`/shifts/${this.dataset.shift}.json`);
    const known = (one) => this.list.querySelector(`[data-key="${CSS.escape(one.key)}"]:not([data-state])`);
    for (const one of log?.entries ?? []) if (!known(one)) this.show(one);
  }

  /** @param {"live" | "offline" | "session" | "forbidden" | "busy" | "no-store"} state */
  async say(state) {
    const all = this.queue ? await this.queue.all() : [];
    const waiting = all.filter((one) => one.writer === this.actor).length;
    const words = [t(`shifts.state.${state}`, { at: this.offlineSince ? moment(this.offlineSince) : "" })];
    if (waiting) words.push(t("shifts.n_waiting", { n: waiting }));
    if (all.length > waiting) words.push(t("shifts.others_wait", { n: all.length - waiting }));
    const line = this.part("state");
    this.dataset.state = state;
    if (!line || line.dataset.said === words.join()) return;
    line.dataset.said = words.join();
    line.replaceChildren(words.join(" · "));
    if (state !== "session") return;
    const link = document.createElement("a");
    link.href = `/${language}/sign-in?next=/${language}/center/shift`;
    link.textContent = t("shifts.sign_in");
    line.append(" ", link);
  }

  key(event) {
    const field = this.form?.elements.text;
    if (!field || this.form.hidden || event.isComposing) return;
    if (event.target === field && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.target === field && event.key === "Escape") {
      field.blur();
    } else if (event.key === "n" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select, dialog")) {
      event.preventDefault();
      field.focus();
    }
  }

  async click(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "print") print();
    const line = event.target.closest("li");
    if (act === "correct") this.write(line.querySelector(".text").textContent, line.dataset, line.dataset.key);
    if (!line || !["again", "drop"].includes(act)) return;
    const entry = (await this.mine()).find((one) => one.key === line.dataset.key);
    if (!entry) return;
    if (act === "again") this.write(entry.text, entry, entry.strikes);
    await this.queue.remove(entry.n);
    line.remove();
    await this.say(this.dataset.state);
  }

  /** Puts a text into the form: to be corrected (then it strikes another), or tried again. */
  write(text, { category, incident }, strikes) {
    Object.assign(this.form.elements.text, { value: text });
    this.form.elements.category.value = category;
    this.form.elements.incident.value = incident ?? "";
    this.form.elements.strikes.value = strikes ?? "";
    this.part("strike").hidden = !strikes;
    this.part("strike").textContent = t("shifts.strikes");
    this.form.elements.text.focus();
  }
}
customElements.define("shift-log", ShiftLog);
