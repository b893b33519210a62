/* One server-sent stream per page. The browser sends Last-Event-ID by itself after a cut. */
import { announce, setClock, t } from "../words.js";

const KINDS = ["clock", "features", "refresh", "alerts", "kpis", "progress"];
const SILENT_MS = 20_000; // the server speaks at least every 10 s

class LiveStream extends HTMLElement {
  connectedCallback() {
    const source = new EventSource(`/live?layers=${this.dataset.layers ?? ""}&language=${document.body.dataset.language}`);
    this.source = source;
    source.addEventListener("open", () => this.state("live"));
    source.addEventListener("error", () => this.state("lost"));
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        this.heard = performance.now();
        this.state("live");
        const said = JSON.parse(event.data);
        if (kind === "clock") setClock(said.now, said.speed);
        announce(kind, said);
      });
    }
    this.watch = setInterval(() => {
      if (performance.now() - (this.heard ?? 0) > SILENT_MS) this.state("lost");
    }, 5000);
    addEventListener("pagehide", () => source.close());
  }

  /** @param {"live" | "lost"} state */
  state(state) {
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    this.textContent = t(`stream.${state}`);
  }

  disconnectedCallback() {
    this.source.close();
    clearInterval(this.watch);
  }
}
customElements.define("live-stream", LiveStream);
