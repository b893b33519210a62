/* The stream of a hall, for all parts of a page that follow it, and what they draw alike. */
import { cityNow, setClock, t } from "../words.js";

const SILENT_MS = 40_000; // the server beats every 15 s
const RENEWED_MS = 4_000; // it ends a stream now and then; the browser is back before this

/** @typedef {{index: number, kind: string, title: string, ends: string, round: number}} Step */
/** @typedef {{now: string, stage: string, step: Step | null, members: number, opinions: number, unsorted: number,
 *   themes: {id: string, title: string, n: number}[], newest: {text: string, table: number}[],
 *   boxes: {id: string, isOpen: boolean, cast: number}[]}} Hall */

/** Follows a hall until the page goes. @param {string} number @param {(hall: Hall) => void} hear
 * @param {(state: "live" | "lost") => void} [say] @returns {() => void} what ends it */
export function follow(number, hear, say = () => {}) {
  const source = new EventSource(`/roundtables/${number}/live`);
  let heard = performance.now(), cut;
  const live = () => { heard = performance.now(); clearTimeout(cut); cut = undefined; say("live"); };
  source.addEventListener("hall", (event) => {
    const hall = JSON.parse(/** @type {MessageEvent} */ (event).data);
    live();
    setClock(hall.now, Number(document.body.dataset.speed));
    hear(hall);
  });
  source.addEventListener("beat", live);
  source.addEventListener("error", () => { cut ??= setTimeout(() => say("lost"), RENEWED_MS); });
  const watch = setInterval(() => { if (performance.now() - heard > SILENT_MS) say("lost"); }, 5_000);
  const end = () => { source.close(); clearInterval(watch); clearTimeout(cut); };
  addEventListener("pagehide", end);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  return end;
}

/** @param {Hall} hall what the hall does now, in words */
export const stepOf = (hall) => (hall.step ? hall.step.title || t(`roundtables.kind.${hall.step.kind}`) : t(`roundtables.stage.${hall.stage}`));

/** Shows the minutes left until an instant, second by second. @param {HTMLElement} part */
export class Timer {
  constructor(part) {
    this.part = part;
    this.ends = null;
    setInterval(() => this.tick(), 1_000);
  }

  /** @param {string | undefined} ends */
  until(ends) { this.ends = ends ? Date.parse(ends) : null; this.tick(); }

  tick() {
    if (this.ends === null) { if (this.set) this.part.textContent = ""; return; }
    this.set = true;
    const left = Math.max(0, Math.round((this.ends - cityNow().getTime()) / 1_000));
    this.part.toggleAttribute("data-over", left === 0);
    this.part.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : t("roundtables.over");
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {number} share 0 to 1 @returns {SVGElement} a bar as the server draws it */
export function bar(share) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", "share");
  for (const [name, value] of Object.entries({ width: "100%", height: "10", "aria-hidden": "true" })) drawn.setAttribute(name, value);
  for (const [width, kind] of [["100%", "ground"], [`${(100 * share).toFixed(1)}%`, ""]]) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("width", width);
    rect.setAttribute("height", "10");
    rect.setAttribute("rx", "5");
    if (kind) rect.setAttribute("class", kind);
    drawn.append(rect);
  }
  return drawn;
}

/** @param {string} name @param {string} text @param {string} [kind] */
export function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
