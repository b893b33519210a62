/* The one entry of all pages: brings the components that this page uses, and no others. */

// Keys and images of an incident come before the map, which weighs most.
const COMPONENTS = ["incident-room", "camera-tile", "city-map", "line-chart", "data-table", "value-with-age", "kpi-tile", "event-list",
  "live-stream", "time-bar", "rail-fold", "city-clock", "build-progress", "command-palette", "theme-switch", "api-list", "api-try",
  "assess-form", "copy-text", "shift-log", "drill-board", "wall-screen", "warning-area", "roundtable-hall", "roundtable-seat", "roundtable-table", "roundtable-news", "print-page", "opinion-vote", "place-picker", "blind-ballot", "budget-basket", "similar-proposals", "place-pick", "answer-template", "assistant-chat"];

// The server has drawn the page already: components and the font come after its first paint.
requestAnimationFrame(() => setTimeout(() => {
  const font = document.getElementById("font");
  if (font) font.media = "all";
  for (const name of COMPONENTS) if (document.querySelector(name)) import(`./components/${name}.js`);
}));

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
