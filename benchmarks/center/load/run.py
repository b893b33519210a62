"""Runs the parts and prints each figure beside its limit; see the package."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.center.load import streams, weight
from benchmarks.center.load.browser import WATCH, counters, heap_mb, page_of
from benchmarks.center.load.city import City, start

PACE, SECONDS = 50.0, 20.0
THINGS = 10_000
WARM_HOURS = 3
RAISING = 5.0  # of the 50 events a second begin an incident; the others are car parks that speak


def load() -> float:
    """Return how many processes want a core: beyond two, other work slows what is measured."""
    return os.getloadavg()[0]


def told(name: str, figure: float, limit: float, unit: str) -> None:
    verdict = "ok" if figure <= limit else "OVER"
    print(f"  {name:<58} {figure:>10.1f} {unit:<6} limit {limit:g} {unit}  {verdict}", flush=True)


def latency(city: City) -> None:
    """Hub write of an alert to its incident's row on screen, at 50 events a second."""
    with page_of(city, "/en/center") as page:
        page.wait_for_selector("event-list ol[data-windowed]", state="attached")
        page.wait_for_timeout(3_000)
        page.evaluate(WATCH)
        written = city.ask("events", PACE - RAISING, RAISING, SECONDS)
        page.wait_for_timeout(1_500)
        seen = {int(number): at for number, at in page.evaluate("seenAt").items()}
    waited = np.array([seen[n] - at for n, at in written.items() if n in seen]) * 1000
    print(f"  {len(written)} incidents, {len(waited)} seen on screen; load {load():.1f}")
    told("hub write to row on screen, p50", float(np.percentile(waited, 50)), 300, "ms")
    told("hub write to row on screen, p95", float(np.percentile(waited, 95)), 300, "ms")


def rows(city: City) -> None:
    """Elements of a wall of ten thousand open incidents."""
    held = city.ask("incidents", THINGS)
    with page_of(city, "/en/center") as page:
        begun = time.monotonic()
        page.wait_for_function(
            f"() => document.querySelector('event-list').window?.data.length >= {held}"
        )
        took_s, most = time.monotonic() - begun, 0
        for share in np.random.default_rng(1).random(20):
            page.evaluate(
                "share => { const box = document.querySelector('event-list');"
                " box.scrollTop = share * box.scrollHeight; }",
                float(share),
            )
            page.wait_for_timeout(60)
            most = max(most, page.evaluate("document.querySelectorAll('event-list ol *').length"))
        page.locator("event-list li").first.focus()
        before = counters(page)
        for _ in range(100):
            page.keyboard.press("j")
        after = counters(page)
        shown = page.evaluate("document.activeElement.ariaPosInSet")
    print(f"  {held} open rows, in the list {took_s:.1f} s after the page; 100 keys led to {shown}")
    told("elements within the list, at most", most, 200, "")
    told("task time of one key", (after["TaskDuration"] - before["TaskDuration"]) * 10, 50, "ms")


def moving(city: City) -> None:
    """Script time and bytes of ten thousand moving things, once a second."""
    seconds = 20
    with page_of(city, "/en/center") as page:
        page.wait_for_selector('city-map[data-state="live"]', timeout=60_000)
        page.evaluate(HANG_UP)
        base = measured(page, seconds)
        city.ask("move", THINGS)
        page.wait_for_timeout(4_000)
        busy = measured(page, seconds)
        shown = page.evaluate("window.moving.count")
    city.ask("move", 0)
    print(f"  {shown} things on the map; the page alone takes {base[0]:.1f} script-ms/s")
    told("script time of the page with them", busy[0], 1_000, "ms/s")
    told("script time that they add", busy[0] - base[0], 40, "ms/s")
    told("bytes that they add on the wire", (busy[1] - base[1]) / 1000, 45, "kB/s")


# The layer as the map has it, or hung up by hand where the map has none of its own.
HANG_UP = """
async () => {
  const map = document.querySelector("city-map");
  if (map.room?.moving) { window.moving = map.room.moving; return; }
  const base = document.querySelector('script[src$="/page.js"]').src;
  const { MovingLayer } = await import(new URL("components/moving-layer.js", base));
  const { listen } = await import(new URL("words.js", base));
  window.moving = new MovingLayer("moving", map.colours);
  map.map.addLayer(window.moving);
  listen("moving", (frame) => window.moving.receive(frame));
  const stream = document.querySelector("live-stream");
  stream.source.close();
  stream.dataset.layers += " moving";
  stream.connectedCallback();
}
"""


def measured(page: object, seconds: float) -> tuple[float, float]:
    """Return script milliseconds and bytes received, both a second."""
    received: list[float] = []
    page.devtools.send("Network.enable")
    hear = lambda event: received.append(event["encodedDataLength"] or event["dataLength"])  # noqa: E731
    page.devtools.on("Network.dataReceived", hear)
    before, begun = counters(page), time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    after, took_s = counters(page), time.monotonic() - begun
    page.devtools.remove_listener("Network.dataReceived", hear)
    script_s = after["ScriptDuration"] - before["ScriptDuration"]
    return script_s * 1000 / took_s, sum(received) / took_s


# Eight hours of a wall in one go: an incident every ten seconds, each seen, taken and closed, the
# clock, and the frames of what moves; between hours the browser may draw.
NIGHT = """
async (hours) => {
  const stream = document.querySelector("live-stream");
  for (let s = 0; s < hours * 3600; s += 5) {
    const at = new Date(1.8e12 + window.said * 1000).toISOString();
    stream.hear("clock", { now: at, speed: 1 });
    if (s % 10 === 0) {
      const n = 2e6 + (window.said += 10) / 10;
      const row = (number, status) => (
        { ...window.one, number, status, raisedAt: at, changedAt: at, seq: window.said });
      const rows = [row(n, "raised"), row(n - 10, "seen"), row(n - 20, "in_hand")];
      stream.hear("rows", { rows: [...rows, row(n - 60, "closed")], gone: [n - 60] });
    }
    if (s % 300 === 0) await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  }
}
"""


def heap(city: City) -> None:
    """Growth of the heap over eight hours of a wall."""
    city.ask("incidents", 500)
    with page_of(city, "/en/center") as page:
        page.wait_for_function(
            "() => document.querySelector('event-list').window?.data.length > 100"
        )
        page.evaluate(
            "() => { window.said = 0;"
            " window.one = document.querySelector('event-list').rows.list[0];"
            " document.querySelector('live-stream').source.close(); }"
        )
        page.evaluate(NIGHT, WARM_HOURS)  # until the browser has compiled what runs all night
        page.wait_for_timeout(4_000)
        before = heap_mb(page)
        page.evaluate(NIGHT, 8)
        page.wait_for_timeout(4_000)
        after = heap_mb(page)
        nodes = counters(page)["Nodes"]
    print(f"  {before:.2f} MB at first, {after:.2f} MB eight hours later; {nodes:.0f} nodes")
    told("growth of the heap in eight hours", 100 * (after / before - 1), 5, "%")


PARTS: dict[str, Callable[[City], None]] = {
    "latency": latency,
    "rows": rows,
    "moving": moving,
    "streams": streams.run,
    "heap": heap,
    "weight": weight.run,
}


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    for name in chosen:
        print(f"{name}: {PARTS[name].__doc__}")
        with tempfile.TemporaryDirectory() as folder:
            city = start(Path(folder) / "city")
            try:
                PARTS[name](city)
            finally:
                city.stop()


if __name__ == "__main__":
    main()
