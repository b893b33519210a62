"""What the pages weigh on the wire, as Chromium's own network log counts it.

    python -m benchmarks.center.weight

Prints one line per page: bytes of html, style, script, everything else, and all of it, beside the
limit. "Before the map" is all that comes before the map's libraries, fonts, tiles and data: what a
reader waits for until the page can be used. Starts a small city of its own.
"""

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KILOBYTE = 1_000
LIMITS = {"/ko/": 30, "/en/": 30, "/ko/?dong=2201054": 30, "/ko/center": 60, "/en/center": 60}
OF_THE_MAP = (
    "/vendor/",
    "/map/",
    "/live",
    ".pmtiles",
    "moving",
    "/map-",
    "city-map.js",
    "/replay/",
)
KINDS = {"Document": "html", "Stylesheet": "style", "Script": "script"}


@dataclass
class Loaded:
    """One answer as it crossed the wire."""

    url: str
    kind: str
    size: int


def loads(context: Any, url: str) -> list[Loaded]:
    """Return everything that a first visit to a page brings."""
    page = context.new_page()
    tracer, seen, sizes = context.new_cdp_session(page), {}, {}
    tracer.send("Network.enable")
    tracer.send("Network.setCacheDisabled", {"cacheDisabled": True})
    tracer.on("Network.responseReceived", lambda e: seen.update({e["requestId"]: e}))
    tracer.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e}))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(4_000)  # what components bring after the first paint
    page.close()
    return [
        Loaded(seen[k]["response"]["url"], seen[k]["type"], one["encodedDataLength"])
        for k, one in sizes.items()
        if k in seen
    ]


def line(path: str, limit_kb: int, found: list[Loaded]) -> str:
    """Return one page's weights in kilobytes, beside its limit."""
    counted = [one for one in found if not any(part in one.url for part in OF_THE_MAP)]
    by_kind: Counter[str] = Counter()
    for one in counted:
        by_kind[KINDS.get(one.kind, "other")] += one.size
    parts = "  ".join(
        f"{kind} {by_kind[kind] / KILOBYTE:5.1f}" for kind in (*KINDS.values(), "other")
    )
    total, whole = (sum(one.size for one in some) / KILOBYTE for some in (counted, found))
    verdict = "holds" if total <= limit_kb else "OVER"
    held = f"before the map {total:5.1f} of {limit_kb} kB {verdict}"
    return f"{path:20} {parts}  {held}; all {whole:7.1f}"


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright
    from tests.pages.conftest import BROWSER, running_town

    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(Path(folder) / "city") as town,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
        context = browser.new_context()
        for path, limit_kb in LIMITS.items():
            if "/center" in path:
                cookie = {"name": "dalgu_session", "value": town.session, "url": town.url}
                context.add_cookies([cookie])
            found = loads(context, town.url + path)
            sys.stdout.write(line(path, limit_kb, found) + "\n")
        browser.close()


if __name__ == "__main__":
    main()
