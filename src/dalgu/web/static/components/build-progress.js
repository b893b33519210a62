/* How far the city's history has been built: a calm bar that leaves when it is done. */
import { listen, t } from "../words.js";

class BuildProgress extends HTMLElement {
  connectedCallback() {
    listen("progress", (progress) => this.show(progress));
  }

  /** @param {{share: number, label: string} | null} progress */
  show(progress) {
    this.hidden = !progress || progress.share >= 1;
    if (this.hidden) return;
    this.querySelector("progress").value = progress.share;
    this.querySelector('[data-part="label"]').textContent = progress.label;
    this.querySelector('[data-part="share"]').textContent = t("progress", { n: Math.floor(progress.share * 100) });
  }
}
customElements.define("build-progress", BuildProgress);
