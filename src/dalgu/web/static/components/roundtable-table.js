/* A facilitator's tablet: what is typed is on its disk at once, and in the book as soon as there is a network. */
import { cityNow, language, setClock, t } from "../words.js";
import { Timer, element, follow, stepOf } from "./hall-stream.js";
import { ShiftQueue, newKey } from "./shift-queue.js";

const TRY_MS = 4_000;
const AT_ONCE = 50; // opinions of one batch
const STORE = "dalgu-roundtable";
const PLACE = /\/roundtables\/(\d+)\/table\/([\w-]+)/;

class RoundtableTable extends HTMLElement {
  async connectedCallback() {
    const [, number = "", code = ""] = PLACE.exec(location.pathname) ?? [];
    this.number = number;
    this.code = code;
    this.hall = `${number}/${code}`;
    this.form = this.querySelector("form.write");
    this.list = this.part("said");
    this.timer = new Timer(this.part("timer"));
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.click(event));
    try { this.queue = await ShiftQueue.open(STORE); } catch { this.say("no_store"); return; }
    await this.know();
    for (const entry of await this.mine()) this.show(entry);
    this.worker();
    addEventListener("online", () => this.sync());
    addEventListener("offline", () => this.say("offline"));
    setInterval(() => this.again(), TRY_MS);
    if (!("shell" in this.dataset)) this.end = follow(number, (hall) => this.hear(hall), (state) => { if (state === "lost") this.say("offline"); });
    this.dataset.ready = "";
    await this.sync();
  }

  disconnectedCallback() { this.end?.(); }
  /** @param {string} name @returns {HTMLElement} */
  part(name) { return this.querySelector(`[data-part="${name}"]`); }
  async mine() { return (await this.queue.all()).filter((one) => one.hall === this.hall); }

  /** What the page says of the table is remembered for the shell, which knows nothing. */
  async know() {
    const wall = Date.now();
    if ("shell" in this.dataset) {
      const known = await this.queue.recall(this.hall);
      if (!known) return;
      this.dataset.round = known.round;
      this.part("title").textContent = known.title;
      this.part("where").textContent = t("roundtables.table", { n: known.table });
      setClock(new Date(known.city + (wall - known.wall) * known.speed).toISOString(), known.speed);
    } else {
      const { table, round, title } = this.dataset;
      await this.queue.remember(this.hall, { table, round, title, city: cityNow().getTime(), wall, speed: Number(document.body.dataset.speed) });
    }
  }

  worker() {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register("/roundtable-worker.js", { scope: `/${language}/roundtables/` }).catch(() => {});
  }

  hear(hall) {
    this.part("step").textContent = stepOf(hall);
    this.timer.until(hall.step?.ends);
    if (hall.step && String(hall.step.round) !== this.dataset.round) { // other people sit here now
      this.dataset.round = hall.step.round;
      void this.know().then(() => { if (!this.form.elements.text.value) location.reload(); });
    }
    const themes = hall.themes.slice(0, 12).map((theme) => {
      const row = element("li", "");
      row.append(element("span", theme.title, "title"), " ", element("span", theme.n, "n"));
      return row;
    });
    this.part("themes")?.replaceChildren(...themes);
    this.dataset.seen = hall.now;
  }

  async submit(event) {
    if (!this.queue) return; // the form goes its plain way
    event.preventDefault();
    const text = this.form.elements.text.value.trim();
    if (!text) return;
    const entry = { key: newKey(), text, at: cityNow().toISOString(), round: Number(this.dataset.round) || 1, hall: this.hall };
    const n = await this.queue.add(entry);
    this.form.elements.text.value = "";
    this.form.elements.text.focus();
    this.show({ ...entry, n });
    await this.sync();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  /** One window sends at a time; a key that comes twice is one opinion all the same. */
  async sync() {
    if (this.syncing || !this.queue) return;
    this.syncing = true;
    const work = () => this.send();
    try { await (navigator.locks ? navigator.locks.request("roundtable", work) : work()); } finally { this.syncing = false; }
  }

  async send() {
    for (;;) {
      const waiting = (await this.mine()).filter((one) => !one.refusal).slice(0, AT_ONCE);
      if (!waiting.length) break;
      const answer = await this.ask(waiting.map(({ key, text, at, round }) => ({ key, text, at, round })));
      if (!answer) return;
      const fates = new Map(answer.outcomes.map((one) => [one.key, one]));
      for (const one of waiting) await this.settle(one, fates.get(one.key));
    }
    const stands = "shell" in this.dataset && this.code; // in place of a table's real page
    if (!stands) await this.say("live");
    else if (!this.form.elements.text.value && await this.isThere()) location.reload();
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
    this.show(fate.opinion);
  }

  /** Returns the answer, nothing where there is none now: then the state says why. */
  async ask(opinions) {
    try {
      const answer = await fetch(`/roundtables/${this.number}/table/${this.code}/opinions?language=${language}`, {
        method: "POST", body: JSON.stringify({ opinions }), headers: { "content-type": "application/json", accept: "application/json" } });
      if (answer.ok) return await answer.json();
      await this.say(answer.status === 404 ? "bad_code" : "offline");
    } catch { await this.say("offline"); }
    return null;
  }

  async isThere() {
    try { return (await fetch("/health/live", { cache: "no-store" })).ok; } catch { return false; }
  }

  async again() {
    if (this.dataset.state !== "live" || (await this.mine()).some((one) => !one.refusal)) await this.sync();
  }

  show(entry) {
    const old = this.list.querySelector(`[data-key="${CSS.escape(entry.key)}"]`);
    const row = document.createElement("li");
    row.dataset.key = entry.key;
    const state = entry.refusal ? "refused" : entry.order ? "" : "waiting";
    if (state) row.dataset.state = state;
    const words = [t("roundtables.round", { n: entry.round }), entry.theme, entry.refusal && `${t("roundtables.refused")}: ${entry.refusal}`];
    row.append(element("p", entry.text), element("p", words.filter(Boolean).join(" · "), "faint"));
    if (entry.refusal) { const edit = element("button", t("roundtables.edit")); edit.type = "button"; edit.dataset.act = "edit"; row.append(edit); }
    if (old) old.replaceWith(row); else this.list.prepend(row);
    this.part("empty").hidden = true;
    this.part("count").textContent = String(this.list.children.length);
  }

  async click(event) {
    if (event.target.closest("[data-act]")?.dataset.act !== "edit") return;
    const row = event.target.closest("li");
    const entry = (await this.mine()).find((one) => one.key === row.dataset.key);
    if (!entry) return;
    this.form.elements.text.value = entry.text;
    this.form.elements.text.focus();
    await this.queue.remove(entry.n);
    row.remove();
  }

  /** @param {"live" | "offline" | "bad_code" | "no_store"} state */
  async say(state) {
    const waiting = this.queue ? (await this.mine()).filter((one) => !one.refusal).length : 0;
    this.dataset.state = state;
    const words = [state === "live" ? t("roundtables.sent_all") : t(`roundtables.${state}`)];
    if (waiting) words.push(t("roundtables.waiting", { n: waiting }));
    const line = this.part("state"), said = words.join(" · ");
    if (line.textContent !== said) line.textContent = said;
  }
}
customElements.define("roundtable-table", RoundtableTable);
