/* The panel of a map: a switch for each layer, what its signs mean, how many there are. */
import { number, t } from "../words.js";
import { signElement } from "./map-signs.js";

const LEGEND = {
  incidents: ["critical", "high", "medium", "low"], parking: ["good", "medium", "high", "stale"],
  water: ["calm", "medium", "high", "stale"], traffic: ["calm", "stale"], gateways: ["calm", "high"],
  cameras: ["calm", "stale"], care: ["calm", "medium"],
};
const LEADS = { parking: "good", incidents: "high", warnings: "critical" };
const WIDE_PX = 520; // less, and the open panel would hide the map
const CHANGES = ["up", "down", "same", "unknown"];

/** Draw the panel, again after a change of theme. */
export function drawPanel(city) {
  const before = city.querySelector(".panel");
  const panel = document.createElement("details");
  panel.className = "panel";
  panel.open = before ? before.open : city.clientWidth > WIDE_PX;
  const isSingle = city.layers.length === 1;
  panel.append(Object.assign(document.createElement("summary"), { textContent: t(isSingle ? `map.${city.layers[0]}` : "map.layers") }));
  const body = document.createElement("div");
  body.className = "body";
  if (!isSingle) body.append(switches(city));
  body.append(legend(city, isSingle));
  panel.append(body);
  if (before) before.replaceWith(panel); else city.append(panel);
  city.layers.forEach((layer) => tellCount(city, layer));
}

function switches(city) {
  const set = document.createElement("fieldset");
  set.append(Object.assign(document.createElement("legend"), { className: "visually-hidden", textContent: t("map.layers") }));
  for (const layer of city.layers) set.append(layerSwitch(city, layer));
  return set;
}

function layerSwitch(city, layer) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !city.hiddenLayers.has(layer) });
  box.dataset.layer = layer;
  box.addEventListener("change", () => city.turn(layer, box.checked));
  const count = Object.assign(document.createElement("span"), { className: "count" });
  count.dataset.count = layer;
  label.append(box, signElement(layer, LEADS[layer] ?? "calm", city.colours), t(`map.${layer}`), count);
  return label;
}

function legend(city, isSingle) {
  const lists = city.layers.filter((layer) => layer in LEGEND).map((layer) => {
    const list = document.createElement("ul");
    list.className = "legend";
    list.setAttribute("aria-label", t(`map.${layer}`));
    list.append(...LEGEND[layer].map((state) => meaning(city, layer, state, `map.${layer}_${state}`)));
    return list;
  });
  if (isSingle) return fragment(lists);
  const fold = document.createElement("details");
  fold.className = "meanings";
  fold.append(Object.assign(document.createElement("summary"), { textContent: t("map.legend") }), ...lists);
  const changes = document.createElement("ul");
  changes.className = "legend changes";
  changes.append(...CHANGES.map((change) => meaning(city, "parking", change, `map.${change}`)));
  fold.append(changes);
  return fold;
}

function fragment(parts) {
  const whole = document.createDocumentFragment();
  whole.append(...parts);
  return whole;
}

function meaning(city, layer, state, key) {
  const item = document.createElement("li");
  item.append(signElement(layer, state, city.colours), t(key));
  return item;
}

/** Say how many things a layer shows. */
export function tellCount(city, layer) {
  const place = city.querySelector(`[data-count="${layer}"]`);
  if (place) place.textContent = city.things.has(layer) ? number(city.things.get(layer).size) : "";
}
