"""A wall that is up for a shift: does the browser's heap grow?

    python -m benchmarks.center.wall_hours [--hours 8] [--address situation?screen=2]

Opens a layout in Chromium on a small city and lets its clock run, turn by turn, so that every panel
is drawn anew as often as in so many hours. Prints the heap after collection, each hour and at the
end, beside the limit of 5 % growth since it was warm; elements are counted too.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LIMIT = 0.05  # share of the warm heap
TURN_S, HOUR_S = 3, 3_600
WARM_H = 0.5
BUSY = "() => document.querySelector('wall-screen').panels.some((panel) => panel.busy)"
ELEMENTS = "() => document.querySelectorAll('*').length"


def heap_mb(page: Any, tracer: Any) -> tuple[float, int]:
    """Return the used heap after collection, and the number of elements."""
    for _ in range(2):
        tracer.send("HeapProfiler.collectGarbage")
    used = tracer.send("Runtime.getHeapUsage")["usedSize"]
    return used / 1e6, page.evaluate(ELEMENTS)


def run(page: Any, tracer: Any, hours: float) -> None:
    """Let the hours pass and print what is held."""
    asked = [0]
    page.on("requestfinished", lambda _: asked.__setitem__(0, asked[0] + 1))
    warm, turns = 0.0, round(hours * HOUR_S / TURN_S)
    for turn in range(1, turns + 1):
        page.clock.run_for(TURN_S * 1_000)
        while page.evaluate(BUSY):
            time.sleep(0.002)
        passed_h = turn * TURN_S / HOUR_S
        if passed_h == WARM_H:
            warm, _ = heap_mb(page, tracer)
        if passed_h >= 1 and passed_h == int(passed_h):
            held, elements = heap_mb(page, tracer)
            grown = held / warm - 1
            told = f"{passed_h:4.0f} h  {held:6.2f} MB  {100 * grown:+5.1f} %  {elements} elements"
            sys.stdout.write(f"{told}  {asked[0]} requests\n")
            sys.stdout.flush()
    verdict = "holds" if held / warm - 1 < LIMIT else "OVER"
    sys.stdout.write(f"growth since warm beside the limit of {100 * LIMIT:.0f} %: {verdict}\n")


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright
    from tests.pages.conftest import BROWSER, running_town

    reader = argparse.ArgumentParser(description="Heap of a wall over a shift")
    reader.add_argument("--hours", type=float, default=8.0)
    reader.add_argument("--address", default="situation?screen=2")
    asked = reader.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(Path(folder) / "city") as town,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        cookie = {"name": "dalgu_session", "value": town.session, "url": town.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.clock.install()
        page.goto(f"{town.url}/en/center/wall/{asked.address}")
        page.wait_for_function("() => document.querySelector('wall-screen').shown")
        run(page, context.new_cdp_session(page), asked.hours)
        browser.close()


if __name__ == "__main__":
    main()
