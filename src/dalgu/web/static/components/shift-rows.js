/* One entry of the shift log as a row: built from text, never from markup. */
import { language, moment, t } from "../words.js";

/** @param {string} tag @param {string} name @param {string | Node} [inside] */
function made(tag, name, inside) {
  const one = document.createElement(tag);
  if (name) one.className = name;
  if (inside !== undefined) one.append(inside);
  return one;
}

function button(act, words) {
  const one = made("button", "bare no-print", words);
  one.type = "button";
  one.dataset.act = act;
  return one;
}

/** @param {any} entry as the server tells it, or as it waits here (then with `n`) @param {string} actor who looks */
export function row(entry, actor) {
  const line = document.createElement("li");
  Object.assign(line.dataset, { key: entry.key, at: entry.at, category: entry.category });
  if (entry.incident) line.dataset.incident = entry.incident;
  const time = made("time", "", moment(new Date(entry.at)));
  time.dateTime = entry.at;
  const text = made("p", "text", entry.struckBy ? made("del", "", entry.text) : entry.text);
  line.append(time, made("span", "category", t(`shifts.category.${entry.category}`)), text, by(entry, actor));
  if (entry.struckBy) line.dataset.struck = "";
  if (entry.n) line.dataset.state = entry.refusal ? "refused" : "waiting";
  return line;
}

function by(entry, actor) {
  const line = made("p", "by", entry.writer === actor || entry.actor === actor ? t("shifts.you") : entry.actor ?? "");
  const say = (words) => line.append(" · ", words);
  if (entry.n) say(made("span", `badge ${entry.refusal ? "high" : "medium"}`, t(entry.refusal ? "shifts.refused" : "shifts.waits")));
  else say(t("shifts.entry", { n: entry.seq }));
  if (entry.incident) {
    const link = made("a", "", t("shifts.incident", { n: entry.incident }));
    link.href = `/${language}/center/incidents/${entry.incident}`;
    say(link);
  }
  if (entry.strikes) say(t("shifts.corrects"));
  if (entry.struckBy) say(t("shifts.struck"));
  if (entry.isLate) say(made("span", "badge medium", t("shifts.late")));
  if (entry.refusal) say(made("strong", "", entry.refusal));
  for (const told of entry.conflicts ?? []) say(made("span", "conflict", told));
  if (entry.refusal) line.append(" ", button("again", t("shifts.again")), button("drop", t("shifts.drop")));
  else if (!entry.n && !entry.struckBy) line.append(" ", button("correct", t("shifts.correct")));
  return line;
}

/** Puts a row where its time belongs, newest first; one of the same key goes. @param {HTMLElement} list @param {HTMLElement} line */
export function place(list, line) {
  list.querySelector(`[data-key="${CSS.escape(line.dataset.key)}"]`)?.remove();
  const after = [...list.children].find((one) => Date.parse(one.dataset.at) <= Date.parse(line.dataset.at));
  list.insertBefore(line, after ?? null);
}

/** Strikes through what an entry corrects. @param {HTMLElement} list @param {any} entry */
export function strike(list, entry) {
  const old = entry.strikes && list.querySelector(`[data-key="${CSS.escape(entry.strikes)}"]:not([data-struck])`);
  if (!old) return;
  old.dataset.struck = "";
  const text = old.querySelector(".text");
  text.replaceChildren(made("del", "", text.textContent));
  old.querySelector(".by").append(" · ", t("shifts.struck"));
  old.querySelector('[data-act="correct"]')?.remove();
}
