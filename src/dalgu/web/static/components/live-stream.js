/* One server-sent stream per page. The browser sends Last-Event-ID by itself after a cut. */
import { announce, setClock, t } from "../words.js";

const KINDS = ["clock", "features", "refresh", "rows", "moving", "kpis", "progress"];
const SILENT_MS = 15_000; // the server speaks every 5 s
const RENEWED_MS = 4_000; // it ends a stream now and then; the browser is back before this

class LiveStream extends HTMLElement {
  connectedCallback() {
    const source = new EventSource(`/live?layers=${encodeURIComponent(this.dataset.layers ?? "")}&language=${document.body.dataset.language}`);
    this.source = source;
    source.addEventListener("open", () => this.state("live"));
    source.addEventListener("error", () => { this.cut ??= setTimeout(() => this.state("lost"), RENEWED_MS); });
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.hear(kind, JSON.parse(event.data)));
    this.watch = setInterval(() => {
      if (performance.now() - (this.heard ?? 0) > SILENT_MS) this.state("lost");
    }, 2500);
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  hear(kind, said) {
    this.heard = performance.now();
    this.state("live");
    if (kind === "clock") setClock(said.now, said.speed);
    announce(kind, said);
  }

  /** @param {"live" | "lost"} state */
  state(state) {
    if (state === "live") { clearTimeout(this.cut); this.cut = undefined; }
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    this.textContent = t(`stream.${state}`);
    announce("stream", state);
  }

  disconnectedCallback() {
    this.source.close();
    clearInterval(this.watch);
    clearTimeout(this.cut);
  }
}
customElements.define("live-stream", LiveStream);
