"""The rules of an area: polygons, circles, heights."""

import re
from collections.abc import Iterator

from dalgu.center.warnings.cap.message import Area
from dalgu.center.warnings.cap.rules import Breach, Rule, breach
from dalgu.center.warnings.cap.shapes import disc, ring
from dalgu.center.warnings.cap.words import Version

_DECIMAL = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def check_area(area: Area, version: Version, where: str) -> Iterator[Breach]:
    """Yield what an area breaks."""
    if not area.area_desc.strip():
        yield breach(Rule.REQUIRED, f"{where}/areaDesc")
    for number, text in enumerate(area.polygons, 1):
        if text.strip() and ring(text) is None:
            yield breach(Rule.POLYGON, f"{where}/polygon[{number}]", text)
    for number, text in enumerate(area.circles, 1):
        if text.strip() and disc(text) is None:
            yield breach(Rule.CIRCLE, f"{where}/circle[{number}]", text)
    if version is Version.CAP12:  # 1.0 and 1.1 take any text for a height
        yield from _heights(area, where)


def _heights(area: Area, where: str) -> Iterator[Breach]:
    altitude, ceiling = (area.altitude or "").strip(), (area.ceiling or "").strip()
    if altitude and not _DECIMAL.fullmatch(altitude):
        yield breach(Rule.ALTITUDE, f"{where}/altitude", altitude)
        return
    if not ceiling:
        return
    is_number = _DECIMAL.fullmatch(ceiling) is not None
    if not altitude or not is_number or float(ceiling) < float(altitude):
        yield breach(Rule.CEILING, f"{where}/ceiling", ceiling)
