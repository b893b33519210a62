/* The signs of the layers: one shape each, so that colour never speaks alone. */

/** @type {Record<string, (c: CanvasRenderingContext2D, r: number) => void>} */
const SHAPES = {
  parking: (c, r) => c.roundRect(-r, -r, 2 * r, 2 * r, r * 0.45),
  water: (c, r) => c.arc(0, 0, r * 0.72, 0, 2 * Math.PI),
  traffic: (c, r) => c.roundRect(-r * 0.55, -r, r * 1.1, 2 * r, r * 0.5),
  cameras: (c, r) => polygon(c, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]),
  gateways: (c, r) => ring(c, 6, r, 0),
  care: (c, r) => polygon(c, [[0, -r], [r, -r * 0.1], [r * 0.75, -r * 0.1], [r * 0.75, r * 0.85], [-r * 0.75, r * 0.85], [-r * 0.75, -r * 0.1], [-r, -r * 0.1]]),
  vehicles: (c, r) => polygon(c, [[0, -r], [r * 0.75, r * 0.85], [0, r * 0.4], [-r * 0.75, r * 0.85]]),
  network: (c, r) => c.rect(-r, -r * 0.22, 2 * r, r * 0.44),
  warnings: (c, r) => ring(c, 8, r, Math.PI / 8),
  requests: (c, r) => { c.arc(0, -r * 0.25, r * 0.75, Math.PI * 0.8, Math.PI * 0.2); c.lineTo(0, r); c.closePath(); },
};
// How soon somebody must act, in the shapes of the wall: ◆ ▲ ■ ●.
const BY_PRIORITY = {
  critical: (c, r) => ring(c, 4, r * 1.3, 0),
  high: (c, r) => polygon(c, [[0, -r * 1.1], [r * 1.15, r * 0.9], [-r * 1.15, r * 0.9]]),
  medium: (c, r) => c.rect(-r * 0.85, -r * 0.85, r * 1.7, r * 1.7),
  low: (c, r) => c.arc(0, 0, r * 0.85, 0, 2 * Math.PI),
};
const MARKS = { parking: "P" };
const CHANGES = { up: "▲", down: "▼", same: "=" };

export const STATES = {
  calm: "ink-soft", good: "accent", stale: "ink-faint", low: "low", medium: "medium", high: "high", critical: "critical",
  up: "high", down: "low", same: "ink-soft", unknown: "ink-faint",
};

function polygon(c, points) {
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
}

function ring(c, corners, r, turn) {
  polygon(c, Array.from({ length: corners }, (_, i) => [r * Math.sin((i * 2 * Math.PI) / corners + turn), -r * Math.cos((i * 2 * Math.PI) / corners + turn)]));
}

/** The picture of a sign: `size` CSS pixels at two device pixels each. */
export function sign(layer, state, colours, size = 18) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * 2;
  const c = canvas.getContext("2d");
  c.translate(size, size);
  c.beginPath();
  const isQuiet = state === "stale" || state === "unknown"; // hatched and small: known to exist, not known to be well
  const shape = (layer === "incidents" && BY_PRIORITY[state]) || SHAPES[layer] || SHAPES.water;
  shape(c, size * (isQuiet ? 0.42 : 0.62));
  c.lineWidth = size * (isQuiet ? 0.1 : 0.16);
  const colour = colours[STATES[state]];
  c.fillStyle = isQuiet ? colours["map-land"] : colour;
  c.strokeStyle = isQuiet ? colour : colours.surface;
  c.fill();
  if (isQuiet) hatch(c, size, colour, shape);
  c.stroke();
  const mark = CHANGES[state] ?? (layer === "incidents" ? (state === "critical" ? "!" : "") : isQuiet ? "" : MARKS[layer]);
  if (mark) letter(c, size, mark, colours.surface);
  return c.getImageData(0, 0, size * 2, size * 2);
}

function hatch(c, size, colour, shape) {
  c.save();
  c.clip();
  c.beginPath();
  for (let x = -2 * size; x < 2 * size; x += size * 0.26) { c.moveTo(x, size); c.lineTo(x + 2 * size, -size); }
  c.strokeStyle = colour;
  c.lineWidth = size * 0.06;
  c.stroke();
  c.restore();
  c.beginPath();
  shape(c, size * 0.42);
  c.strokeStyle = colour;
}

function letter(c, size, mark, colour) {
  c.fillStyle = colour;
  c.font = `700 ${size * 0.82}px sans-serif`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(mark, size * 0.02, size * 0.05);
}

/** The same sign for the panel. */
export function signElement(layer, state, colours) {
  const data = sign(layer, state, colours, 14);
  const canvas = Object.assign(document.createElement("canvas"), { width: data.width, height: data.height, className: "sign" });
  canvas.getContext("2d").putImageData(data, 0, 0);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

const WEIGHTS = { incidents: 1.35, water: 0.62, care: 1.1, cameras: 0.7, requests: 1.5 };
const TEXT_FROM = { parking: 13, incidents: 11.5, care: 10.5 };

/** The MapLibre layers of one of our layers: signs, and their text near by. */
export function signLayers(layer, colours, font) {
  const source = `things-${layer}`;
  const weight = WEIGHTS[layer] ?? 0.85;
  return [{
    id: source, type: "symbol", source,
    layout: {
      "icon-image": ["concat", `${layer}:`, ["coalesce", ["get", "change"], ["get", "state"]]], "icon-allow-overlap": true, "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, (layer === "incidents" ? 0.7 : 0.42) * weight, 12, 0.75 * weight, 15, 1.2 * weight],
      "symbol-sort-key": ["get", "rank"],
    },
    // From afar only what speaks is seen.
    paint: { "icon-opacity": ["interpolate", ["linear"], ["zoom"], 10, ["case", ["==", ["get", "state"], "stale"], 0.15, 1], 13, 1] },
  }, {
    id: `${source}-text`, type: "symbol", source, minzoom: TEXT_FROM[layer] ?? 14.5, filter: ["any", ["has", "delta"], ["has", "text"]],
    layout: { "text-field": ["coalesce", ["get", "delta"], ["get", "text"]], "text-font": [font], "text-size": 12, "text-offset": [0, 1.15], "text-anchor": "top", "text-optional": true },
    paint: { "text-color": colours["map-label"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.6 },
  }];
}

const REACH_PX = 14;

/** The nearest sign to a point of the screen. */
export function pointAt(map, layers, point, reach = REACH_PX) {
  const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  const known = layers.map((layer) => `things-${layer}`).filter((id) => map.getLayer(id));
  const away = (one) => { const at = map.project(one.geometry.coordinates); return Math.hypot(at.x - point.x, at.y - point.y); };
  return map.queryRenderedFeatures(box, { layers: known }).sort((a, b) => away(a) - away(b))[0];
}
