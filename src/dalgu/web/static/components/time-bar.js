/* One time for the whole center: live, or any minute of the last days, still or played.
   Says "time" {at, speed, compare, wait}; brings the figures and the wall's rows of that time. */
import { announce, cityNow, language, listen, moment, t } from "../words.js";
import { drawBar, drawMarks } from "./time-parts.js";
import { isTyping } from "./map-keys.js";
import { opened } from "./map-view.js";

const MINUTE = 60_000, HOUR = 60 * MINUTE;
const SPANS = { "24h": 24 * HOUR, "7d": 168 * HOUR };
const SPEEDS = [1, 5, 15, 30, 60];
const TURN_MS = 1000; // of the wall: a frame of a replay
const MARKS_MS = 60_000;
const WEEK_MS = 30_000; // live comparison of figures
const SLOW_TURNS = 5; // at 1x, a frame is worth asking for every five seconds

class TimeBar extends HTMLElement {
  connectedCallback() {
    const query = opened();
    const at = Date.parse(query.get("at") ?? "");
    this.at = Number.isFinite(at) && at < cityNow().getTime() ? at : null;
    this.span = query.get("span") in SPANS ? query.get("span") : "24h";
    if (this.at !== null && cityNow().getTime() - this.at > SPANS[this.span]) this.span = "7d";
    this.compare = query.get("compare") === "week";
    this.speed = 60;
    this.parts = drawBar(this, { spans: Object.keys(SPANS), speeds: SPEEDS });
    this.hidden = false;
    document.addEventListener("keydown", (event) => this.key(event));
    listen("clock", () => this.tell());
    listen("rows", () => { clearTimeout(this.marksSoon); this.marksSoon = setTimeout(() => this.readMarks(), 2000); });
    this.marksTimer = setInterval(() => this.readMarks(), MARKS_MS);
    this.clock = setInterval(() => this.tell(), 1000);
    this.readMarks();
    this.tell();
    if (this.at !== null || this.compare) this.whenReady();
  }

  /** The address asked for another time than now: as soon as there is a map to show it. */
  async whenReady() {
    const city = document.querySelector("city-map");
    while (city && !city.dataset.state) await new Promise((done) => setTimeout(done, 100));
    this.go(this.at);
  }

  get now() { return cityNow().getTime(); }
  get since() { return this.now - SPANS[this.span]; }

  /** Show an instant, `null` for now; frames follow each other, and the latest wish wins. */
  async go(at) {
    const isPast = at !== null && at < this.now - 1000;
    this.at = isPast ? Math.max(at, this.since) : null;
    if (!isPast) this.pause();
    this.tell();
    this.wish = true;
    if (this.running) return this.running;
    this.running = this.follow();
    await this.running;
    this.running = null;
  }

  async follow() {
    while (this.wish) {
      this.wish = false;
      this.toggleAttribute("data-busy", true);
      await this.frame().catch(() => { this.parts.status.textContent = t("time.failed"); });
    }
    this.toggleAttribute("data-busy", false);
  }

  async frame() {
    const iso = this.at === null ? null : new Date(Math.floor(this.at / 1000) * 1000).toISOString().replace(".000", "");
    const waiting = [];
    announce("time", { at: iso, speed: this.playing ? this.speed : 0, compare: this.compare, wait: (work) => waiting.push(work) });
    announce("time-told", { at: iso, compare: this.compare ? "week" : null, span: this.span === "24h" ? null : this.span });
    clearTimeout(this.weekly);
    await Promise.all([...waiting, this.figures(iso), this.rows(iso)]);
    if (iso === null && this.compare) this.weekly = setTimeout(() => this.figures(null), WEEK_MS);
    this.dataset.shown = iso ?? "live";
  }

  async figures(iso) {
    if (iso === null && !this.compare) return announce("kpis-at", { at: null });
    const query = new URLSearchParams({ language, ...(iso ? { at: iso } : {}), ...(this.compare ? { against: "week" } : {}) });
    const said = await this.ask(`/replay/board.json?${query}`);
    if (said) announce("kpis-at", { ...said, at: iso });
  }

  async rows(iso) {
    if (iso === null) return announce("rows-at", { rows: null, at: null });
    const said = await this.ask(`/replay/incidents.json?${new URLSearchParams({ at: iso, language })}`);
    if (said) announce("rows-at", { rows: said.rows, at: iso });
  }

  async ask(address) {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    this.parts.status.textContent = answer.ok ? "" : t("time.failed");
    return answer.ok ? answer.json() : null;
  }

  play() {
    if (this.playing) return this.pause();
    if (this.at === null) this.at = this.now - HOUR;
    this.playing = true;
    let turn = 0;
    this.player = setInterval(() => {
      this.at += this.speed * TURN_MS;
      turn += 1;
      if (this.at >= this.now - 1000) return this.go(null);
      this.tell();
      if (this.speed > 1 || turn % SLOW_TURNS === 0) this.go(this.at);
    }, TURN_MS);
    this.go(this.at);
  }

  pause() {
    this.playing = false;
    clearInterval(this.player);
    this.tell();
  }

  step(by) { this.pause(); this.go((this.at ?? this.now) + by); }

  set(name, value) {
    this[name] = value;
    if (name === "span") this.readMarks();
    if (name !== "speed") this.go(this.at);
    this.tell();
  }

  faster(by) { this.set("speed", SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(this.speed) + by))]); }

  key(event) {
    if (isTyping(event) || event.target.closest?.("event-list, dialog")) return;
    const isBar = this.contains(event.target) || event.target === document.body;
    const act = {
      " ": event.target.matches?.("button, a, summary, input[type='checkbox']") ? null : () => this.play(),
      ",": () => this.step(-MINUTE), ".": () => this.step(MINUTE), "<": () => this.faster(-1), ">": () => this.faster(1),
      l: () => this.go(null), w: () => this.set("compare", !this.compare),
      PageDown: isBar && (() => this.step(-HOUR)), PageUp: isBar && (() => this.step(HOUR)),
      Home: isBar && (() => this.go(this.since)), End: isBar && (() => this.go(null)),
      ArrowLeft: isBar && (() => this.step(-MINUTE)), ArrowRight: isBar && (() => this.step(MINUTE)),
      "[": () => this.toMark(-1), "]": () => this.toMark(1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Go to the incident before or after the shown instant. */
  toMark(way) {
    const here = this.at ?? this.now;
    const times = (this.marks ?? []).map((one) => Date.parse(one.at)).sort((a, b) => a - b);
    const next = way > 0 ? times.find((at) => at > here + 1000) : times.findLast((at) => at < here - 1000);
    if (next !== undefined) { this.pause(); this.go(next); }
  }

  async readMarks() {
    const since = new Date(this.since).toISOString();
    const said = await this.ask(`/replay/marks.json?${new URLSearchParams({ since, language })}`).catch(() => null);
    if (!said) return;
    this.marks = said.marks;
    drawMarks(this.parts, said, { since: this.since, span: SPANS[this.span] });
  }

  tell() {
    const { range, time, live, play, speed, span, compare } = this.parts;
    const shown = this.at ?? this.now;
    range.max = String(Math.round(SPANS[this.span] / MINUTE));
    range.value = String(Math.round((shown - this.since) / MINUTE));
    const said = this.at === null ? t("time.live") : moment(new Date(shown));
    range.setAttribute("aria-valuetext", said);
    if (time.textContent !== said) time.textContent = said;
    time.dateTime = new Date(shown).toISOString();
    this.dataset.mode = this.at === null ? "live" : this.playing ? "play" : "past";
    live.setAttribute("aria-pressed", String(this.at === null));
    play.setAttribute("aria-label", t(this.playing ? "time.pause" : "time.play"));
    play.dataset.playing = String(Boolean(this.playing));
    speed.value = String(this.speed);
    span.value = this.span;
    compare.checked = this.compare;
  }

  disconnectedCallback() { for (const timer of [this.player, this.clock, this.marksTimer]) clearInterval(timer); }
}
customElements.define("time-bar", TimeBar);
