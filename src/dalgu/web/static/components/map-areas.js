/* What lies on the ground beneath the signs: pipes, reach of gateways, what cameras see, how far
   incidents reach, where warnings hold. */
import { language } from "../words.js";

const METRES_A_DEGREE = 111_320;
const STEPS = 40;
const CONES_FROM = 13; // zoom: nearer than this, a camera's view is worth drawing
const SOURCES = ["network", "reach", "cones", "extents", "warnings"];
const OF_LAYER = { network: ["network"], gateways: ["reach"], cameras: ["cones"], incidents: ["extents"], warnings: ["warnings"] };

const around = ([lon, lat], metres, degrees) => {
  const turn = (degrees * Math.PI) / 180;
  const far = metres / METRES_A_DEGREE;
  return [lon + (far * Math.sin(turn)) / Math.cos((lat * Math.PI) / 180), lat + far * Math.cos(turn)];
};

/** A circle on the ground, or the part of one between two bearings. */
export function sector(at, metres, bearing = 0, view = 360) {
  const arc = Array.from({ length: STEPS + 1 }, (_, i) => around(at, metres, bearing - view / 2 + (view * i) / STEPS));
  const line = view >= 360 ? arc : [at, ...arc, at];
  return { type: "Polygon", coordinates: [line] };
}

export class Areas {
  constructor(city) {
    this.city = city;
    this.held = {};
    this.loaded = new Set();
  }

  /** Sources and layers, beneath all signs. */
  dress() {
    const { map, colours } = this.city;
    for (const name of SOURCES) {
      if (!map.getSource(`areas-${name}`)) map.addSource(`areas-${name}`, { type: "geojson", data: this.collection(name) });
    }
    const line = (name, paint, more = {}) => ({ id: `areas-${name}`, type: "line", source: `areas-${name}`, layout: { "line-cap": "round", "line-join": "round" }, paint, ...more });
    const fill = (name, colour, opacity, more = {}) => ({ id: `areas-${name}-fill`, type: "fill", source: `areas-${name}`, paint: { "fill-color": colour, "fill-opacity": opacity }, ...more });
    const state = ["match", ["get", "state"], "critical", colours.critical, "high", colours.high, "medium", colours.medium, colours.low];
    for (const one of [
      line("network", { "line-color": colours.low, "line-opacity": 0.8, "line-width": ["interpolate", ["linear"], ["zoom"], 11, ["match", ["get", "size"], "main", 1.2, 0.4], 16, ["match", ["get", "size"], "main", 5, 2]] }),
      fill("reach", colours["ink-soft"], 0.05), line("reach", { "line-color": colours["ink-soft"], "line-dasharray": [2, 3], "line-width": 1 }),
      fill("cones", colours.accent, 0.18, { minzoom: CONES_FROM }), line("cones", { "line-color": colours.accent, "line-opacity": 0.5, "line-width": 0.8 }, { minzoom: CONES_FROM }),
      fill("extents", state, 0.1), line("extents", { "line-color": state, "line-width": 1.6, "line-dasharray": [3, 2] }),
      fill("warnings", colours.critical, 0.14), line("warnings", { "line-color": colours.critical, "line-width": 2.2 }),
    ]) if (!map.getLayer(one.id)) map.addLayer(one);
    this.city.layers.forEach((layer) => this.show(layer));
  }

  collection(name) { return { type: "FeatureCollection", features: this.held[name] ?? [] }; }

  show(layer) {
    const { map, hiddenLayers } = this.city;
    for (const name of OF_LAYER[layer] ?? []) {
      for (const id of [`areas-${name}`, `areas-${name}-fill`]) {
        if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", hiddenLayers.has(layer) ? "none" : "visible");
      }
      if ((name === "network" || name === "reach") && !hiddenLayers.has(layer)) this.bring(name);
    }
  }

  /** What is drawn as it comes, asked for when its layer is first shown. */
  async bring(name) {
    if (this.loaded.has(name)) return;
    this.loaded.add(name);
    const answer = await fetch(`${this.city.dataset.source}/${name}.geojson?language=${language}`);
    if (!answer.ok) return;
    const { features } = await answer.json();
    this.put(name, name === "reach" ? features.map((one) => ({ ...one, geometry: sector(one.geometry.coordinates, one.properties.radiusM) })) : features);
  }

  put(name, features) {
    this.held[name] = features;
    this.city.map.getSource(`areas-${name}`)?.setData(this.collection(name));
  }

  /** A layer's things changed: what is made of them follows. */
  changed(layer) {
    const things = [...(this.city.things.get(layer)?.values() ?? [])];
    if (layer === "cameras") this.cones(things);
    if (layer === "incidents") this.put("extents", things.filter((one) => one.properties.radiusM).map((one) => ({ ...one, geometry: sector(one.geometry.coordinates, one.properties.radiusM) })));
  }

  cones(cameras) {
    const seeing = cameras.filter((one) => "view" in one.properties && ("bearing" in one.properties || one.properties.view >= 360));
    const key = seeing.length;
    if (this.coneKey === key) return; // cameras do not turn by the second
    this.coneKey = key;
    this.put("cones", seeing.map(({ geometry, properties }) => ({
      type: "Feature", properties: { id: properties.id },
      geometry: sector(geometry.coordinates, properties.reachM ?? 60, properties.bearing ?? 0, properties.view),
    })));
  }
}
