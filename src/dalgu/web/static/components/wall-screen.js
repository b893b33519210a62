/* A screen of the video wall: pages take turns, panels are drawn anew by the server, everything moves a
   few pixels now and then, and whatever has no fresh data says since when. One timer drives it all, the
   number of elements stays that of the layout: it runs for weeks. */
import { clockTime, listen, t } from "../words.js";

const SHIFT_MS = 60_000; // burn-in: one step of a small circle each minute
const SHIFT_STEPS = 12;
const SHIFT_PX = 5; // of a screen 1920 wide
const TURN_MS = 12_000; // a panel that is longer than its place shows its next part
const SILENT_TURNS = 3; // of a panel's own rhythm, then it has no data
const ANSWER_MS = 10_000;
const STREAM_MS = 20_000; // without the stream, maps stand still
const CALM_MS = 300; // a storm of rows is one change

class WallScreen extends HTMLElement {
  connectedCallback() {
    this.pages = [...this.querySelectorAll(".wall-page")];
    this.panels = [...this.querySelectorAll(".wall-panel")].map((element) => ({
      element, page: element.closest(".wall-page"), every: Number(element.dataset.every ?? 0) * 1000,
      heard: Date.now(), asked: Date.now(), busy: false,
    }));
    this.streamed = Date.now();
    this.turned = Date.now();
    for (const kind of ["rows", "alerts"]) listen(kind, () => this.soon());
    this.timer = setInterval(() => this.tick(Date.now()), 1000);
    this.tick(Date.now());
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      for (const panel of this.panels) if (panel.element.dataset.kind === "events") this.refresh(panel);
    }, CALM_MS);
  }

  tick(now) {
    this.rotate(now);
    this.shift(now);
    this.watch(now);
    this.sharpen();
    if (now - this.turned >= TURN_MS) {
      this.turned = now;
      for (const panel of this.panels) turn(panel.element.querySelector('[data-part="body"]'));
    }
    for (const panel of this.panels) {
      if (panel.every && panel.page === this.shown && now - panel.asked >= panel.every) this.refresh(panel);
    }
  }

  /** Maps are drawn small and shown large: in as many pixels as they cover. */
  sharpen() {
    for (const city of this.querySelectorAll("city-map")) {
      if (city.dataset.state !== "live" || city.isSharp) continue;
      city.isSharp = true;
      city.map.setPixelRatio(devicePixelRatio * Number(getComputedStyle(city).getPropertyValue("--wall-map")));
    }
  }

  /** All screens of a wall count from the same clock, so they turn together. */
  rotate(now) {
    const spans = this.pages.map((page) => Number(page.dataset.seconds) * 1000);
    let at = now % spans.reduce((sum, span) => sum + span, 0);
    const index = spans.findIndex((span) => { at -= span; return at < 0; });
    if (this.pages[index] === this.shown) return;
    this.shown = this.pages[index];
    for (const page of this.pages) {
      page.toggleAttribute("data-away", page !== this.shown);
      page.inert = page !== this.shown;
    }
  }

  shift(now) {
    const step = Math.floor(now / SHIFT_MS) % SHIFT_STEPS;
    if (step === this.step) return;
    this.step = step;
    const reach = (SHIFT_PX * innerWidth) / 1920;
    const turn = (2 * Math.PI * step) / SHIFT_STEPS;
    this.style.transform = `translate(${(reach * Math.cos(turn)).toFixed(1)}px, ${(reach * Math.sin(turn)).toFixed(1)}px)`;
  }

  /** What has no fresh data says so, on the panel and for the whole stream. */
  watch(now) {
    const stream = document.querySelector("live-stream");
    if (stream?.dataset.state === "live") this.streamed = now;
    const isCut = now - this.streamed > STREAM_MS;
    this.say(this.querySelector('[data-part="lost"]'), isCut, "walls.cut", this.streamed);
    for (const panel of this.panels) {
      const since = panel.every ? panel.heard : this.streamed;
      const limit = panel.every ? panel.every * SILENT_TURNS + ANSWER_MS : STREAM_MS;
      const isSeen = panel.page === this.shown && panel.element.dataset.kind !== "clock";
      const isSilent = isSeen && now - since > limit;
      panel.element.toggleAttribute("data-silent", isSilent);
      this.say(panel.element.querySelector('[data-part="silence"]'), isSilent, "walls.silent", since);
    }
  }

  /** @param {Element} place @param {boolean} isSo @param {string} key @param {number} since */
  say(place, isSo, key, since) {
    place.hidden = !isSo;
    const text = isSo ? t(this.isOut ? "walls.signed_out" : key, { at: clockTime(new Date(since)) }) : "";
    if (place.textContent !== text) place.textContent = text;
  }

  async refresh(panel) {
    if (panel.busy) return;
    panel.busy = true;
    panel.asked = Date.now();
    try {
      const answer = await fetch(`${this.dataset.source}/${panel.element.dataset.key}`, { signal: AbortSignal.timeout(ANSWER_MS) });
      this.isOut = answer.status === 401 || answer.redirected; // to the page for signing in
      const told = answer.headers.get("x-wall");
      if (!answer.ok || !told) return;
      if (told !== `${this.dataset.version}/${build(this.dataset.build)}`) return location.reload();
      panel.element.querySelector('[data-part="body"]').innerHTML = await answer.text();
      panel.heard = Date.now();
    } catch {
      // The watch tells since when; the next turn asks again.
    } finally {
      panel.busy = false;
    }
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    clearTimeout(this.waiting);
  }
}

/** Show the next part of what is longer than its place. */
function turn(body) {
  const rest = body.scrollHeight - body.clientHeight - body.scrollTop;
  if (rest > 4) body.scrollTop += Math.min(rest, body.clientHeight * 0.9);
  else if (body.scrollTop > 0) body.scrollTop = 0;
}

/** The digest in the address of our files: `/static/{digest}/`. */
const build = (address) => address.split("/")[2];

customElements.define("wall-screen", WallScreen);
