"""Detectors of SUMO's additional files: induction loops (e1) and lane areas (e2)."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from dalgu.services.traffic.network.model import Detector, DetectorKind
from dalgu.services.traffic.network.xml_file import elements

if TYPE_CHECKING:
    from lxml.etree import _Element

TAGS: Final = ("inductionLoop", "e1Detector", "laneAreaDetector", "e2Detector")
LOOP_M: Final = 2.0


def detectors_of(file: str, body: bytes, lanes: Mapping[str, float]) -> Iterator[Detector]:
    """Yield the detectors on lanes that are there; `lanes` is their length in metres.

    Positions count from the lane's beginning, or from its end when they are negative.

    Raises
    ------
    NetworkFileUnreadable
        When the file is no XML.

    """
    for element in elements(file, body, TAGS):
        for name in (element.get("lane") or element.get("lanes") or "").split():
            if name in lanes:
                yield _detector(element, name, lanes[name])


def _detector(element: "_Element", lane: str, length_m: float) -> Detector:
    start_m = _from_start(element.get("pos", "0"), length_m)
    if element.tag in TAGS[:2]:
        end_m, kind = min(start_m + LOOP_M, length_m), DetectorKind.LOOP
    else:
        told = element.get("endPos")
        reach_m = float(element.get("length", length_m))
        end_m = min(start_m + reach_m, length_m) if told is None else _from_start(told, length_m)
        kind = DetectorKind.CAMERA
    name = element.get("id") or lane
    suffix = f"@{lane}" if len((element.get("lanes") or "").split()) > 1 else ""
    return Detector(
        name + suffix,
        lane,
        kind,
        round(max(length_m - end_m, 0.0), 2),
        round(length_m - start_m, 2),
    )


def _from_start(position: str, length_m: float) -> float:
    value = float(position)
    return min(max(value + length_m if value < 0 else value, 0.0), length_m)
