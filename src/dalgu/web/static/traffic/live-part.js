/**
 * A part of a page that is asked for again every few seconds, and can be held still.
 *
 *   <live-part data-source="/ko/…/now" data-every="3">
 *     <div data-part="controls" hidden><button aria-pressed="false">Hold</button></div>
 *     <div data-part="body">…</div>
 *   </live-part>
 */
class LivePart extends HTMLElement {
  connectedCallback() {
    const controls = this.querySelector("[data-part='controls']");
    const button = controls?.querySelector("button");
    if (controls instanceof HTMLElement) controls.hidden = false;
    button?.addEventListener("click", () => this.#hold(button));
    this.#next();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #held = false;

  /** @param {Element} button */
  #hold(button) {
    this.#held = !this.#held;
    button.setAttribute("aria-pressed", String(this.#held));
    if (!this.#held) this.#next();
  }

  #next() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), Number(this.dataset.every ?? 3) * 1000);
  }

  async #ask() {
    if (this.#held) return;
    if (!document.hidden && !this.#isRead()) {
      try {
        const answer = await fetch(this.dataset.source ?? "", { headers: { accept: "text/html" } });
        if (answer.ok) this.#lay(await answer.text());
      } catch {
        // the network may be gone for a while: what was there stays
      }
    }
    this.#next();
  }

  /** Whoever stands in the part with the keyboard is not pulled out of it. */
  #isRead() {
    return this.querySelector("[data-part='body']")?.contains(document.activeElement) ?? false;
  }

  /** @param {string} text */
  #lay(text) {
    const told = new DOMParser().parseFromString(text, "text/html");
    this.querySelector("[data-part='body']")?.replaceChildren(...told.body.childNodes);
  }
}

customElements.define("live-part", LivePart);
