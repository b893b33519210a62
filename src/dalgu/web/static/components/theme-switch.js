/* Control room, day or high contrast: remembered in a cookie, so that the server draws it at once. */
import { t } from "../words.js";

const THEMES = ["day", "dark", "contrast"];

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.status = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    this.status.setAttribute("role", "status");
    this.append(this.status);
    this.button.addEventListener("click", () => this.turn());
    this.name(this.shown());
  }

  shown() {
    const chosen = document.documentElement.dataset.theme;
    return THEMES.includes(chosen) ? chosen : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "day";
  }

  name(theme) {
    const title = t(`theme.${theme}`);
    this.button.title = title;
    this.button.querySelector(".visually-hidden").textContent = t("theme.change", { theme: title });
  }

  turn() {
    const theme = THEMES[(THEMES.indexOf(this.shown()) + 1) % THEMES.length];
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
    this.name(theme);
    this.status.textContent = t("theme.now", { theme: t(`theme.${theme}`) });
    document.dispatchEvent(new CustomEvent("themechange"));
  }
}
customElements.define("theme-switch", ThemeSwitch);
