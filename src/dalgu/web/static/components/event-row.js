/* One row of the wall as an element: eight nodes, dressed anew when its incident changes. */
import { age, cityNow, clockTime, language, moment, t } from "../words.js";

const PARTS = [["span", "priority"], ["span", "where"], ["time", "age"], ["a", "title"], ["span", "state"]];
const NEXT = { raised: "seen", seen: "take", assigned: "take" };

export function rowElement() {
  const item = document.createElement("li");
  for (const [tag, name] of PARTS) item.append(Object.assign(document.createElement(tag), { className: name }));
  item.tabIndex = -1;
  return item;
}

const word = (group, name) => { const key = `live.${group}.${name}`, said = t(key); return said === key ? name : said; };

/** @param {HTMLLIElement} item @param {{districts: Map<string, string>, actor: string, handles: boolean}} wall */
export function dress(item, row, wall) {
  if (item.row === row) return;
  item.row = row;
  const [priority, where, time, title, state] = item.children;
  Object.assign(item.dataset, { number: row.number, priority: row.priority, status: row.status });
  item.toggleAttribute("data-drill", row.isDrill);
  item.toggleAttribute("data-pending", Boolean(row.isPending));
  priority.className = `priority ${row.priority}`;
  priority.textContent = `${row.priority} ${word("priority", row.priority)}`;
  where.textContent = [`#${row.number}`, word("category", row.category), wall.districts.get(row.district)].filter(Boolean).join(" ");
  if (row.isDrill) where.append(mark("drill", t("live.drill")));
  if (row.origin === "synthetic") where.append(mark("badge synthetic", t("live.synthetic")));
  time.dateTime = row.raisedAt;
  time.title = moment(new Date(row.raisedAt));
  title.textContent = row.title;
  title.href = `/${language}/center/incidents/${row.number}`;
  title.tabIndex = -1; // Enter on the row opens it
  state.textContent = stateOf(row, wall.actor);
  dressButton(item, wall.handles && !wall.past ? NEXT[row.status] : undefined, row);
  tick(item);
}

const mark = (className, textContent) => Object.assign(document.createElement("strong"), { className, textContent });

function stateOf(row, actor) {
  const said = [word("state", row.shelvedUntil ? "shelved" : row.status)];
  if (row.shelvedUntil) said.push(t("live.shelved_until", { at: clockTime(new Date(row.shelvedUntil)).slice(0, 5) }));
  if (row.alerts) said.push(t(row.alerts === 1 ? "live.alert" : "live.alerts", { n: row.alerts }));
  if (row.assignee) said.push(t("live.by", { who: row.assignee === actor ? t("live.you") : row.assignee }));
  if (row.isPending) said.push(t("live.waiting"));
  return said.join(" · ");
}

function dressButton(item, deed, row) {
  const held = item.children[PARTS.length];
  if (!deed) return held?.remove();
  const button = held ?? document.createElement("button");
  button.dataset.deed = deed;
  button.tabIndex = -1; // the row's keys do the same
  button.textContent = t(`live.deed.${deed}`);
  button.setAttribute("aria-label", `${t(`live.deed.${deed}`)}: #${row.number}`);
  if (!held) item.append(button);
}

/** An age goes on: by the city's clock, which may run fast. */
export function tick(item) {
  const time = item.children[2], said = age((cityNow().getTime() - Date.parse(time.dateTime)) / 1000);
  if (time.textContent !== said) time.textContent = said;
}
