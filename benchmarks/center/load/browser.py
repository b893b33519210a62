"""Chromium as the benchmarks use it, and its counters."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.center.load.city import City

FLAGS = ["--no-sandbox", "--use-angle=gl-egl", "--ignore-gpu-blocklist", "--no-first-run",
         "--disable-background-networking", "--enable-precise-memory-info"]  # fmt: skip

# When a row is first on screen, by the clock of the machine: in the frame after it was drawn.
WATCH = """
() => {
  window.seenAt = {};
  const list = document.querySelector("event-list ol");
  const look = () => requestAnimationFrame(() => {
    const at = (performance.timeOrigin + performance.now()) / 1000;
    for (const item of list.children) window.seenAt[item.dataset.number] ??= at;
  });
  new MutationObserver(look).observe(list, { childList: true, subtree: true, attributes: true });
}
"""


@contextmanager
def page_of(city: City, path: str, *, width: int = 1280, height: int = 800) -> Iterator[Any]:
    """Yield a page of the center, signed in, once its stream and its wall stand."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies([{"name": "dalgu_session", "value": city.session, "url": city.url}])
        page = context.new_page()
        page.devtools = context.new_cdp_session(page)
        page.on("pageerror", lambda error: print("page:", error))
        page.goto(city.url + path)
        page.wait_for_selector('live-stream[data-state="live"]', state="attached")
        yield page
        browser.close()


def counters(page: Any) -> dict[str, float]:
    """Return Chromium's own counters: seconds of script and tasks, bytes of heap.

    Seconds are those that the page's thread had the processor: other work does not count.
    """
    page.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    found = page.devtools.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in found}


def heap_mb(page: Any) -> float:
    """Return the heap after its rubbish is gone, in MB."""
    for _ in range(3):
        page.devtools.send("HeapProfiler.collectGarbage")
    return float(page.devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6
