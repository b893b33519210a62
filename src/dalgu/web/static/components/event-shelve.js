/* Asks why an incident is put out of sight, and for how long (ISA-18.2: never without an end). */
import { t } from "../words.js";

const MINUTES = [15, 30, 60, 120, 480];

/** @returns {Promise<{reason: string, minutes: number} | null>} null when it was not meant */
export function askToShelve(row, place) {
  const dialog = document.createElement("dialog");
  dialog.className = "shelve";
  dialog.setAttribute("aria-labelledby", "shelve-title");
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "stack" });
  const make = (tag, parts) => Object.assign(document.createElement(tag), parts);
  const reason = make("input", { name: "reason", required: true, maxLength: 300, autocomplete: "off" });
  const minutes = make("select", { name: "minutes" });
  const told = (n) => (n < 60 ? t("live.shelve_minutes", { n }) : t("live.shelve_hours", { n: n / 60 }));
  minutes.append(...MINUTES.map((n) => make("option", { value: String(n), textContent: told(n), selected: n === 30 })));
  const field = (name, input) => { const label = make("label", { className: "field", textContent: t(name) }); label.append(input); return label; };
  const buttons = make("p", { className: "row" });
  const cancel = make("button", { type: "button", textContent: t("live.cancel") });
  cancel.addEventListener("click", () => dialog.close());
  buttons.append(make("button", { value: "yes", className: "main", textContent: t("live.deed.shelve") }), cancel);
  const title = make("h2", { id: "shelve-title", textContent: t("live.shelve_title", { n: row.number }) });
  form.append(title, make("p", { className: "soft", textContent: row.title }), field("live.shelve_reason", reason), field("live.shelve_for", minutes), buttons);
  dialog.append(form);
  const before = document.activeElement;
  place.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    const isMeant = dialog.returnValue === "yes" && reason.value.trim();
    dialog.remove();
    before?.focus();
    answer(isMeant ? { reason: reason.value.trim(), minutes: Number(minutes.value) } : null);
  }));
}
