"""What the situation weighs before its map: pages, styles and scripts, compressed."""

import gzip
import re
from urllib.parse import urljoin

import httpx2

from benchmarks.center.load.city import City

LIMIT_KB = 60.0
EFFORT = 6  # of gzip, as servers have it
_LINKED = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css)[^"]*)"')
_IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["'`](\.{1,2}/[^"'`$]+\.js)["'`]""")
_COMPONENT = re.compile(r"<([a-z]+-[a-z-]+)[\s>]")
_LIBRARY = "/static/vendor/"


def run(city: City) -> None:
    """All of /center that is ours, compressed, without the libraries of the map and the fonts."""
    from benchmarks.center.load.run import told

    with httpx2.Client(base_url=city.url, cookies={"dalgu_session": city.session}) as client:
        page = client.get("/ko/center").text
        sizes = {"/ko/center": packed(page.encode())}
        wanted = [href for href in _LINKED.findall(page) if _LIBRARY not in href]
        base = next(href for href in wanted if href.endswith("/page.js"))
        tags = set(_COMPONENT.findall(page))
        wanted += [urljoin(base, f"components/{tag}.js") for tag in tags]
        while wanted:
            path = wanted.pop()
            name = path.partition("?")[0]
            if name in sizes:
                continue
            answer = client.get(path)
            if answer.status_code != 200:
                continue
            sizes[name] = packed(answer.content)
            wanted += [urljoin(name, one) for one in _IMPORTED.findall(answer.text)]
    for name, size in sorted(sizes.items(), key=lambda pair: -pair[1])[:12]:
        print(f"    {size / 1000:6.1f} kB  {name}")
    told(f"{len(sizes)} files, compressed", sum(sizes.values()) / 1000, LIMIT_KB, "kB")


def packed(body: bytes) -> int:
    return len(gzip.compress(body, EFFORT, mtime=0))
