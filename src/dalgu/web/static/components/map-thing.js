/* The panel of one thing: each value with its age, source and quality; what is old is hatched. */
import { t } from "../words.js";

const text = (tag, content, className = "") => Object.assign(document.createElement(tag), { textContent: content, className });

/** @param {{title: string, kind: string, synthetic?: boolean, facts: any[], href?: string, more?: string, note?: string}} thing */
export function showThing(city, { title, kind, synthetic, facts, href, more, note }) {
  city.querySelector(".thing")?.remove();
  const panel = document.createElement("section");
  panel.className = "thing";
  panel.tabIndex = -1;
  panel.setAttribute("aria-label", title);
  const list = document.createElement("dl");
  for (const one of facts) list.append(text("dt", one.name), fact(one));
  const close = text("button", "✕", "bare close");
  close.type = "button";
  close.setAttribute("aria-label", t("map.close"));
  close.addEventListener("click", () => { city.close(); city.map.getCanvas().focus(); });
  panel.append(text("p", kind, "faint"), text("h3", title));
  if (note) panel.append(text("p", note, "then"));
  panel.append(list);
  if (synthetic) panel.append(text("span", t("synthetic"), "badge synthetic"));
  if (href) panel.append(Object.assign(text("a", more ?? t("map.more")), { href }));
  panel.append(close);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close.click(); });
  city.append(panel);
  panel.focus({ preventScroll: true });
}

function fact(one) {
  const place = document.createElement("dd");
  place.append(text("span", one.text, `value${one.quality === "stale" ? " stale" : ""}`));
  const about = text("span", "", "about");
  if (one.at) {
    const time = text("time", one.age);
    Object.assign(time, { dateTime: one.at, title: one.moment });
    about.append(time, ` · ${one.said} · `);
  }
  if (one.source) about.append(one.href ? Object.assign(text("a", one.source), { href: one.href }) : one.source);
  place.append(about);
  return place;
}
