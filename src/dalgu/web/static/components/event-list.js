/* The event wall: incidents arrive by the stream, and one key takes the one in focus in hand. */
import { announce, cityNow, clockTime, language, listen, number, t } from "../words.js";
import { Deeds } from "./event-deeds.js";
import { dress, rowElement, tick } from "./event-row.js";
import { Rows } from "./event-rows.js";
import { askToShelve } from "./event-shelve.js";
import { Sound } from "./event-sound.js";
import { Window } from "./event-window.js";

const SAY_MS = 2500; // new incidents of so long are announced in one sentence
const AFTER = { seen: { status: "seen" }, take: { status: "in_hand" } }; // what a deed will bring
const FILTERS = ["status", "priority", "category", "district"];

class EventList extends HTMLElement {
  connectedCallback() {
    this.wall = this.closest(".wall");
    this.form = this.wall.querySelector("form.filters");
    this.look = { actor: this.dataset.actor, handles: this.hasAttribute("data-handles"), past: false, districts: this.districts() };
    this.rows = new Rows();
    this.rows.filter = this.asked();
    this.window = new Window(this, this.querySelector("ol"), { make: rowElement, dress: (item, row) => dress(item, row, this.look) });
    this.fresh = [];
    this.furnish();
    this.hear();
    this.load();
    this.timer = setInterval(() => this.window.shown.forEach(tick), 1000);
  }

  districts() {
    const options = [...this.form.elements.district.options].filter((one) => one.value);
    return new Map(options.map((one) => [one.value, one.textContent]));
  }

  furnish() {
    this.count = this.wall.querySelector('[data-part="count"]');
    this.voice = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.voice.setAttribute("aria-live", "polite");
    this.note = Object.assign(document.createElement("p"), { className: "note", hidden: true });
    this.note.setAttribute("role", "status");
    this.before(this.note, this.voice);
    if (!this.look.handles) return;
    this.sound = new Sound(this.wall.querySelector("header"));
    this.deeds = new Deeds(this.dataset.actor, {
      done: (row) => this.receive([row], []),
      refused: (which, why) => this.refused(which, why),
      changed: () => this.tellNote(),
    });
  }

  hear() {
    listen("rows", ({ rows, gone, reload }) => (reload ? this.load() : this.receive(rows, gone)));
    listen("rows-at", ({ rows, at }) => this.goTo(rows, at));
    listen("stream", (state) => { this.lostAt = state === "lost" ? cityNow() : null; this.tellNote(); if (state === "live") this.deeds?.send(); });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.narrow(); });
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("focusin", (event) => { const item = event.target.closest("li"); if (item) this.window.active = Number(item.dataset.number); });
    this.jump = (event) => { if (event.altKey && event.code === "KeyJ") { event.preventDefault(); this.window.focus(0); } };
    document.addEventListener("keydown", this.jump);
  }

  asked() { return Object.fromEntries(FILTERS.map((name) => [name, this.form.elements[name].value])); }

  async load() {
    const status = { raised: "open" }[this.rows.filter.status] ?? this.rows.filter.status;
    const answer = await fetch(`/incidents.json?status=${status}&language=${language}`).catch(() => null);
    if (!answer?.ok) return;
    this.live.load(await answer.json());
    this.show();
  }

  get live() { return this.held ?? this.rows; }

  narrow() {
    const filter = this.asked(), was = this.live.filter.status;
    const address = new URL(location.href); // the map's part of it stays as it is
    for (const [name, value] of Object.entries(filter)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, "", address);
    this.scrollTop = 0;
    this.live.refilter(filter);
    this.rows.refilter(filter);
    if (filter.status !== was) this.load();
    this.show();
  }

  /** @param {object[]} rows @param {number[]} gone */
  receive(rows, gone) {
    for (const row of rows) {
      const isNew = this.live.put(row);
      if (isNew && row.status === "raised") this.fresh.push(row);
    }
    for (const which of gone) if (this.live.filter.status !== "closed") this.live.drop(which);
    if (this.fresh.length) this.speaking ??= setTimeout(() => this.say(), SAY_MS);
    if (!this.held) this.show();
  }

  say() {
    const [first] = this.fresh.sort((a, b) => (a.priority < b.priority ? -1 : 1));
    const values = { n: this.fresh.length, priority: first.priority, title: first.title };
    this.voice.textContent = t(this.fresh.length === 1 ? "live.new_one" : "live.new_many", values);
    this.fresh = [];
    this.speaking = undefined;
  }

  show() {
    const { list } = this.rows;
    this.querySelector(".rest")?.remove();
    this.querySelector(".empty").hidden = list.length > 0;
    this.count.textContent = t("live.count", { n: number(list.length) });
    if (!list.some((row) => row.number === this.window.active)) this.window.active = null;
    this.window.update(list);
    if (!this.held) this.sound?.need(list.find((row) => row.status === "raised" && !row.isDrill)?.priority ?? null);
  }

  /** The past of the time bar, until it comes back to now. */
  goTo(rows, at) {
    if (at === null) { if (this.held) this.rows = this.held; this.held = undefined; }
    else {
      this.held ??= this.rows;
      this.rows = new Rows();
      this.rows.filter = this.held.filter;
      this.rows.load(rows);
    }
    this.look.past = at !== null;
    this.past = at;
    this.wall.toggleAttribute("data-past", this.look.past);
    this.window.shown.forEach((item) => { item.row = null; });
    this.tellNote();
    this.show();
  }

  tellNote() {
    const kept = this.deeds?.waiting.length ?? 0;
    const said = [
      this.past && t("live.as_of", { at: clockTime(new Date(this.past)) }),
      this.lostAt && t("live.lost", { at: clockTime(this.lostAt) }),
      kept && (this.lostAt || this.deeds.isHeldUp) && t("live.waiting_count", { n: kept }),
      this.deeds?.isSignedOut && t("live.gone_in"), this.why,
    ].filter(Boolean).join(" ");
    this.wall.toggleAttribute("data-lost", Boolean(this.lostAt));
    this.note.hidden = !said;
    if (this.note.textContent !== said) this.note.textContent = said;
  }

  key(event) {
    const item = event.target.closest("li");
    if (!item || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, dialog")) return;
    const at = this.window.data.findIndex((row) => row.number === Number(item.dataset.number));
    const page = Math.max(1, Math.floor(this.clientHeight / this.window.high) - 1);
    const moves = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.window.data.length - 1 };
    const deeds = { a: "seen", t: "take", c: "close", z: "shelve" };
    if (event.key in moves) this.window.focus(moves[event.key]);
    else if (event.key in deeds) this.act(item.row, deeds[event.key]);
    else if (event.key === "Enter" && event.target === item) item.querySelector("a").click();
    else return;
    event.preventDefault();
  }

  click(event) {
    const item = event.target.closest("li"), button = event.target.closest("button[data-deed]");
    if (item && button) this.act(item.row, button.dataset.deed);
    else if (item && !event.target.closest("a")) announce("chosen", item.row);
  }

  async act(row, deed) {
    if (!row || !this.look.handles || this.look.past) return;
    if (deed === "close") return location.assign(`/${language}/center/incidents/${row.number}#closing`);
    if (deed === "seen" && row.status !== "raised") return;
    const words = deed === "shelve" ? await askToShelve(row, this.wall) : {};
    if (!words) return;
    const will = AFTER[deed] ?? { shelvedUntil: new Date(cityNow().getTime() + words.minutes * 60_000).toISOString() };
    this.why = "";
    this.receive([{ ...row, ...will, isPending: true, before: row }], []);
    this.deeds.add(row.number, deed, words);
  }

  refused(which, why) {
    const row = this.live.get(which);
    if (row?.before) this.receive([row.before], []); else this.load();
    this.why = `#${which}: ${why || t("live.failed")}`;
    this.tellNote();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.jump);
  }
}
customElements.define("event-list", EventList);
