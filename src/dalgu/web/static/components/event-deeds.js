/* What an operator did, sent now or as soon as there is a connection; nothing is lost by a reload. */
import { language } from "../words.js";

const MOST_KEPT = 200;
const AGAIN_MS = 5000;

export class Deeds {
  /** @param {string} actor @param {{done: (row: object) => void, refused: (number: number, why: string) => void, changed: () => void}} wall */
  constructor(actor, wall) {
    this.wall = wall;
    this.kept = `wall.deeds ${actor}`; // what one did, another must not send
    this.waiting = JSON.parse(localStorage.getItem(this.kept) ?? "[]");
    addEventListener("online", () => this.send());
    if (this.waiting.length) this.send();
  }

  /** @param {number} number @param {string} deed @param {object} [words] */
  add(number, deed, words = {}) {
    if (this.waiting.length >= MOST_KEPT) return this.wall.refused(number, "");
    this.waiting.push({ number, deed, words });
    this.keep();
    this.send();
  }

  keep() {
    localStorage.setItem(this.kept, JSON.stringify(this.waiting));
    this.wall.changed();
  }

  /** Sends in the order in which it was done; stops at the first that gets no answer. */
  async send() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.again);
    while (this.waiting.length && await this.sendOne(this.waiting[0])) {
      this.waiting.shift();
      this.keep();
    }
    this.isSending = false;
    this.isHeldUp = this.waiting.length > 0;
    this.wall.changed();
    if (this.waiting.length) this.again = setTimeout(() => this.send(), AGAIN_MS);
  }

  async sendOne({ number, deed, words }) {
    const address = `/incidents/${number}/${deed}?language=${language}`;
    const headers = { accept: "application/json", "content-type": "application/json" };
    let answer;
    try {
      answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(words), keepalive: true });
    } catch {
      return false; // no connection: it stays
    }
    this.isSignedOut = answer.status === 401;
    if (this.isSignedOut || answer.status === 503) return false;
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) this.wall.done(said); else this.wall.refused(number, said.detail ?? "");
    return true;
  }
}
