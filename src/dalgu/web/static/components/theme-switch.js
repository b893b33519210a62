/* Day or control room: remembered in a cookie, so that the server draws it at once. */

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => this.turn());
  }

  turn() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = dark ? "day" : "dark";
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
    document.dispatchEvent(new CustomEvent("themechange"));
  }
}
customElements.define("theme-switch", ThemeSwitch);
