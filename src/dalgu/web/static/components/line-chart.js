/* A time chart drawn by uPlot over the server's drawing; the table beneath is its twin. */
import { moment, number, t } from "../words.js";

const COLOURS = ["--accent", "--high", "--good", "--synthetic"];

/** From nought, unless that would press the line flat: a register that only grows, say. */
function span(low, high) {
  if (low === null) return [0, 1];
  if (low > 0 && high - low < 0.3 * high) return high === low ? [low - 1, high + 1] : [low - 0.08 * (high - low), high + 0.08 * (high - low)];
  return [Math.min(0, low), high === low ? high + 1 : high * 1.06];
}

class LineChart extends HTMLElement {
  async connectedCallback() {
    if (document.body.dataset.libraries !== "yes") return;
    const { lines } = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    if (!lines.some((line) => line.points.length > 1)) return;
    const [{ default: Plot }] = await Promise.all([import("uplot"), this.style_()]);
    this.lines = lines;
    this.box = document.createElement("div");
    this.box.className = "plot";
    this.box.setAttribute("role", "img");
    this.box.setAttribute("aria-label", this.getAttribute("aria-label"));
    this.querySelector(".drawing").replaceWith(this.box);
    this.draw(Plot);
    document.addEventListener("themechange", () => this.draw(Plot));
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this);
  }

  style_() {
    const sheet = new URL("../vendor/uplot.css", import.meta.url).href;
    if (document.querySelector(`link[href="${sheet}"]`)) return null;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
    return new Promise((done) => { link.onload = link.onerror = done; document.head.append(link); });
  }

  size() { return { width: Math.max(200, this.clientWidth), height: 216 }; }

  /** The colour that a token has just now, whatever the theme. */
  colour(token) {
    const probe = document.createElement("i");
    probe.style.color = `var(${token})`;
    this.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  data() {
    const times = [...new Set(this.lines.flatMap((line) => line.points.map((point) => Date.parse(point.at) / 1000)))].sort((a, b) => a - b);
    const columns = this.lines.map((line) => {
      const at = new Map(line.points.map((point) => [Date.parse(point.at) / 1000, point.value]));
      return times.map((time) => at.get(time) ?? null);
    });
    return [times, ...columns];
  }

  draw(Plot) {
    this.plot?.destroy();
    const grid = this.colour("--line");
    const ink = this.colour("--ink-faint");
    const text = parseFloat(getComputedStyle(this).getPropertyValue("--chart-text")) || 12;
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: `${text}px Noto Sans KR Variable, Noto Sans CJK KR, sans-serif` };
    const series = this.lines.map((line, index) => {
      const stroke = this.colour(COLOURS[index % COLOURS.length]);
      return { label: line.name, stroke, width: 1.75, spanGaps: false, dash: line.dashed ? [5, 4] : undefined, points: { show: false },
        paths: line.steps ? Plot.paths.stepped({ align: 1 }) : undefined,
        value: (_, value) => (value === null || value === undefined ? "–" : `${number(value)} ${line.unit ?? ""}`) };
    });
    this.plot = new Plot({
      ...this.size(),
      tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), "Asia/Seoul"),
      cursor: { drag: { x: true, y: false } },
      scales: { y: { range: (_, low, high) => span(low, high) } },
      axes: [{ ...axis, size: 26 + 2 * text, space: 4 * text, values: (_, ticks) => this.timeTicks(ticks) }, { ...axis, size: 8 + 4 * text, space: 2.5 * text, values: (_, ticks) => ticks.map((tick) => number(tick)) }],
      series: [{ label: t("time"), value: (_, seconds) => (seconds === null ? "–" : moment(new Date(seconds * 1000))) }, ...series],
    }, this.data(), this.box);
    this.box.querySelector(".u-legend")?.setAttribute("role", "presentation"); // laid out, not tabled
  }

  /** A new day shows its date, any other tick its hour. */
  timeTicks(ticks) {
    const date = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Seoul", month: "numeric", day: "numeric" });
    const hour = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Seoul", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    return ticks.map((seconds) => {
      const at = new Date(seconds * 1000);
      const text = hour.format(at);
      return text === "00:00" ? date.format(at) : text;
    });
  }

  disconnectedCallback() { this.plot?.destroy(); }
}
customElements.define("line-chart", LineChart);
