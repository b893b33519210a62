/* What the map of the operation center has beyond that of a public page. */
import { announce, language, listen, moment, number, t } from "../words.js";
import { Areas } from "./map-areas.js";
import { Keys } from "./map-keys.js";
import { Listing } from "./map-list.js";
import { Past } from "./map-time.js";
import { showThing } from "./map-thing.js";
import { readView, View } from "./map-view.js";

const DRAWN = ["network"]; // layers without signs of their own
const HIDDEN_AT_FIRST = ["care", "network"];
const NEAR_ZOOM = 15;

export class MapRoom {
  constructor(city) {
    this.city = city;
    this.areas = new Areas(city);
    this.past = new Past(city, this);
    this.view = new View(city);
    this.asked = readView();
    if (this.asked.layers) city.hiddenLayers = new Set(city.layers.filter((layer) => !this.asked.layers.includes(layer)));
    else if (localStorage.getItem("map.hidden") === null) HIDDEN_AT_FIRST.forEach((layer) => city.hiddenLayers.add(layer));
  }

  get isPast() { return this.past.isOn; }
  isDrawn(layer) { return DRAWN.includes(layer) || layer === "vehicles" || layer === "warnings"; }

  /** Layers that are not asked for as things: drawn ones, and homes in care until somebody wants them. */
  isSkipped(layer) {
    return DRAWN.includes(layer) || layer === "vehicles" || (layer === "care" && this.city.hiddenLayers.has(layer));
  }

  /** The map is there, its style not yet. */
  opened() {
    if (this.asked.place) this.city.map.jumpTo(this.asked.place);
  }

  async begin() {
    const { city } = this;
    this.listing = new Listing(city, this);
    this.keys = new Keys(city, this);
    city.map.on("moveend", () => { this.view.moved(); this.listing.renew(); });
    listen("rows", () => { if (!this.isPast) this.soon("incidents"); });
    listen("reload", () => { if (!this.isPast) city.layers.forEach((layer) => city.load(layer)); });
    listen("moving", (frame) => this.move(frame));
    listen("go", (where) => this.go(where));
    listen("palette", (asked) => this.offer(asked));
    if (this.asked.thing) await this.city.choose(this.asked.thing, this.known(this.asked.thing)?.properties);
    this.listing.renew();
  }

  /** Incidents come with rows of the wall; their signs are asked for once a second at most. */
  soon(layer) {
    this.waiting ??= setTimeout(() => { this.waiting = null; if (!this.isPast) this.city.load(layer); }, 1000);
  }

  dress() { this.areas.dress(); }

  async dressed() {
    const { city } = this;
    if (!city.layers.includes("vehicles")) return;
    const { MovingLayer } = await import("./moving-layer.js");
    if (city.map.getLayer("moving")) return;
    this.moving = new MovingLayer("moving", city.colours);
    city.map.addLayer(this.moving);
    this.showMoving();
    if (this.newest) this.moving.receive(this.newest);
  }

  move(frame) {
    this.newest = frame;
    if (!this.isPast && !this.city.hiddenLayers.has("vehicles")) this.moving?.receive(frame);
  }

  showMoving() {
    const isShown = !this.city.hiddenLayers.has("vehicles") && !this.isPast;
    if (this.city.map.getLayer("moving")) this.city.map.setLayoutProperty("moving", "visibility", isShown ? "visible" : "none");
  }

  changed(layer) {
    this.areas.changed(layer);
    if (layer === "warnings") this.areas.put("warnings", [...this.city.things.get(layer).values()]);
    this.listing?.renew();
  }

  turned(layer) {
    this.areas.show(layer);
    if (layer === "vehicles") this.showMoving();
    if (this.isPast && !this.city.hiddenLayers.has(layer)) this.past.bring(layer);
    this.view.layers();
    this.listing?.renew();
    const box = this.city.querySelector(`.panel input[data-layer="${layer}"]`);
    if (box) box.checked = !this.city.hiddenLayers.has(layer);
    this.say(t(this.city.hiddenLayers.has(layer) ? "map.hidden" : "map.shown", { layer: t(`map.${layer}`) }));
  }

  say(text) { announce("told", text); }

  known(id) {
    for (const things of this.city.things.values()) if (things.has(id)) return things.get(id);
    return null;
  }

  /** Show what is known without asking, or of the past; return whether that is all there is to say. */
  async chose(id, known) {
    this.view.set({ thing: id });
    const thing = this.known(id), said = thing?.properties ?? known;
    if (thing && this.isPast && !id.includes(":Incident:")) return this.tellPast(said), true;
    if (id.includes(":Incident:") && said.number) return this.tellIncident(said), true;
    if (id.startsWith("warning:")) return this.tellWarning(said), true;
    if (id.startsWith("dong:")) return this.tellPast(said), true;
    return false;
  }

  tellIncident(said) {
    showThing(this.city, {
      title: said.name, kind: `${t("map.incidents")} ${said.text}`, synthetic: false,
      facts: [{ name: t(`map.incidents_${said.state}`), text: moment(new Date(said.at * 1000)), quality: "live" }],
      href: `/${language}/center/incidents/${said.number}`, more: t("map.incident_open"), note: this.past.note(),
    });
  }

  tellPast(said) {
    const at = said.at ? new Date(said.at * 1000) : null;
    const facts = [{ name: t(`map.${said.layer ?? this.layerOf(said.id)}`), quality: said.state === "stale" ? "stale" : "live", at: at?.toISOString() ?? null, age: at ? moment(at) : "", moment: "", said: said.delta ?? "", text: said.text ?? (said.state === "stale" ? "–" : "✓") }];
    showThing(this.city, { title: said.name, kind: t(`map.${this.layerOf(said.id)}`), facts, note: this.past.note() });
  }

  /** Where nothing more is told: what its sign says. */
  tellKnown(id, known) {
    const said = this.known(id)?.properties ?? known;
    if (said.name) this.tellPast(said);
  }

  layerOf(id) { return this.city.layers.find((layer) => this.city.things.get(layer)?.has(id)) ?? "layers"; }

  closed() { this.view.set({ thing: null }); }

  /** Nothing with a sign was there: perhaps a warning's area, or something that moves. */
  picked(point) {
    const { map, hiddenLayers } = this.city;
    const [area] = map.getLayer("areas-warnings-fill") ? map.queryRenderedFeatures(point, { layers: ["areas-warnings-fill"] }) : [];
    const found = this.isPast || hiddenLayers.has("vehicles") ? undefined : this.moving?.pick?.(point);
    if (found) return showThing(this.city, { title: t(`map.kind_${found.kind}`), kind: t("map.vehicles"), facts: [{ name: t("map.vehicle_state"), text: t(`map.vehicle_${found.state}`), quality: "live" }], synthetic: document.querySelector(".top .badge.synthetic") !== null });
    if (area) this.tellWarning(area.properties);
  }

  tellWarning({ name, href, isExercise }) {
    showThing(this.city, { title: name, kind: t("map.warnings"), facts: [], href, note: isExercise ? t("map.exercise") : this.past.note() });
  }

  /** Go to a place or a thing. */
  go(where) {
    where.handled = true;
    const thing = where.id ? this.known(where.id) : null;
    const center = thing?.geometry.type === "Point" ? thing.geometry.coordinates : where.center;
    if (center) this.city.map.jumpTo({ center, zoom: where.zoom ?? Math.max(NEAR_ZOOM, this.city.map.getZoom()) });
    if (where.id) this.city.choose(where.id, thing?.properties);
  }

  offer({ text, offer }) {
    const wanted = text.trim().toLowerCase();
    for (const layer of this.city.layers) {
      const isHidden = this.city.hiddenLayers.has(layer);
      const title = t(isHidden ? "map.show_layer" : "map.hide_layer", { layer: t(`map.${layer}`) });
      if (title.toLowerCase().includes(wanted)) offer({ title, kind: t("map.layers"), act: () => this.city.turn(layer, isHidden) });
    }
    if (wanted.length > 1) for (const one of this.listing.find(wanted, 4)) offer({ title: one.properties.name, kind: t(`map.${one.layer}`), act: () => this.go({ id: one.properties.id }) });
  }

  count(things) { return t("map.in_view_n", { n: number(things) }); }
}
