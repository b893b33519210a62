/* A conversation without reloading the page: forms inside are sent in place, the new log is put in,
   and what the other side says comes sentence by sentence. While a person has the conversation,
   the log is asked for every few seconds. Without script the same forms load the page. */
const EVERY_MS = 4000;
const BETWEEN_MS = 120;

class AssistantChat extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
    this.addEventListener("keydown", this);
    this.wait();
    this.scroll();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  get log() { return this.querySelector("#log"); }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "keydown") return this.key(/** @type {KeyboardEvent} */ (event));
    event.preventDefault();
    const { target: form, submitter } = /** @type {any} */ (event);
    const sent = new URLSearchParams(new FormData(form));
    if (submitter?.name) sent.set(submitter.name, submitter.value);
    this.send(form.action, sent, form);
  }

  /** Enter sends, as in any chat; Shift and Enter begins a line. @param {KeyboardEvent} event */
  key(event) {
    const box = /** @type {HTMLTextAreaElement} */ (event.target);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || box.tagName !== "TEXTAREA") return;
    event.preventDefault();
    box.form?.requestSubmit();
  }

  /** @param {string} address @param {URLSearchParams} sent @param {HTMLFormElement} form */
  async send(address, sent, form) {
    clearTimeout(this.timer);
    this.log.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { method: "POST", body: sent });
      this.take(await answer.text(), answer.ok);
    } catch {
      form.submit(); // the network is the browser's to tell of
    }
  }

  /** @param {string} page @param {boolean} isTaken */
  take(page, isTaken) {
    const found = new DOMParser().parseFromString(page, "text/html").querySelector("assistant-chat");
    if (!found) return location.reload();
    const box = this.querySelector("textarea");
    const written = box?.value ?? "", before = this.log.children.length;
    this.toggleAttribute("data-live", found.hasAttribute("data-live"));
    this.log.removeAttribute("aria-busy");
    this.reveal(found.querySelector("#log"), before);
    this.querySelector(".refusal")?.remove();
    const refusal = found.querySelector(".refusal");
    if (refusal) this.log.after(refusal);
    if (box) {
      box.value = isTaken ? "" : written;
      box.focus();
    }
    this.wait();
  }

  /** Put in what is new, a piece after the other. @param {Element} log @param {number} before */
  reveal(log, before) {
    const fresh = [...log.children].slice(this.log.querySelector("#newest, .from-citizen") ? before : 0);
    if (!fresh.length) return;
    if (fresh.length === log.children.length) this.log.replaceChildren();
    this.log.querySelector("#newest")?.removeAttribute("id");
    const pieces = fresh.flatMap((one) => [...one.querySelectorAll("p, figcaption, .choices, .to-person")]);
    for (const piece of pieces) piece.classList.add("coming");
    this.log.append(...fresh);
    pieces.forEach((piece, at) => setTimeout(() => { piece.classList.add("here"); piece.classList.remove("coming"); }, at * BETWEEN_MS));
    this.scroll();
  }

  scroll() { this.log.scrollTop = this.log.scrollHeight; }

  wait() {
    clearTimeout(this.timer);
    if (this.hasAttribute("data-live")) this.timer = setTimeout(() => this.look(), EVERY_MS);
  }

  async look() {
    this.asked = new AbortController();
    try {
      const answer = await fetch(location.pathname, { signal: this.asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("assistant-chat"), log = found?.querySelector("#log");
      if (log) {
        this.toggleAttribute("data-live", found.hasAttribute("data-live"));
        if (log.children.length > this.log.children.length) this.reveal(log, this.log.children.length);
        const line = log.querySelector(".notice-line"), own = this.log.querySelector(".notice-line");
        if (line && own) own.textContent = line.textContent;
      }
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    this.wait();
  }
}
customElements.define("assistant-chat", AssistantChat);
