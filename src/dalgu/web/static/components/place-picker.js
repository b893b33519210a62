/* The place of a request: a click on the map, or the device's own position, fills the fields in.
   Every change of place or words asks the server for similar requests. */
import { language, t } from "../words.js";

const WAIT_MS = 700; // after the last change, until the server is asked
const CLOSE_ZOOM = 16;

class PlacePicker extends HTMLElement {
  connectedCallback() {
    this.city = this.querySelector("city-map");
    this.form = this.closest("form");
    this.fields = this.form.elements;
    this.form.addEventListener("input", () => this.changed());
    this.showHere();
    this.whenLive(() => this.begin());
  }

  part(name) { return this.form.querySelector(`[data-part="${name}"]`); }

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
    this.part("how").hidden = false;
    this.city.map.on("click", ({ lngLat }) => this.choose(lngLat.lng, lngLat.lat));
    this.city.querySelector("canvas")?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const { lng, lat } = this.city.map.getCenter();
      this.choose(lng, lat);
    });
    if (this.fields.lat.value) this.mark();
  }

  showHere() {
    const button = this.part("here");
    if (!navigator.geolocation || !button) return;
    button.hidden = false;
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.choose(coords.longitude, coords.latitude, true),
      () => { this.part("place").textContent = t("requests.no_position"); },
    ));
  }

  choose(lon, lat, isFar = false) {
    this.fields.lat.value = lat.toFixed(6);
    this.fields.long.value = lon.toFixed(6);
    if (isFar) this.city.map?.jumpTo({ center: [lon, lat], zoom: CLOSE_ZOOM });
    this.mark();
    this.name();
    this.changed();
  }

  mark() {
    const at = [Number(this.fields.long.value), Number(this.fields.lat.value)];
    if (!this.city?.map || at.some(Number.isNaN)) return;
    this.city.querySelectorAll(".ring").forEach((one) => one.remove());
    const ring = Object.assign(document.createElement("span"), { className: "ring" });
    this.marker?.remove();
    this.marker = new this.city.library.Marker({ element: ring }).setLngLat(at).addTo(this.city.map);
  }

  /** Say in words where that is: for those who do not see the ring, and to be sure. */
  async name() {
    const query = new URLSearchParams({ lat: this.fields.lat.value, long: this.fields.long.value, language });
    const answer = await fetch(`/open311/map/place?${query}`).catch(() => null);
    const place = this.part("place");
    if (!answer?.ok) { place.textContent = t("requests.outside"); return; }
    const { dong, name } = await answer.json();
    this.fields.address_id.value = dong;
    place.textContent = t("requests.chosen", { name });
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const place = this.part("similar"), { lat, long, description, service_code: code } = this.fields;
    if (!lat.value || !long.value || !description.value.trim()) return;
    const asked = { service_code: code.value, lat: lat.value, long: long.value, description: description.value.slice(0, 500) };
    const answer = await fetch(`/${language}/requests/similar?${new URLSearchParams(asked)}`).catch(() => null);
    if (!answer?.ok) return;
    place.innerHTML = await answer.text(); // our own page, escaped by the server
    if (!place.querySelector(".similar") || this.fields.seen) return;
    // They were seen: the server need not show them again.
    this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value: "yes" }));
  }

  disconnectedCallback() { this.observer?.disconnect(); clearTimeout(this.timer); }
}

customElements.define("place-picker", PlacePicker);
