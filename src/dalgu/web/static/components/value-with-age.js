/* A value says how old it is, and goes on saying it while the page stays open. */
import { age, cityNow } from "../words.js";

class ValueWithAge extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time) return;
    const at = Date.parse(time.dateTime);
    const tell = () => { time.textContent = age((cityNow().getTime() - at) / 1000); };
    this.timer = setInterval(tell, 5000);
  }

  disconnectedCallback() { clearInterval(this.timer); }
}
customElements.define("value-with-age", ValueWithAge);
