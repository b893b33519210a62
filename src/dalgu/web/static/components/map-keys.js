/* Everything of the map by keyboard, and a dialog that lists all keys. */
import { listen, t } from "../words.js";

const HELP = [
  ["group_map", [["key_move", "← ↑ → ↓"], ["key_zoom", "+ −"], ["key_layers", "1 … 9"], ["key_list", "V"], ["key_enter", "Enter"], ["key_reset", "0"], ["key_close", "Esc"], ["key_copy", "Y"]]],
  ["group_time", [["key_play", "Space"], ["key_step", ", ."], ["key_far", "PageDown PageUp"], ["key_ends", "Home End"], ["key_live", "L"], ["key_speed", "< >"], ["key_mark", "[ ]"], ["key_compare", "W"]]],
  ["group_all", [["key_palette", "Ctrl K"], ["key_wall", "↑ ↓ A"], ["key_help", "?"]]],
];

const SWITCH = "keys.single"; // what is remembered is that somebody switched them off
const areOff = () => localStorage.getItem(SWITCH) === "off";

export const isTyping = (event) => areOff() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented
  || event.target.closest?.("input:not([type='range']):not([type='checkbox']), textarea, select, dialog[open], [contenteditable]");

export class Keys {
  constructor(city, room) {
    this.city = city;
    this.room = room;
    const { lng, lat } = city.map.getCenter();
    this.first = { center: [lng, lat], zoom: city.map.getZoom(), bearing: 0, pitch: 0 };
    document.addEventListener("keydown", (event) => this.key(event));
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.status.setAttribute("role", "status");
    listen("told", (text) => { this.status.textContent = text === "copied" ? t("map.copied") : text; });
    const help = Object.assign(document.createElement("button"), { type: "button", className: "help", textContent: "?" });
    help.setAttribute("aria-label", t("map.help"));
    help.addEventListener("click", () => this.help());
    city.append(this.status, help);
  }

  key(event) {
    if (isTyping(event)) return;
    const act = this.acts(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  acts(event) {
    const inWall = event.target.closest?.("event-list");
    const { city, room } = this;
    if (event.key === "?") return () => this.help();
    if (inWall) return null; // the wall has keys of its own
    if (/^[1-9]$/.test(event.key)) {
      const layer = city.layers[Number(event.key) - 1];
      return layer ? () => city.turn(layer, city.hiddenLayers.has(layer)) : null;
    }
    if (event.key === "0") return () => city.map.jumpTo(this.first);
    return { v: () => room.listing.toggle(), y: () => room.view.copy(), Escape: () => city.close() }[event.key] ?? null;
  }

  help() {
    this.dialog ??= this.makeHelp();
    if (!this.dialog.open) this.dialog.showModal();
  }

  makeHelp() {
    const dialog = document.createElement("dialog");
    dialog.className = "keys";
    const title = Object.assign(document.createElement("h2"), { textContent: t("map.help_title"), id: "keys-title" });
    dialog.setAttribute("aria-labelledby", "keys-title");
    const close = Object.assign(document.createElement("button"), { type: "button", className: "bare close", textContent: "✕" });
    close.setAttribute("aria-label", t("map.close"));
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, close, this.single(), ...HELP.map(([group, keys]) => this.group(group, keys)));
    document.body.append(dialog);
    return dialog;
  }

  /** Single keys can be in the way of those who dictate: they can be switched off (WCAG 2.1.4). */
  single() {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !areOff() });
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(SWITCH);
      else localStorage.setItem(SWITCH, "off");
    });
    label.append(box, t("map.single_keys"));
    return label;
  }

  group(group, keys) {
    const section = document.createElement("section");
    const list = document.createElement("dl");
    for (const [name, key] of keys) {
      const term = Object.assign(document.createElement("dt"), { textContent: t(`map.${name}`) });
      const value = document.createElement("dd");
      value.append(...key.split(" ").map((one) => Object.assign(document.createElement("kbd"), { textContent: one })));
      list.append(term, value);
      if (name === "key_layers") {
        const names = this.city.layers.slice(0, 9).map((layer, index) => `${index + 1} ${t(`map.${layer}`)}`).join(" · ");
        term.append(Object.assign(document.createElement("small"), { textContent: names }));
      }
    }
    section.append(Object.assign(document.createElement("h3"), { textContent: t(`map.${group}`) }), list);
    return section;
  }
}
