/* A ballot that this browser blinds: the city signs a token that it does not see, and the ballot goes
   without cookies. Where there is no WebCrypto the form goes as it is, and the page says so. */
import { t } from "../words.js";
import { blinded, token, tokenKey } from "./blind.js";

const PAUSE_MS = 1500; // at most, so that token and ballot do not come in one breath

class BlindBallot extends HTMLElement {
  connectedCallback() {
    if (!globalThis.crypto?.subtle) return;
    this.form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    this.place = `ballot ${this.dataset.box}`;
    const pending = this.kept();
    if (this.dataset.drawn === "True" && !pending) return; // the ballot was sent, or from elsewhere
    this.form.hidden = false;
    this.querySelector("[data-part='drawn']")?.remove();
    this.part("way").textContent = t("ballots.way_blind");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.vote(); });
  }

  /** @param {string} name */
  part(name) { return /** @type {HTMLElement} */ (this.querySelector(`[data-part="${name}"]`)); }

  /** What was blinded and not yet cast: an answer can get lost on its way. */
  kept() {
    try { return JSON.parse(sessionStorage.getItem(this.place) ?? "null"); } catch { return null; }
  }

  marks() {
    const sent = new FormData(this.form), marks = {};
    for (const option of sent.getAll("mark")) marks[/** @type {string} */ (option)] = 1;
    for (const [name, value] of sent) if (name.startsWith("score:") && value !== "") marks[name.slice(6)] = Number(value);
    return marks;
  }

  async vote() {
    const button = this.form.querySelector("button");
    button.disabled = true;
    this.part("refusal").hidden = true;
    this.part("way").textContent = t("ballots.working");
    try {
      this.done(await this.sent(this.marks()));
    } catch (failed) {
      this.part("refusal").textContent = failed.told ?? t("ballots.failed");
      this.part("refusal").hidden = false;
      this.part("way").textContent = t("ballots.way_blind");
      button.disabled = false;
    }
  }

  /** @param {Record<string, number>} marks */
  async sent(marks) {
    const key = await tokenKey(this.dataset.key);
    const kept = this.kept() ?? await blinded(key);
    sessionStorage.setItem(this.place, JSON.stringify(kept));
    if (!kept.token) {
      const { signed } = await this.post("token", { blinded: kept.blinded }, "same-origin");
      kept.token = await token(key, kept, signed);
      if (!kept.token) throw Object.assign(new Error("unsigned"), { told: t("ballots.unsigned") });
      sessionStorage.setItem(this.place, JSON.stringify(kept));
      await new Promise((go) => setTimeout(go, Math.random() * PAUSE_MS));
    }
    return this.post("cast", { token: kept.token, marks }, "omit");
  }

  /** @param {string} door @param {object} body @param {RequestCredentials} credentials */
  async post(door, body, credentials) {
    const answer = await fetch(`/citizens/ballots/${this.dataset.box}/${door}`, {
      method: "POST", credentials, headers: { "content-type": "application/json", "accept-language": document.documentElement.lang }, body: JSON.stringify(body),
    });
    const said = await answer.json();
    // The ballot lay in the box already: its answer got lost on the way, and it is ours.
    if (answer.status === 409 && said.code) return { code: said.code, digest: "", signature: "" };
    if (!answer.ok) throw Object.assign(new Error(said.type), { told: said.detail });
    return said;
  }

  /** @param {{code: string, digest: string, signature: string}} receipt */
  done(receipt) {
    sessionStorage.removeItem(this.place);
    const title = document.createElement("h3"), code = document.createElement("p"), long = document.createElement("p"), proof = document.createElement("details");
    title.textContent = t("ballots.receipt");
    title.tabIndex = -1;
    code.className = "receipt";
    code.setAttribute("role", "status");
    code.textContent = receipt.code;
    long.className = "soft";
    long.textContent = t("ballots.receipt_long");
    const summary = document.createElement("summary"), words = document.createElement("code");
    summary.textContent = t("ballots.proof");
    words.textContent = `${receipt.digest} ${receipt.signature}`;
    proof.append(summary, words);
    this.replaceChildren(title, code, long, ...(receipt.digest ? [proof] : []));
    title.focus();
  }
}
customElements.define("blind-ballot", BlindBallot);
