"""A SUMO network file as plain values: lanes, connections, programs and who gives way to whom."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree  # of files that the operator names himself


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane, or one inside a junction (its identifier begins with a colon)."""

    id: str
    edge: str
    length_m: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class Connection:
    """From lane to lane over `via`; `signal` and `link` where a signal controls it, else "", -1."""

    origin: str
    target: str
    via: str
    signal: str
    link: int
    direction: str  # s, l, r, t (u-turn), L and R (partially)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a static program: its state has one letter for each controlled link."""

    duration_s: float
    state: str


@dataclass(slots=True)
class Net:
    """What a layout needs of a network."""

    lanes: dict[str, Lane] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    programs: dict[str, tuple[Phase, ...]] = field(default_factory=dict)
    offsets_s: dict[str, float] = field(default_factory=dict)
    yields: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))


def read_net(path: Path) -> Net:
    """Read a `.net.xml`. `yields[signal, link]` are links of that signal it gives way to.

    Source: SUMO, "Road networks" (networks/SUMO_Road_Networks in its documentation).
    """
    root = ElementTree.parse(path).getroot()  # noqa: S314
    net = Net()
    for edge in root.iter("edge"):
        for lane in edge.iter("lane"):
            found = _lane(lane, edge.attrib["id"])
            net.lanes[found.id] = found
    net.connections = [_connection(c.attrib) for c in root.iter("connection")]
    for logic in root.iter("tlLogic"):
        phases = (Phase(float(p.attrib["duration"]), p.attrib["state"]) for p in logic)
        net.programs.setdefault(logic.attrib["id"], tuple(phases))
        net.offsets_s.setdefault(logic.attrib["id"], float(logic.attrib.get("offset", 0.0)))
    _read_yields(root, net)
    return net


def _lane(lane: ElementTree.Element, edge: str) -> Lane:
    a = lane.attrib
    return Lane(a["id"], edge, float(a["length"]), float(a["speed"]))


def _connection(a: dict[str, str]) -> Connection:
    origin, target = f"{a['from']}_{a['fromLane']}", f"{a['to']}_{a['toLane']}"
    link = int(a.get("linkIndex", -1))
    return Connection(origin, target, a.get("via", ""), a.get("tl", ""), link, a.get("dir", "s"))


def _read_yields(root: ElementTree.Element, net: Net) -> None:
    """Turn each junction's requests, which count its own links, into links of signals."""
    by_via = {c.via: c for c in net.connections if c.via and c.signal}
    # a link that waits inside the junction is listed there by the second part of its way
    by_via |= {c.via: by_via[c.origin] for c in net.connections if c.via and c.origin in by_via}
    for junction in root.iter("junction"):
        inner = junction.attrib.get("intLanes", "").split()
        requests = {int(r.attrib["index"]): r.attrib["response"] for r in junction.iter("request")}
        for index, response in requests.items():
            if index >= len(inner) or inner[index] not in by_via:
                continue
            own = by_via[inner[index]]
            bits = enumerate(reversed(response))
            foes = [inner[i] for i, bit in bits if bit == "1" and i < len(inner)]
            net.yields[own.signal, own.link] |= {
                by_via[f].link for f in foes if f in by_via and by_via[f].signal == own.signal
            }
