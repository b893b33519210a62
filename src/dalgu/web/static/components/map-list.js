/* The accessible twin of the map: a list of the things in view, and a search over all things. */
import { age, t } from "../words.js";

const MOST = 60;
const WAIT_MS = 250;

export class Listing {
  constructor(city, room) {
    this.city = city;
    this.room = room;
    this.box = document.createElement("details");
    this.box.className = "listing";
    this.head = document.createElement("summary");
    this.head.textContent = t("map.in_view");
    this.find_ = Object.assign(document.createElement("input"), { type: "search", placeholder: t("map.find_hint"), autocomplete: "off" });
    this.find_.setAttribute("aria-label", t("map.find"));
    this.find_.addEventListener("input", () => this.renew());
    this.list = document.createElement("ul");
    this.rest = Object.assign(document.createElement("p"), { className: "faint" });
    const copy = Object.assign(document.createElement("button"), { type: "button", className: "bare", textContent: t("map.copy_link") });
    copy.addEventListener("click", () => room.view.copy());
    const body = document.createElement("div");
    body.className = "body";
    body.append(this.find_, this.list, this.rest, copy);
    this.box.append(this.head, body);
    this.box.addEventListener("toggle", () => { if (this.box.open) this.draw(); });
    this.list.addEventListener("click", (event) => this.open(event.target.closest("button")));
    this.list.addEventListener("keydown", (event) => this.key(event));
    city.append(this.box);
  }

  renew() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), WAIT_MS);
  }

  /** Features of shown layers, with the name of their layer. */
  *shown() {
    for (const layer of this.city.layers) {
      if (this.city.hiddenLayers.has(layer)) continue;
      for (const one of this.city.things.get(layer)?.values() ?? []) if (one.geometry.type === "Point" || layer === "warnings") yield { ...one, layer };
    }
  }

  inView() {
    const bounds = this.city.map.getBounds();
    return [...this.shown()].filter((one) => one.layer === "warnings" || bounds.contains(one.geometry.coordinates));
  }

  find(wanted, most) {
    const found = [];
    for (const one of this.shown()) {
      if (one.properties.name.toLowerCase().includes(wanted)) found.push(one);
      if (found.length >= most) break;
    }
    return found;
  }

  draw() {
    const wanted = this.find_.value.trim().toLowerCase();
    const things = wanted ? this.find(wanted, MOST) : this.inView();
    this.head.textContent = wanted ? t("map.find") : this.room.count(things.length);
    if (!this.box.open) return;
    const focused = document.activeElement?.closest?.(".listing li button")?.dataset.id;
    const ordered = things.sort((a, b) => (b.properties.rank ?? 0) - (a.properties.rank ?? 0)).slice(0, MOST);
    this.list.replaceChildren(...ordered.map((one) => this.item(one)));
    this.rest.textContent = things.length > MOST ? t("map.in_view_more", { n: things.length - MOST }) : "";
    if (focused) this.list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  item({ properties, layer }) {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "bare" });
    button.dataset.id = properties.id;
    const key = `map.${layer}_${properties.change ?? properties.state}`;
    const state = properties.change ? t(`map.${properties.change}`) : t(key) === key ? "" : t(key);
    const old = properties.at ? age((this.room.past.now() - properties.at * 1000) / 1000) : "";
    const about = [t(`map.${layer}`), properties.delta ?? properties.text, state, old].filter(Boolean).join(" · ");
    const name = Object.assign(document.createElement("span"), { textContent: properties.name });
    const small = Object.assign(document.createElement("small"), { textContent: about });
    if (properties.state === "stale") small.className = "stale";
    button.append(name, small);
    item.append(button);
    return item;
  }

  open(button) { if (button) this.room.go({ id: button.dataset.id, zoom: Math.max(13, this.city.map.getZoom()) }); }

  key(event) {
    const row = event.target.closest("li");
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling, Home: this.list.firstElementChild, End: this.list.lastElementChild }[event.key];
    if (!next) return;
    next.querySelector("button").focus();
    event.preventDefault();
    event.stopPropagation();
  }

  toggle() {
    this.box.open = !this.box.open;
    if (this.box.open) this.find_.focus(); else this.head.focus();
  }
}
