/* A button that prints the page; hidden where no script could press it. */

class PrintPage extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
customElements.define("print-page", PrintPage);
