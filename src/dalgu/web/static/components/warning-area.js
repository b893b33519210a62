/* The area of a warning on the page's map. In a form it is drawn by clicking, and every change is
   told to the server, which answers whom it covers and what would be said. */

import { language } from "../words.js";
import { palette } from "./map-style.js";

const SOURCE = "warning-area";
const WAIT_MS = 450; // after the last change, until the server is asked

class WarningArea extends HTMLElement {
  connectedCallback() {
    this.city = (this.closest("main") ?? document).querySelector("city-map");
    const given = this.querySelector("script");
    this.shown = given ? JSON.parse(given.textContent) : { type: "FeatureCollection", features: [] };
    this.form = this.dataset.form ? this.closest("form") : null;
    if (this.form) this.listenToForm();
    this.whenLive(() => this.begin());
  }

  /** The map is there once it says so; without WebGL it never does. */
  whenLive(then) {
    if (!this.city || this.city.dataset.state === "live") return this.city && then();
    this.observer = new MutationObserver(() => {
      if (this.city.dataset.state !== "live") return;
      this.observer.disconnect();
      then();
    });
    this.observer.observe(this.city, { attributes: true, attributeFilter: ["data-state"] });
  }

  begin() {
    const { map } = this.city;
    this.dress();
    map.on("style.load", () => this.dress());
    if (this.form) map.on("click", (event) => this.clicked(event));
    if (this.shown.features.length > 1 || this.form) this.look();
  }

  dress() {
    const { map } = this.city;
    if (map.getSource(SOURCE)) return;
    const colours = palette(this.city);
    const paint = ["match", ["get", "state"], "critical", colours.critical, "high", colours.high, "medium", colours.medium, colours.low];
    map.addSource(SOURCE, { type: "geojson", data: this.shown });
    map.addLayer({ id: `${SOURCE}-fill`, type: "fill", source: SOURCE, paint: { "fill-color": paint, "fill-opacity": 0.22 } });
    map.addLayer({ id: `${SOURCE}-line`, type: "line", source: SOURCE, paint: { "line-color": paint, "line-width": 2.5 } });
    map.addLayer({ id: `${SOURCE}-corner`, type: "circle", source: SOURCE, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": colours.accent } });
  }

  show(features) {
    this.shown = { type: "FeatureCollection", features };
    this.city?.map?.getSource(SOURCE)?.setData(this.shown);
  }

  /** Bring all of the area into sight. */
  look() {
    const corners = this.shown.features.flatMap((one) => one.geometry.coordinates.flat(Infinity));
    if (corners.length < 4) return;
    const lons = corners.filter((_, n) => n % 2 === 0), lats = corners.filter((_, n) => n % 2 === 1);
    const box = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
    this.city.map.fitBounds(box, { padding: 48, duration: 0, maxZoom: 15 });
  }

  // -- the form ---------------------------------------------------------------------------------

  listenToForm() {
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", (event) => {
      if (event.target.name === "shape") this.openShape();
      this.changed();
    });
    for (const [part, act] of [["undo", -1], ["clear", 0]]) {
      const button = this.form.querySelector(`[data-part="${part}"]`);
      button.hidden = false;
      button.addEventListener("click", () => { this.setRing(act ? this.ring().slice(0, act) : []); });
    }
    if (this.shape !== "dongs" || this.form.querySelector('[name="dong"]:checked')) this.ask(true);
  }

  get shape() { return this.form.elements.shape.value; }

  openShape() {
    for (const one of this.form.querySelectorAll("[data-shape]")) one.open = one.dataset.shape === this.shape;
  }

  ring() { return this.form.elements.ring.value.split(/\s+/).filter(Boolean); }

  setRing(corners) {
    this.form.elements.ring.value = corners.join(" ");
    this.changed();
  }

  clicked({ lngLat, point }) {
    const lon = lngLat.lng.toFixed(5), lat = lngLat.lat.toFixed(5), fields = this.form.elements;
    if (this.shape === "polygon") return this.setRing([...this.ring(), `${lat},${lon}`]);
    if (this.shape === "circle") {
      fields.lat.value = lat;
      fields.lon.value = lon;
      fields.radius_km.value ||= "0.5";
      return this.changed();
    }
    const [dong] = this.city.map.querySourceFeatures("city", { sourceLayer: "dong" })
      .filter((one) => inside(one.geometry, [lngLat.lng, lngLat.lat]));
    const box = dong && [...this.form.querySelectorAll('[name="dong"]')].find((one) => one.value === String(dong.properties.code));
    if (!box || !point) return;
    box.checked = !box.checked;
    box.closest("details").open = true;
    this.changed();
  }

  changed() {
    clearTimeout(this.timer);
    if (this.shape === "polygon") this.showCorners();
    this.timer = setTimeout(() => this.ask(false), WAIT_MS);
  }

  /** Corners are seen at once, the area when the server has judged it. */
  showCorners() {
    const points = this.ring().map((one) => one.split(",").map(Number).reverse());
    if (points.some((one) => one.some(Number.isNaN) || one.length !== 2)) return;
    const feature = (type, coordinates) => ({ type: "Feature", properties: { state: "low" }, geometry: { type, coordinates } });
    const ring = points.length > 2 ? [feature("Polygon", [[...points, points[0]]])] : [];
    this.show([...ring, ...points.map((one) => feature("Point", one))]);
  }

  async ask(isFirst) {
    const place = this.form.querySelector('[data-part="preview"]');
    const body = new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
    const answer = await fetch(`/${language}/center/warnings/preview`, { method: "POST", body });
    if (!answer.headers.get("content-type")?.startsWith("text/html") ) return;
    const opened = Boolean(place.querySelector("details")?.open);
    place.innerHTML = await answer.text(); // our own page, escaped by the server
    if (opened && place.querySelector("details")) place.querySelector("details").open = true;
    const area = place.querySelector('[data-part="area"]');
    if (!area) return;
    this.show(JSON.parse(area.textContent).features);
    if (isFirst && this.city?.map?.getSource(SOURCE)) this.look();
  }

  disconnectedCallback() { this.observer?.disconnect(); clearTimeout(this.timer); }
}

/** Whether a place lies in a polygon or in one of several, by the even-odd rule. */
function inside({ type, coordinates }, [x, y]) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return polygons.some((rings) => rings.reduce((odd, ring) => {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [ax, ay] = ring[i], [bx, by] = ring[j];
      if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    }
    return odd;
  }, false));
}

customElements.define("warning-area", WarningArea);
