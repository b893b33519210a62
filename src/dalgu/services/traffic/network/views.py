"""What the page of the network shows: signals by state, links and corridors by level of service."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from dalgu.kernel.text import Text
from dalgu.services.traffic.control.state import Running
from dalgu.services.traffic.control.views import Row, rows
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.grading import levels, link_means
from dalgu.services.traffic.network.model import Corridor, Network

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

STATES = ("live", "shadow", "fixed", "fallback", "silent")


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A signal in the list and on the map."""

    signal: str
    name: Text
    state: str  # of `STATES`
    stages: int
    approaches: int
    queue_veh: float
    level: str  # worst of the links that end at it


@dataclass(frozen=True, slots=True)
class CorridorLine:
    """A corridor: how long it is, and how fast it is driven."""

    corridor: Corridor
    length_km: float
    speed_kmh: float | None
    level: str


@dataclass(frozen=True, slots=True)
class View:
    """All of the page that comes from the city."""

    network: Network
    signals: tuple[SignalLine, ...]
    corridors: tuple[CorridorLine, ...]
    level: Mapping[str, str]  # of links; empty: not known
    length_km: float
    counts: Mapping[str, int]  # signals by state
    seen_at: datetime | None  # end of the interval that levels are of


def view_of(control: "Control") -> View | None:
    """Return what the page shows, `None` before a network is in force."""
    compiled = control.compiled()
    if compiled is None:
        return None
    network = compiled.network
    speed, seen_at = _speeds(control, compiled)
    free = np.array([link.free_speed_kmh for link in network.links])
    level = dict(zip(compiled.streets.links, levels(speed, free), strict=True))
    signals = tuple(_signals(control, compiled, level))
    return View(
        network=network,
        signals=signals,
        corridors=tuple(_corridor(network, one, speed, free) for one in network.corridors),
        level=level,
        length_km=sum(link.length_m for link in network.links) / 1000,
        counts=Counter(line.state for line in signals),
        seen_at=seen_at,
    )


def state_of(row: Row) -> str:
    """Return how a signal is drawn."""
    if not row.mode:
        return "silent"
    if row.mode in ("fallback", "flash"):
        return "fallback"
    if row.running is Running.SHADOW:
        return "shadow"
    return "live" if row.running is Running.LIVE else "fixed"


def _speeds(control: "Control", compiled: Compiled) -> tuple[np.ndarray, datetime | None]:
    """Return the mean speed of each link in the last interval, NaN where none was seen."""
    flows = control.live.flows
    kept = flows.kept if flows is not None else ()
    links = len(compiled.streets.links)
    if not kept or len(kept[-1].speed_kmh) != len(compiled.layout.lanes):
        return np.full(links, np.nan), None
    newest = kept[-1]
    link = compiled.streets.lane_link[compiled.streets.detected]
    speed = link_means(newest.speed_kmh, newest.passed_veh, link, links)
    return speed, datetime.fromtimestamp(newest.until_s, UTC)


def _signals(control: "Control", compiled: Compiled, level: Mapping[str, str]) -> list[SignalLine]:
    network = compiled.network
    at_node: dict[str, list[str]] = {}
    for link in network.links:
        at_node.setdefault(link.end, []).append(link.id)
    lines = []
    for row, signal in zip(rows(control), network.signals, strict=True):
        into = [link for node in signal.nodes for link in at_node.get(node, ())]
        lines.append(
            SignalLine(
                signal=signal.id,
                name=signal.name,
                state=state_of(row),
                stages=len(signal.stages),
                approaches=len(into),
                queue_veh=row.queue_veh,
                level=max((level[link] for link in into), default=""),
            )
        )
    return lines


def _corridor(
    network: Network, corridor: Corridor, speed: np.ndarray, free: np.ndarray
) -> CorridorLine:
    nodes = {node: signal.id for signal in network.signals for node in signal.nodes}
    after = set(zip(corridor.signals, corridor.signals[1:], strict=False))
    after |= {(end, start) for start, end in after}
    own = np.array(
        [(nodes.get(link.start), nodes.get(link.end)) in after for link in network.links], bool
    )
    metres = np.array([link.length_m for link in network.links])
    known = own & ~np.isnan(speed)
    length_km = float(metres[own].sum()) / 2000  # both directions
    if not known.any():
        return CorridorLine(corridor, length_km, None, "")
    # Speed over the way: metres by the time that they take.
    driven = float(metres[known].sum() / (metres[known] / np.maximum(speed[known], 1.0)).sum())
    freely = float(metres[known].sum() / (metres[known] / free[known]).sum())
    return CorridorLine(
        corridor, length_km, driven, levels(np.array([driven]), np.array([freely]))[0]
    )
