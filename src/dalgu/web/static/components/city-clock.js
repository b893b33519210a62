/* The city's time, which may run faster than the reader's. */
import { cityNow, moment } from "../words.js";

class CityClock extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const tick = () => {
      const now = cityNow();
      time.textContent = moment(now);
      time.dateTime = now.toISOString();
    };
    tick();
    this.timer = setInterval(tick, 1000);
  }

  disconnectedCallback() { clearInterval(this.timer); }
}
customElements.define("city-clock", CityClock);
