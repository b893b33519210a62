/* A place chosen on the drawing of the city: a press sets it, the list of neighbourhoods does too.
   Without script the list alone names the place. */

const SVG = "http://www.w3.org/2000/svg";
const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
const latitude = (y) => ((2 * Math.atan(Math.exp(y)) - Math.PI / 2) * 180) / Math.PI;

class PlacePick extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("svg");
    if (!this.svg) return;
    this.dataset.live = "yes";
    const { west, east, south, north } = this.svg.dataset;
    Object.assign(this, { west: +west, east: +east, south: mercator(+south), north: mercator(+north) });
    this.hint = this.querySelector("[data-part=hint]");
    this.clear = this.querySelector("[data-part=clear]");
    this.list = this.closest("form").elements.dong;
    this.lon = this.querySelector("[name=lon]");
    this.lat = this.querySelector("[name=lat]");
    this.hint.hidden = false;
    this.svg.addEventListener("click", (event) => this.press(event));
    this.clear.addEventListener("click", () => this.forget());
    this.list.addEventListener("change", () => this.listed());
    if (this.lon.value) this.mark(+this.lon.value, +this.lat.value);
    else this.listed();
  }

  press(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const { width, height } = this.svg.viewBox.baseVal;
    const lon = this.west + (at.x / width) * (this.east - this.west);
    const lat = latitude(this.north - (at.y / height) * (this.north - this.south));
    this.lon.value = lon.toFixed(6);
    this.lat.value = lat.toFixed(6);
    this.list.value = "";
    this.mark(lon, lat);
  }

  /** A neighbourhood of the list: its middle, in place of a pressed one. */
  listed() {
    const { lon, lat } = this.list.selectedOptions[0]?.dataset ?? {};
    this.lon.value = this.lat.value = "";
    if (lon) this.mark(+lon, +lat);
    else this.dot?.remove();
    this.clear.hidden = !lon;
  }

  forget() {
    this.list.value = "";
    this.listed();
  }

  mark(lon, lat) {
    const { width, height } = this.svg.viewBox.baseVal;
    this.dot ??= document.createElementNS(SVG, "circle");
    this.dot.setAttribute("class", "chosen");
    this.dot.setAttribute("r", "12");
    this.dot.setAttribute("cx", String(((lon - this.west) / (this.east - this.west)) * width));
    this.dot.setAttribute("cy", String(((this.north - mercator(lat)) / (this.north - this.south)) * height));
    this.svg.append(this.dot);
    this.clear.hidden = false;
  }
}
customElements.define("place-pick", PlacePick);
