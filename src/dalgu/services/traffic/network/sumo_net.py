"""A SUMO network file as it is written: edges, junctions, connections and programs.

Format: sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html. Lanes that no car may use are left out,
but crossings of pedestrians are kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dalgu.services.traffic.network.projection import Location, location
from dalgu.services.traffic.network.refusals import NetworkFileUnreadable
from dalgu.services.traffic.network.xml_file import elements

if TYPE_CHECKING:
    from lxml.etree import _Element

Point = tuple[float, float]
TAGS: Final = ("location", "edge", "junction", "connection", "tlLogic")
CAR: Final = frozenset({"passenger", "private", "all"})


@dataclass(frozen=True, slots=True)
class SumoLane:
    """A lane of an edge that cars may use."""

    id: str
    index: int
    length_m: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class SumoEdge:
    """An edge: a road in one direction, or a crossing of pedestrians."""

    id: str
    start: str
    end: str
    function: str
    name: str
    kind: str  # as highway.primary
    priority: int
    lanes: tuple[SumoLane, ...]  # empty when cars may not use it
    shape: tuple[Point, ...]
    crosses: tuple[str, ...] = ()
    length_m: float = 0.0


@dataclass(frozen=True, slots=True)
class SumoJunction:
    """A junction; `foes` are by the order of its connections."""

    id: str
    kind: str
    place: Point
    lanes: tuple[str, ...]  # into it, in the order that counts connections
    foes: Mapping[int, str]  # by index, bits from the right


@dataclass(frozen=True, slots=True)
class SumoConnection:
    """From a lane of one edge to a lane of another."""

    start: str
    end: str
    start_lane: int
    end_lane: int
    turn: str  # s, t, l, r, L, R
    state: str
    signal: str
    link: int
    via: str


@dataclass(frozen=True, slots=True)
class SumoPhase:
    """A phase of a program: for how long, and the letter of each link."""

    seconds: float
    state: str
    least_s: float | None = None


@dataclass(frozen=True, slots=True)
class SumoProgram:
    """A program of a traffic light."""

    signal: str
    name: str
    offset_s: float
    phases: tuple[SumoPhase, ...]

    @property
    def cycle_s(self) -> float:
        """Return how long it takes."""
        return sum(phase.seconds for phase in self.phases)


@dataclass
class SumoNet:
    """All of a file."""

    location: Location = field(default_factory=Location)
    edges: dict[str, SumoEdge] = field(default_factory=dict)
    junctions: dict[str, SumoJunction] = field(default_factory=dict)
    connections: list[SumoConnection] = field(default_factory=list)
    programs: dict[str, list[SumoProgram]] = field(default_factory=dict)


def read_net(file: str, body: bytes) -> SumoNet:
    """Read a SUMO network; raise `NetworkFileUnreadable`."""
    net = SumoNet()
    for element in elements(file, body, TAGS):
        try:
            _take(net, element)
        except (KeyError, ValueError, IndexError) as odd:
            where = f"line {element.sourceline}, <{element.tag}>"
            raise NetworkFileUnreadable(
                file, f"{where} is no element of a SUMO network ({odd!r})."
            ) from None
    if not net.edges:
        raise NetworkFileUnreadable(file, "it has no edge; give a .net.xml of SUMO.")
    return net


def _take(net: SumoNet, element: "_Element") -> None:
    tag = element.tag
    if tag == "location":
        x, y = element.get("netOffset", "0,0").split(",")
        net.location = location(element.get("projParameter", "!"), (float(x), float(y)))
    elif tag == "edge":
        edge = _edge(element)
        net.edges[edge.id] = edge
    elif tag == "junction":
        if element.get("type") != "internal":
            junction = _junction(element)
            net.junctions[junction.id] = junction
    elif tag == "connection":
        net.connections.append(_connection(element))
    else:
        program = _program(element)
        net.programs.setdefault(program.signal, []).append(program)


def _edge(element: "_Element") -> SumoEdge:
    lanes = list(element.iter("lane"))
    driven = [_lane(lane) for lane in lanes if _is_for_cars(lane)]
    shape = element.get("shape") or (lanes[0].get("shape", "") if lanes else "")
    return SumoEdge(
        id=element.attrib["id"],
        start=element.get("from", ""),
        end=element.get("to", ""),
        function=element.get("function", ""),
        name=element.get("name", ""),
        kind=element.get("type", ""),
        priority=int(element.get("priority", "-1")),
        lanes=tuple(sorted(driven, key=lambda lane: lane.index)),
        shape=tuple(_points(shape)),
        crosses=tuple(element.get("crossingEdges", "").split()),
        length_m=float(lanes[0].get("length", "0")) if lanes else 0.0,
    )


def _lane(element: "_Element") -> SumoLane:
    return SumoLane(
        element.attrib["id"],
        int(element.attrib["index"]),
        float(element.attrib["length"]),
        float(element.attrib["speed"]),
    )


def _is_for_cars(lane: "_Element") -> bool:
    allowed, forbidden = lane.get("allow"), lane.get("disallow")
    if allowed is not None:
        return bool(CAR & set(allowed.split()))
    return forbidden is None or not CAR & set(forbidden.split())


def _junction(element: "_Element") -> SumoJunction:
    return SumoJunction(
        id=element.attrib["id"],
        kind=element.get("type", ""),
        place=(float(element.get("x", "0")), float(element.get("y", "0"))),
        lanes=tuple(element.get("incLanes", "").split()),
        foes={int(one.attrib["index"]): one.get("foes", "") for one in element.iter("request")},
    )


def _connection(element: "_Element") -> SumoConnection:
    return SumoConnection(
        start=element.attrib["from"],
        end=element.attrib["to"],
        start_lane=int(element.attrib["fromLane"]),
        end_lane=int(element.attrib["toLane"]),
        turn=element.get("dir", ""),
        state=element.get("state", ""),
        signal=element.get("tl", ""),
        link=int(element.get("linkIndex", "-1")),
        via=element.get("via", ""),
    )


def _program(element: "_Element") -> SumoProgram:
    return SumoProgram(
        signal=element.attrib["id"],
        name=element.get("programID", "0"),
        offset_s=float(element.get("offset", "0") or 0),
        phases=tuple(
            SumoPhase(
                float(phase.get("duration", "0")),
                phase.attrib["state"],
                None if phase.get("minDur") is None else float(phase.attrib["minDur"]),
            )
            for phase in element.iter("phase")
        ),
    )


def _points(shape: str) -> Iterable[Point]:
    for word in shape.split():
        x, y, *_ = word.split(",")
        yield float(x), float(y)
