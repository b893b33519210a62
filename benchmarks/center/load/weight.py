"""What the situation weighs before its map: pages, styles and scripts, compressed."""

import gzip
import re
from collections import defaultdict
from urllib.parse import urljoin

import httpx2

from benchmarks.center.load.city import City

LIMIT_KB = 60.0
EFFORT = 6  # of gzip, as servers have it
# Not before the map: its own scripts come with it, and the table of the font after the first paint.
AFTER = {
    "the map's own scripts": re.compile(r"/(city-map|map-[a-z]+|moving-[a-z]+)\.js$"),
    "the table of the font": re.compile(r"/vendor/noto"),
}
_LINKED = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css)[^"]*)"')
_IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["'`](\.{1,2}/[^"'`$]+\.js)["'`]""")
_COMPONENT = re.compile(r"<([a-z]+-[a-z-]+)[\s>]")


def run(city: City) -> None:
    """All of /center that is ours, compressed, without the libraries of the map and the fonts."""
    from benchmarks.center.load.run import told

    groups: dict[str, dict[str, int]] = defaultdict(dict)
    for name, size in files(city).items():
        group = next((one for one, sign in AFTER.items() if sign.search(name)), "")
        groups[group][name] = size
    for name, size in sorted(groups[""].items(), key=lambda pair: -pair[1])[:8]:
        print(f"    {size / 1000:6.1f} kB  {name}")
    for group in AFTER:
        print(f"  {sum(groups[group].values()) / 1000:.1f} kB beside it: {group}")
    told(f"{len(groups[''])} files, compressed", sum(groups[""].values()) / 1000, LIMIT_KB, "kB")


def files(city: City) -> dict[str, int]:
    """Return every file of the page but the libraries, with its bytes when compressed."""
    with httpx2.Client(base_url=city.url, cookies={"dalgu_session": city.session}) as client:
        page = client.get("/ko/center").text
        sizes = {"/ko/center": packed(page.encode())}
        wanted = _LINKED.findall(page)
        base = next(href for href in wanted if href.endswith("/page.js"))
        tags = set(_COMPONENT.findall(page))
        wanted += [urljoin(base, f"components/{tag}.js") for tag in tags]
        while wanted:
            path = wanted.pop()
            if path in sizes:
                continue
            answer = client.get(path)
            if answer.status_code == 200:  # an element may have no script
                sizes[path] = packed(answer.content)
                wanted += [urljoin(path, one) for one in _IMPORTED.findall(answer.text)]
    return sizes


def packed(body: bytes) -> int:
    return len(gzip.compress(body, EFFORT, mtime=0))
