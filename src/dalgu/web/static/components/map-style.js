/* Our own map style over the city's tiles, in the colours of the page's theme. No glyph server:
   labels are drawn with the fonts of the page. */

/** @param {HTMLElement} within */
export function palette(within) {
  const probe = document.createElement("i");
  within.append(probe);
  const colour = (token) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const tokens = ["map-outside", "map-land", "map-district", "map-dong", "map-building", "map-label", "map-halo",
    "accent", "accent-wash", "critical", "high", "medium", "low", "good", "ink-faint", "ink-soft", "surface"];
  const colours = Object.fromEntries(tokens.map((token) => [token, colour(token)]));
  probe.remove();
  return colours;
}

const FONT = ["Noto Sans KR Variable"];
export const LABEL_FONT = '"Noto Sans KR Variable", "Noto Sans KR", "Noto Sans CJK KR", sans-serif';

/** @param {{tiles: string, language: string, colours: Record<string, string>, here?: string}} options */
export function mapStyle({ tiles, language, colours, here }) {
  const name = ["get", `name_${language}`];
  const from = (layer) => ({ source: "city", "source-layer": layer });
  const boundary = (id, level, paint, minzoom = 0) => ({
    id, type: "line", ...from("boundary"), minzoom, filter: ["==", ["get", "level"], level], layout: { "line-join": "round" }, paint,
  });
  const label = (id, level, layout, paint, zooms) => ({
    id, type: "symbol", ...from("place"), ...zooms, filter: ["==", ["get", "level"], level],
    layout: { "text-field": name, "text-font": FONT, "text-max-width": 8, "text-padding": 6, ...layout },
    paint: { "text-color": colours["map-label"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.6, ...paint },
  });
  return {
    version: 8,
    light: { anchor: "viewport", color: "white", intensity: 0.18 },
    sources: { city: { type: "vector", url: `pmtiles://${tiles}` } },
    layers: [
      { id: "outside", type: "background", paint: { "background-color": colours["map-outside"] } },
      { id: "land", type: "fill", ...from("district"), paint: { "fill-color": colours["map-land"], "fill-antialias": false } },
      { id: "here", type: "fill", ...from("dong"), filter: ["==", ["get", "code"], here ?? ""], paint: { "fill-color": colours["accent-wash"] } },
      { id: "building", type: "fill-extrusion", ...from("building"), minzoom: 13, paint: {
        "fill-extrusion-color": colours["map-building"], "fill-extrusion-height": ["coalesce", ["get", "height_m"], 4],
        "fill-extrusion-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.3, 14.5, 0.95], "fill-extrusion-vertical-gradient": true } },
      boundary("dong-line", "dong", { "line-color": colours["map-dong"], "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 14, 1.4] }, 8.5),
      boundary("district-casing", "district", { "line-color": colours["map-land"], "line-width": ["interpolate", ["linear"], ["zoom"], 8, 2, 14, 6], "line-opacity": 0.6 }),
      boundary("district-line", "district", { "line-color": colours["map-district"], "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.9, 14, 2.4] }),
      { id: "here-line", type: "line", ...from("dong"), filter: ["==", ["get", "code"], here ?? ""], paint: { "line-color": colours.accent, "line-width": 2.2 } },
      label("dong-name", "dong", { "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10.5, 15, 14] }, { "text-opacity": 0.85 }, { minzoom: 11 }),
      label("district-name", "district", { "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11.5, 12, 17], "text-letter-spacing": 0.04 }, {}, { maxzoom: 13 }),
    ],
  };
}
