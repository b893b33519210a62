/* What the time bar is made of: buttons, the slide with marks of what happened, choices. */
import { moment, t } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const MINUTE = 60_000;
const ICONS = {
  back: "M14 6 8 12l6 6M18 6v12", on: "m10 6 6 6-6 6M6 6v12", play: "M8 5v14l11-7z", pause: "M8 5v14M16 5v14",
};

export function drawBar(bar, { spans, speeds }) {
  const button = (name, key, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: `bare ${name}` });
    made.setAttribute("aria-label", t(key));
    made.title = t(key);
    if (name === "play") made.append(icon("play"), icon("pause")); else if (name in ICONS) made.append(icon(name));
    made.addEventListener("click", act);
    return made;
  };
  const live = Object.assign(button("live", "time.go_live", () => bar.go(null)), { textContent: t("time.live") });
  live.removeAttribute("aria-label");
  const play = button("play", "time.play", () => bar.play());
  const time = document.createElement("time");
  const range = Object.assign(document.createElement("input"), { type: "range", min: "0", step: "1" });
  range.setAttribute("aria-label", t("time.at"));
  range.addEventListener("input", () => { bar.pause(); bar.go(slid(bar, Number(range.value), Number(range.max))); });
  const marks = document.createElementNS(SVG, "svg");
  marks.setAttribute("class", "marks");
  marks.setAttribute("aria-hidden", "true");
  marks.setAttribute("preserveAspectRatio", "none");
  marks.setAttribute("viewBox", "0 0 1000 10");
  const slide = document.createElement("div");
  slide.className = "slide";
  slide.append(marks, range);
  const choice = (key, values, said, set) => {
    const made = document.createElement("select");
    made.setAttribute("aria-label", t(key));
    for (const one of values) made.append(new Option(said(one), String(one)));
    made.addEventListener("change", () => set(made.value));
    return made;
  };
  const speed = choice("time.speed", speeds, (n) => t("time.times", { n }), (value) => bar.set("speed", Number(value)));
  const span = choice("time.span", spans, (one) => t(one === "7d" ? "time.span_week" : "time.span_day"), (value) => bar.set("span", value));
  const compare = Object.assign(document.createElement("input"), { type: "checkbox" });
  compare.addEventListener("change", () => bar.set("compare", compare.checked));
  const label = document.createElement("label");
  label.append(compare, t("time.compare"));
  const status = document.createElement("p");
  status.className = "faint status";
  status.setAttribute("role", "status");
  const count = Object.assign(document.createElement("span"), { className: "faint count" });
  bar.replaceChildren(live, button("back", "time.back", () => bar.step(-MINUTE)), play, button("on", "time.on", () => bar.step(MINUTE)), time, slide, count, speed, span, label, status);
  return { live, play, time, range, marks, speed, span, compare, status, count };
}

/** The end of the slide is now. */
function slid(bar, value, max) { return value >= max ? null : bar.since + value * MINUTE; }

function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", `icon is-${name}`);
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
}

/** A tick for each incident that was raised, and the hours or days behind them. */
export function drawMarks({ marks, count }, { marks: found, left }, { since, span }) {
  const place = (at) => (1000 * (at - since)) / span;
  const step = span > 36 * 60 * MINUTE ? 24 * 60 * MINUTE : 60 * MINUTE;
  const lines = [];
  for (let at = Math.ceil(since / step) * step; at < since + span; at += step) lines.push(tick("hour", place(at), 7, 3));
  for (const one of found) {
    const made = tick(one.priority, place(Date.parse(one.at)), 0, 6);
    const title = document.createElementNS(SVG, "title");
    title.textContent = t("time.mark", { at: moment(new Date(one.at)), priority: one.priority, title: one.title });
    made.append(title);
    lines.push(made);
  }
  marks.replaceChildren(...lines);
  count.textContent = t("time.marks", { n: found.length + left });
}

function tick(kind, x, y, height) {
  const made = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x: x - 1, y, width: kind === "hour" ? 0.8 : 2.4, height, class: kind })) made.setAttribute(name, String(value));
  return made;
}
