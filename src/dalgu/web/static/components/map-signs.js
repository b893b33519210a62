/* The signs of the layers: one shape each, so that colour never speaks alone. */

/** @type {Record<string, (c: CanvasRenderingContext2D, r: number) => void>} */
const SHAPES = {
  parking: (c, r) => c.roundRect(-r, -r, 2 * r, 2 * r, r * 0.45),
  water: (c, r) => c.arc(0, 0, r * 0.72, 0, 2 * Math.PI),
  traffic: (c, r) => c.roundRect(-r * 0.55, -r, r * 1.1, 2 * r, r * 0.5),
  cameras: (c, r) => polygon(c, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]),
  gateways: (c, r) => polygon(c, [0, 1, 2, 3, 4, 5].map((i) => [r * Math.sin((i * Math.PI) / 3), r * Math.cos((i * Math.PI) / 3)])),
  alerts: (c, r) => polygon(c, [[0, -r * 1.25], [r * 1.25, 0], [0, r * 1.25], [-r * 1.25, 0]]),
};

export const STATES = { calm: "ink-soft", good: "accent", stale: "ink-faint", low: "low", medium: "medium", high: "high", critical: "critical" };

function polygon(c, points) {
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
}

/** The picture of a sign: `size` CSS pixels at two device pixels each. */
export function sign(layer, state, colours, size = 18) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * 2;
  const c = canvas.getContext("2d");
  c.translate(size, size);
  c.beginPath();
  const isQuiet = state === "stale"; // hollow and small: known to exist, not known to be well
  SHAPES[layer](c, size * (isQuiet ? 0.34 : 0.62));
  c.lineWidth = size * (isQuiet ? 0.11 : 0.16);
  const colour = colours[STATES[state]];
  if (isQuiet) {
    c.fillStyle = colours["map-land"];
    c.strokeStyle = colour;
  } else {
    c.fillStyle = colour;
    c.strokeStyle = colours.surface;
  }
  c.fill();
  c.stroke();
  if (layer === "parking" && !isQuiet) letter(c, size, colours.surface);
  return c.getImageData(0, 0, size * 2, size * 2);
}

function letter(c, size, colour) {
  c.fillStyle = colour;
  c.font = `700 ${size * 0.82}px sans-serif`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText("P", size * 0.02, size * 0.05);
}

/** The same sign for the panel. */
export function signElement(layer, state, colours) {
  const data = sign(layer, state, colours, 14);
  const canvas = Object.assign(document.createElement("canvas"), { width: data.width, height: data.height, className: "sign" });
  canvas.getContext("2d").putImageData(data, 0, 0);
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

/** The MapLibre layers of one of our layers: signs, and their text near by. */
export function signLayers(layer, colours, font) {
  const source = `things-${layer}`;
  const weight = layer === "alerts" ? 1.15 : layer === "water" ? 0.62 : 0.85;
  return [{
    id: source, type: "symbol", source,
    layout: {
      "icon-image": ["concat", `${layer}:`, ["get", "state"]], "icon-allow-overlap": true, "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.42 * weight, 12, 0.75 * weight, 15, 1.2 * weight],
      "symbol-sort-key": ["get", "rank"],
    },
    // From afar only what speaks is seen.
    paint: { "icon-opacity": ["interpolate", ["linear"], ["zoom"], 10, ["case", ["==", ["get", "state"], "stale"], 0.15, 1], 13, 1] },
  }, {
    id: `${source}-text`, type: "symbol", source, minzoom: layer === "parking" ? 13 : 14.5, filter: ["has", "text"],
    layout: { "text-field": ["get", "text"], "text-font": [font], "text-size": 12, "text-offset": [0, 1.15], "text-anchor": "top", "text-optional": true },
    paint: { "text-color": colours["map-label"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.6 },
  }];
}
