/* Words and numbers of the reader's language, the city's time, the reader's right to be still. */

const phrases = JSON.parse(document.getElementById("phrases")?.textContent ?? "{}");

export const language = document.body.dataset.language;
/** The query with which the page was opened: components write their parts into the address later. */
export const askedQuery = location.search;

/** @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  return (phrases[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(language, {
  timeZone: "Asia/Seoul", month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const clock = new Intl.DateTimeFormat(language, { timeZone: "Asia/Seoul", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** @param {number | null | undefined} value */
export const number = (value) => (value === null || value === undefined ? "–" : plain.format(value));
/** @param {Date} at */
export const moment = (at) => day.format(at);
/** @param {Date} at */
export const clockTime = (at) => clock.format(at);

/** @param {number} seconds */
export function age(seconds) {
  const steps = /** @type {[string, number][]} */ ([["days", 86400], ["hours", 3600], ["minutes", 60]]);
  for (const [name, length] of steps) {
    if (seconds >= length) return t(`age.${name}`, { n: Math.floor(seconds / length) });
  }
  return t("age.now");
}

// The city's clock: set by the page, corrected by the stream.
const city = { at: Date.parse(document.body.dataset.now), since: performance.now(), speed: Number(document.body.dataset.speed) };
/** @param {string} at @param {number} speed */
export function setClock(at, speed) { Object.assign(city, { at: Date.parse(at), since: performance.now(), speed }); }
export const cityNow = () => new Date(city.at + (performance.now() - city.since) * city.speed);

const bus = new EventTarget();
/** @param {string} kind @param {unknown} detail */
export const announce = (kind, detail) => bus.dispatchEvent(new CustomEvent(kind, { detail }));
/** @param {string} kind @param {(detail: any) => void} hear */
export const listen = (kind, hear) => bus.addEventListener(kind, (event) => hear(/** @type {CustomEvent} */ (event).detail));
