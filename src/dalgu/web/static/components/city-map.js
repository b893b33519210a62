/* The live map. The server's drawing stays where there is no WebGL or no library. */
import { language, listen, number, t } from "../words.js";
import { LABEL_FONT, mapStyle, palette } from "./map-style.js";
import { signElement, signLayers, sign, STATES } from "./map-signs.js";

const REFRESH_MS = 30_000; // where no stream runs
const REACH_PX = 14;
const LEGEND = { parking: ["good", "medium", "high", "stale"], water: ["calm", "medium", "high", "stale"] };

class CityMap extends HTMLElement {
  async connectedCallback() {
    if (document.body.dataset.libraries !== "yes" || !hasWebGL()) return this.setAttribute("data-state", "drawing");
    const [library, { Protocol }] = await Promise.all([import("maplibre-gl"), import("pmtiles"), this.bringStyle()]);
    this.library = library;
    if (!CityMap.protocol) {
      CityMap.protocol = new Protocol();
      library.addProtocol("pmtiles", CityMap.protocol.tile);
    }
    await document.fonts.load("600 14px 'Noto Sans KR Variable'", "대구").catch(() => null);
    this.layers = this.dataset.layers.split(" ").filter(Boolean);
    this.hiddenLayers = new Set(this.remembered());
    this.things = new Map();
    this.open();
    document.addEventListener("themechange", () => this.restyle());
    listen("features", ({ layer, features }) => this.receive(layer, features));
    listen("refresh", ({ layer }) => this.load(layer));
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
    this.map.on("click", (event) => this.pick(event.point));
    this.map.on("mousemove", (event) => { this.map.getCanvas().style.cursor = this.near(event.point) ? "pointer" : ""; });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === this.map.getCanvas()) this.pick(this.map.project(this.map.getCenter()), 120);
      if (event.key === "Escape") this.close();
    });
  }

  async begin() {
    this.dress();
    this.drawPanel();
    await Promise.all(this.layers.map((layer) => this.load(layer)));
    this.querySelector(".drawing")?.setAttribute("hidden", "");
    this.mark();
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
    for (const layer of this.layers) {
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
  }

  restyle() {
    if (!this.map) return;
    this.map.setStyle(this.style_(), { diff: false });
    this.map.once("style.load", () => this.dress());
    this.querySelector(".panel")?.remove();
    this.drawPanel();
  }

  collection(layer) { return { type: "FeatureCollection", features: [...(this.things.get(layer)?.values() ?? [])] }; }

  async load(layer) {
    const answer = await fetch(`${this.dataset.source}/${layer}.geojson?language=${language}`);
    if (!answer.ok) return;
    const { features } = await answer.json();
    this.things.set(layer, new Map(features.map((one) => [one.properties.id, one])));
    this.map.getSource(`things-${layer}`)?.setData(this.collection(layer));
    this.count(layer);
  }

  receive(layer, features) {
    const held = this.things?.get(layer);
    if (!held) return;
    for (const one of features) held.set(one.properties.id, one);
    this.map.getSource(`things-${layer}`)?.updateData({ add: features });
    this.count(layer);
  }

  drawPanel() {
    const panel = document.createElement("details");
    panel.className = "panel";
    panel.open = this.clientWidth > 640;
    const isSingle = this.layers.length === 1;
    panel.append(Object.assign(document.createElement("summary"), { textContent: t(isSingle ? `map.${this.layers[0]}` : "map.layers") }));
    if (!isSingle) panel.append(this.switches());
    panel.append(...this.legend());
    this.append(panel);
    this.layers.forEach((layer) => this.count(layer));
  }

  switches() {
    const set = document.createElement("fieldset");
    set.append(Object.assign(document.createElement("legend"), { className: "visually-hidden", textContent: t("map.layers") }));
    for (const layer of this.layers) set.append(this.layerSwitch(layer));
    return set;
  }

  layerSwitch(layer) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !this.hiddenLayers.has(layer) });
    box.addEventListener("change", () => {
      this.hiddenLayers[box.checked ? "delete" : "add"](layer);
      localStorage.setItem("map.hidden", [...this.hiddenLayers].join(" "));
      this.show(layer);
    });
    const count = Object.assign(document.createElement("span"), { className: "count" });
    count.dataset.count = layer;
    label.append(box, signElement(layer, layer === "parking" ? "good" : layer === "alerts" ? "high" : "calm", this.colours), t(`map.${layer}`), count);
    return label;
  }

  legend() {
    return this.layers.filter((layer) => layer in LEGEND).map((layer) => {
      const list = document.createElement("ul");
      list.className = "legend";
      for (const state of LEGEND[layer]) {
        const item = document.createElement("li");
        item.append(signElement(layer, state, this.colours), t(`map.${layer}_${state}`));
        list.append(item);
      }
      return list;
    });
  }

  count(layer) {
    const place = this.querySelector(`[data-count="${layer}"]`);
    if (place) place.textContent = number(this.things.get(layer)?.size ?? 0);
  }

  show(layer) {
    for (const id of [`things-${layer}`, `things-${layer}-text`]) {
      this.map.setLayoutProperty(id, "visibility", this.hiddenLayers.has(layer) ? "none" : "visible");
    }
  }

  remembered() { return (localStorage.getItem("map.hidden") ?? "").split(" ").filter(Boolean); }

  near(point, reach = REACH_PX) {
    const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
    const layers = this.layers.map((layer) => `things-${layer}`).filter((id) => this.map.getLayer(id));
    const away = (one) => { const at = this.map.project(one.geometry.coordinates); return Math.hypot(at.x - point.x, at.y - point.y); };
    return this.map.queryRenderedFeatures(box, { layers }).sort((a, b) => away(a) - away(b))[0];
  }

  async pick(point, reach) {
    const found = this.near(point, reach);
    this.close();
    if (!found) return;
    const answer = await fetch(`${this.dataset.source}/things/${encodeURIComponent(found.properties.id)}?language=${language}`);
    if (answer.ok) this.tell(await answer.json());
  }

  /** @param {{title: string, kind: string, synthetic: boolean, facts: [string, string][], href?: string}} thing */
  tell({ title, kind, synthetic, facts, href }) {
    const panel = document.createElement("section");
    panel.className = "thing";
    panel.tabIndex = -1;
    panel.setAttribute("aria-label", title);
    const text = (tag, content, className = "") => Object.assign(document.createElement(tag), { textContent: content, className });
    const list = document.createElement("dl");
    for (const [name, value] of facts) list.append(text("dt", name), text("dd", value));
    const close = text("button", "✕", "bare close");
    close.setAttribute("aria-label", t("map.close"));
    close.addEventListener("click", () => { this.close(); this.map.getCanvas().focus(); });
    panel.append(text("p", kind, "faint"), text("h3", title), list);
    if (synthetic) panel.append(text("span", t("synthetic"), "badge synthetic"));
    if (href) panel.append(Object.assign(text("a", t("map.more")), { href }));
    panel.append(close);
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close.click(); });
    this.append(panel);
    panel.focus();
  }

  close() { this.querySelector(".thing")?.remove(); }

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
