/* A participant's phone: takes a ballot at one press however bad the network, tells when there is more. */
import { t } from "../words.js";
import { blinded, token, tokenKey } from "./blind.js";
import { Timer, element, follow, stepOf } from "./hall-stream.js";

const SPREAD_MS = 3_000; // hundreds of phones do not load in one moment
const TRIES = 5;
const WAIT_MS = 800;

class RoundtableSeat extends HTMLElement {
  connectedCallback() {
    this.timer = new Timer(this.part("timer"));
    this.end = follow(this.dataset.number ?? "", (hall) => this.hear(hall));
    this.addEventListener("submit", (event) => this.submit(event));
  }

  disconnectedCallback() { this.end?.(); }
  /** @param {string} name @returns {HTMLElement} */
  part(name) { return this.querySelector(`[data-part="${name}"]`); }

  hear(hall) {
    this.part("step").textContent = stepOf(hall);
    this.timer.until(hall.step?.ends);
    const open = hall.boxes.filter((box) => box.isOpen).map((box) => box.id).join(" ");
    const is_same = open === (this.dataset.boxes ?? "").trim() && hall.stage === this.dataset.stage;
    if (is_same || this.leaving) return;
    if (this.isBusy()) { this.part("news").hidden = false; return; }
    this.leaving = setTimeout(() => location.reload(), Math.random() * SPREAD_MS);
  }

  /** Whether somebody is filling in a form, or reads a receipt. */
  isBusy() {
    return this.sending || document.querySelector(".receipt") !== null || [...this.querySelectorAll("form")].some((form) =>
      [...form.elements].some((one) => one.checked !== one.defaultChecked || (one.value && one.tagName !== "BUTTON" && one.type === undefined)));
  }

  async submit(event) {
    const form = event.target;
    if (!("ballot" in form.dataset)) return; // the survey goes its plain way
    event.preventDefault();
    const sent = new FormData(form);
    const marks = sent.get("choice") ? { [String(sent.get("choice"))]: 1 }
      : Object.fromEntries([...sent].filter(([name]) => name.startsWith("mark.")).map(([name, mark]) => [name.slice(5), Number(mark)]));
    const button = form.querySelector("button");
    button.disabled = this.sending = true;
    this.tell(form, t("roundtables.sending"));
    const answer = await this.send(form, String(sent.get("box")), marks).catch(() => null);
    button.disabled = this.sending = false;
    if (answer?.receipt) this.thank(form, answer.receipt);
    else this.tell(form, answer?.detail ?? t("roundtables.again"));
  }

  /** Takes the way on which the city cannot know whose ballot it is, where the browser can go it. */
  async send(form, box, marks) {
    const key = form.dataset.key;
    if (!globalThis.crypto?.subtle || !key) return this.post(`${this.seat}/ballots`, { box, marks }, "same-origin");
    const place = `roundtable ${box} ${this.dataset.code}`;
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") ?? await this.blinded(key);
    localStorage.setItem(place, JSON.stringify(kept)); // an answer may get lost: the same is asked for again
    if (!kept.token) {
      const said = await this.post(`${this.seat}/tokens`, { box, blinded: kept.blinded }, "same-origin");
      if (!said?.signed) return said;
      kept.token = await token(await tokenKey(key), kept, said.signed);
      localStorage.setItem(place, JSON.stringify(kept));
    }
    const cast = await this.post(`/citizens/ballots/${box}/cast`, { token: kept.token, marks }, "omit");
    const code = cast?.code; // also where the ballot lay in the box already: it is ours
    if (code) localStorage.removeItem(place);
    return code ? { receipt: code } : cast;
  }

  async blinded(key) { return blinded(await tokenKey(key)); }
  get seat() { return `/roundtables/${this.dataset.number}/seat/${this.dataset.code}`; }

  /** Tries again while there is no answer: a token is cast once, whatever comes twice. */
  async post(address, body, credentials) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    for (let n = 1; n <= TRIES; n += 1) {
      try {
        const answer = await fetch(`${address}?language=${document.body.dataset.language}`, { method: "POST", credentials, body: JSON.stringify(body), headers });
        if (answer.status < 500) return await answer.json();
      } catch { /* no network: again */ }
      await new Promise((done) => setTimeout(done, WAIT_MS * n));
    }
    return null;
  }

  thank(form, receipt) {
    const said = element("div", "", "receipt");
    said.setAttribute("role", "status");
    said.tabIndex = -1;
    said.append(element("h3", t("roundtables.cast_title")), element("p", t("roundtables.receipt", { code: receipt })));
    form.replaceWith(said);
    said.focus();
  }

  tell(form, text) {
    let line = form.querySelector('[role="status"]');
    if (!line) { line = element("p", "", "state"); line.setAttribute("role", "status"); form.append(line); }
    line.textContent = text;
  }
}
customElements.define("roundtable-seat", RoundtableSeat);
