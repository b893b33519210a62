/* The live map. The server's drawing stays where there is no WebGL or no library. What only the
   operation center has (areas, address, keys, list, time) comes with map-room.js. */
import { language, listen } from "../words.js";
import { LABEL_FONT, mapStyle, palette } from "./map-style.js";
import { drawPanel, tellCount } from "./map-panel.js";
import { pointAt, signLayers, sign, STATES } from "./map-signs.js";
import { showThing } from "./map-thing.js";

const REFRESH_MS = 30_000; // where no stream runs

class CityMap extends HTMLElement {
  async connectedCallback() {
    if (document.body.dataset.libraries !== "yes" || !hasWebGL()) return this.setAttribute("data-state", "drawing");
    const isRoom = this.dataset.room === "yes";
    const [library, { Protocol }, room] = await Promise.all([
      import("maplibre-gl"), import("pmtiles"), isRoom ? import("./map-room.js") : null, this.bringStyle(),
    ]);
    this.library = library;
    if (!CityMap.protocol) {
      CityMap.protocol = new Protocol();
      library.addProtocol("pmtiles", CityMap.protocol.tile);
    }
    await document.fonts.load("600 14px 'Noto Sans KR Variable'", "대구").catch(() => null);
    this.layers = this.dataset.layers.split(" ").filter(Boolean);
    this.hiddenLayers = new Set(this.remembered());
    this.things = new Map();
    this.room = room && new room.MapRoom(this);
    this.open();
    document.addEventListener("themechange", () => this.restyle());
    listen("features", ({ layer, features }) => { if (!this.room?.isPast) this.receive(layer, features); });
    listen("refresh", ({ layer }) => { if (!this.room?.isPast) this.load(layer); });
    if (!document.querySelector("live-stream")) this.timer = setInterval(() => this.layers.forEach((layer) => this.load(layer)), REFRESH_MS);
  }

  bringStyle() {
    const href = new URL("../vendor/maplibre-gl.css", import.meta.url).href;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    return new Promise((done) => { link.onload = link.onerror = done; document.head.append(link); });
  }

  style_() {
    this.colours = palette(this);
    const tiles = new URL(this.dataset.tiles, location.href).href;
    return mapStyle({ tiles, language, colours: this.colours, here: this.dataset.here });
  }

  open() {
    const box = document.createElement("div");
    box.className = "canvas";
    this.append(box);
    const label = this.getAttribute("aria-label");
    this.removeAttribute("role"); // the map within is the landmark from here on
    this.removeAttribute("aria-label");
    const [west, south, east, north] = (this.dataset.focus ?? this.dataset.bbox).split(" ").map(Number);
    this.map = new this.library.Map({
      container: box, style: this.style_(), bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 24 },
      minZoom: 7, maxZoom: 17.5, maxPitch: 65, attributionControl: false, localIdeographFontFamily: LABEL_FONT, fadeDuration: 0,
      cooperativeGestures: Boolean(this.dataset.calm), locale: { "Map.Title": label },
    });
    this.map.addControl(new this.library.NavigationControl({ visualizePitch: true }), "top-right");
    this.map.on("load", () => this.begin());
    this.map.on("error", ({ error }) => { if (!this.isRestyling) console.error(error); });
    this.map.on("click", (event) => this.pick(event.point));
    this.map.on("mousemove", (event) => { this.map.getCanvas().style.cursor = this.near(event.point) ? "pointer" : ""; });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === this.map.getCanvas()) this.pick(this.map.project(this.map.getCenter()), 120);
      if (event.key === "Escape") this.close();
    });
    this.room?.opened();
  }

  async begin() {
    this.dress();
    drawPanel(this);
    await Promise.all(this.layers.map((layer) => this.load(layer)));
    this.querySelector(".drawing")?.setAttribute("hidden", "");
    this.mark();
    await this.room?.begin();
    this.map.once("idle", () => this.setAttribute("data-state", "live"));
    this.map.triggerRepaint();
  }

  /** The one thing that the page speaks of. */
  mark() {
    if (!this.dataset.mark) return;
    const ring = Object.assign(document.createElement("span"), { className: "ring" });
    new this.library.Marker({ element: ring }).setLngLat(this.dataset.mark.split(" ").map(Number)).addTo(this.map);
  }

  /** Sources, signs and layers: after the first load and after each change of theme. */
  dress() {
    this.room?.dress();
    for (const layer of this.layers.filter((one) => this.isOfSigns(one))) {
      for (const state of Object.keys(STATES)) {
        const name = `${layer}:${state}`;
        if (!this.map.hasImage(name)) this.map.addImage(name, sign(layer, state, this.colours), { pixelRatio: 2 });
      }
      if (!this.map.getSource(`things-${layer}`)) {
        this.map.addSource(`things-${layer}`, { type: "geojson", promoteId: "id", data: this.collection(layer) });
      }
      for (const one of signLayers(layer, this.colours, "Noto Sans KR Variable")) if (!this.map.getLayer(one.id)) this.map.addLayer(one);
      this.show(layer);
    }
    this.room?.dressed();
  }

  isOfSigns(layer) { return !this.room?.isDrawn(layer); }

  restyle() {
    if (!this.map) return;
    this.isRestyling = true; // tiles of the old style are cut off, which is no fault
    this.map.setStyle(this.style_(), { diff: false });
    this.map.once("idle", () => { this.isRestyling = false; });
    this.map.once("style.load", () => this.dress());
    drawPanel(this);
  }

  collection(layer) { return { type: "FeatureCollection", features: [...(this.things.get(layer)?.values() ?? [])] }; }

  async load(layer) {
    if (this.room?.isSkipped(layer)) return;
    const answer = await fetch(`${this.dataset.source}/${layer}.geojson?language=${language}`);
    if (!answer.ok) return;
    const { features } = await answer.json();
    if (!this.room?.isPast) this.put(layer, features);
  }

  /** All things of a layer at once. */
  put(layer, features) {
    this.things.set(layer, new Map(features.map((one) => [one.properties.id, one])));
    this.map.getSource(`things-${layer}`)?.setData(this.collection(layer));
    this.told(layer);
  }

  /** Things of a layer that changed. */
  receive(layer, features) {
    const held = this.things?.get(layer);
    if (!held) return;
    for (const one of features) held.set(one.properties.id, one);
    if (features.length) this.map.getSource(`things-${layer}`)?.updateData({ add: features });
    this.told(layer);
  }

  told(layer) {
    tellCount(this, layer);
    this.room?.changed(layer);
  }

  turn(layer, isShown) {
    this.hiddenLayers[isShown ? "delete" : "add"](layer);
    localStorage.setItem("map.hidden", [...this.hiddenLayers].join(" "));
    this.show(layer);
    if (isShown && !this.things.has(layer)) this.load(layer);
    this.room?.turned(layer);
  }

  show(layer) {
    for (const id of [`things-${layer}`, `things-${layer}-text`]) {
      if (this.map.getLayer(id)) this.map.setLayoutProperty(id, "visibility", this.hiddenLayers.has(layer) ? "none" : "visible");
    }
  }

  remembered() { return (localStorage.getItem("map.hidden") ?? "").split(" ").filter(Boolean); }

  near(point, reach) { return pointAt(this.map, this.layers, point, reach); }

  async pick(point, reach) {
    const found = this.near(point, reach);
    this.close();
    if (found) await this.choose(found.properties.id, found.properties);
    else this.room?.picked(point);
  }

  /** Open the panel of a thing; `known` is what its sign says. */
  async choose(id, known = {}) {
    if (this.room && await this.room.chose(id, known)) return;
    const answer = await fetch(`${this.dataset.source}/things/${encodeURIComponent(id)}?language=${language}`).catch(() => null);
    if (answer?.ok) showThing(this, await answer.json());
    else this.room?.tellKnown(id, known);
  }

  close() {
    this.querySelector(".thing")?.remove();
    this.room?.closed();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.map?.remove();
  }
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}
customElements.define("city-map", CityMap);
