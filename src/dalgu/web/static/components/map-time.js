/* The map at another time: layers as they were, or beside what they were a week before. */
import { announce, cityNow, language, listen, moment, t } from "../words.js";

const WEEK_MS = 60_000; // live comparison is renewed this often

export class Past {
  constructor(city, room) {
    this.city = city;
    this.room = room;
    this.at = null;
    this.compares = false;
    this.frames = new Map(); // layer to the instant that it shows
    listen("time", (said) => said.wait(this.turn(said)));
  }

  /** Whether the map shows anything but live values. */
  get isOn() { return this.at !== null || this.compares; }
  now() { return this.at === null ? cityNow().getTime() : Date.parse(this.at); }
  note() { return this.at === null ? "" : t("map.as_of", { at: moment(new Date(this.at)) }); }

  async turn({ at, compare }) {
    const was = this.isOn, compared = this.compares;
    this.at = at;
    this.compares = Boolean(compare);
    if (compared !== this.compares || !was) this.frames.clear();
    clearTimeout(this.timer);
    this.city.toggleAttribute("data-past", at !== null);
    this.city.toggleAttribute("data-compare", this.compares);
    this.room.showMoving();
    if (!this.isOn) {
      this.frames.clear();
      if (was) await Promise.all(this.city.layers.map((layer) => this.city.load(layer)));
      return;
    }
    await Promise.all(this.city.layers.map((layer) => this.bring(layer)));
    if (this.at === null) this.timer = setTimeout(() => this.turn({ at, compare }), WEEK_MS);
  }

  /** Bring a layer to the instant: only what differs from the frame before, where there is one. */
  async bring(layer) {
    const { city, room } = this;
    if (city.hiddenLayers.has(layer) || room.isSkipped(layer) || layer === "warnings") return;
    const at = this.at ?? cityNow().toISOString();
    const before = this.compares ? null : this.frames.get(layer);
    const isWhole = !before || layer === "incidents" || layer === "care";
    const query = new URLSearchParams({ at, language, ...(isWhole ? {} : { since: before }), ...(this.compares ? { against: "week" } : {}) });
    const answer = await fetch(`/replay/${layer}.geojson?${query}`);
    if (!answer.ok || !this.isOn) return answer.ok ? undefined : announce("told", t("time.failed"));
    const { features } = await answer.json();
    if (isWhole) city.put(layer, features); else city.receive(layer, features);
    this.frames.set(layer, at);
  }
}
