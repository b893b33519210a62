/* The same address is the same view: place, layers, chosen thing and time live in the query. */
import { announce, askedQuery, listen } from "../words.js";

const OWN = ["map", "layers", "thing", "at", "compare", "span"];
const WAIT_MS = 300;

/** What the address said when the page was opened: others may have written theirs over it since. */
export const opened = () => new URLSearchParams(askedQuery);

/** What the address says. */
export function readView() {
  const query = opened();
  const [zoom, lat, lon, bearing = 0, pitch = 0] = (query.get("map") ?? "").split("/").map(Number);
  const place = Number.isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, center: [lon, lat], bearing, pitch } : null;
  const layers = query.has("layers") ? query.get("layers").split(",").filter(Boolean) : null;
  return { place, layers, thing: query.get("thing") };
}

export class View {
  constructor(city) {
    this.city = city;
    const query = opened();
    this.own = Object.fromEntries(OWN.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));
    listen("time-told", (said) => this.set(said));
    // The wall writes its filter into the address too, and knows of its own part only.
    document.querySelector(".wall")?.addEventListener("change", () => this.set({}));
  }

  /** Put values into the address soon; `null` takes one out. */
  set(values) {
    Object.assign(this.own, values);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), WAIT_MS);
  }

  write() {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(this.own)) {
      if (value === null || value === "") query.delete(name); else query.set(name, value);
    }
    const text = query.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
    history.replaceState(history.state, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
    const other = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".tools a[hreflang]"));
    if (other) other.search = location.search;
  }

  moved() {
    const { map } = this.city;
    const { lng, lat } = map.getCenter();
    const parts = [map.getZoom().toFixed(2), lat.toFixed(5), lng.toFixed(5)];
    if (map.getBearing() || map.getPitch()) parts.push(map.getBearing().toFixed(0), map.getPitch().toFixed(0));
    this.set({ map: parts.join("/") });
  }

  layers() {
    this.set({ layers: this.city.layers.filter((layer) => !this.city.hiddenLayers.has(layer)).join(",") || "none" });
  }

  async copy() {
    this.write();
    await navigator.clipboard?.writeText(location.href).catch(() => null);
    announce("told", "copied");
  }
}
