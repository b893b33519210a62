"""The street network as one value: what importers build, and every other room reads.

Identifiers are unique within their kind. Geometry is (lon, lat) in degrees; a network without
geographic coordinates keeps plane metres and says so by `is_geographic`.
"""

from enum import StrEnum

import msgspec

from dalgu.devices.signals.timing import Group, Plan, Stage
from dalgu.kernel.text import Text

Line = tuple[tuple[float, float], ...]


class Turn(StrEnum):
    """Where a movement goes, seen from its lane."""

    LEFT = "left"
    THROUGH = "through"
    RIGHT = "right"
    U_TURN = "u-turn"


class Zone(StrEnum):
    """Protection zone of the Road Traffic Act that a crossing lies in (arts. 12 and 12-2)."""

    NONE = "none"
    SCHOOL = "school"
    SILVER = "silver"


class DetectorKind(StrEnum):
    """How a detector sees."""

    LOOP = "loop"
    RADAR = "radar"
    CAMERA = "camera"


class Node(msgspec.Struct, frozen=True):
    """A point where links meet."""

    id: str
    lon: float
    lat: float
    name: Text = Text("", "")
    district: str = ""  # administrative dong code


class Link(msgspec.Struct, frozen=True):
    """A carriageway of one direction between two nodes."""

    id: str
    start: str  # node
    end: str  # node
    length_m: float
    lanes: int
    free_speed_kmh: float = 50.0
    name: Text = Text("", "")
    road_class: str = "secondary"  # primary, secondary, tertiary, residential, motorway
    geometry: Line = ()


class Lane(msgspec.Struct, frozen=True):
    """A lane of a link; `index` counts from the kerb, 0 first."""

    id: str
    link: str
    index: int
    length_m: float
    saturation_veh_h: float = 1_800.0
    share: float = 0.0  # of the link's vehicles that reach its end; all lanes 0: in equal parts


class Movement(msgspec.Struct, frozen=True):
    """From a lane over the stop line into a link. `group` is a position in its signal's groups."""

    id: str
    lane: str
    exit: str  # link
    turn: Turn
    signal: str = ""
    group: int = -1
    permissive: bool = False  # gives way while its group is green
    share: float = 1.0  # of the lane's vehicles


class Crossing(msgspec.Struct, frozen=True):
    """A pedestrian crossing over the links that begin or end at a node."""

    id: str
    node: str
    over: tuple[str, ...]  # links
    length_m: float
    signal: str = ""
    group: int = -1
    zone: Zone = Zone.NONE


class Detector(msgspec.Struct, frozen=True):
    """A detector on a lane: where it begins and ends, in metres from the stop line."""

    id: str
    lane: str
    kind: DetectorKind
    from_m: float = 0.0
    to_m: float = 2.0


class Signal(msgspec.Struct, frozen=True):
    """The signals of one intersection, one controller. `intergreen_s` as in `Timing`."""

    id: str
    nodes: tuple[str, ...]
    groups: tuple[Group, ...]
    intergreen_s: tuple[tuple[float, ...], ...]
    stages: tuple[Stage, ...]
    plans: tuple[Plan, ...]
    name: Text = Text("", "")


class Corridor(msgspec.Struct, frozen=True):
    """Signals along one road, in order of travel."""

    id: str
    name: Text
    signals: tuple[str, ...]


class Inflow(msgspec.Struct, frozen=True):
    """Who drives into the network: vehicles an hour, by local hour of a working day (24)."""

    link: str
    veh_h: tuple[float, ...]


class Network(msgspec.Struct, frozen=True):
    """A whole network; parts refer to each other by identifier."""

    name: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    lanes: tuple[Lane, ...]
    movements: tuple[Movement, ...]
    signals: tuple[Signal, ...]
    crossings: tuple[Crossing, ...] = ()
    detectors: tuple[Detector, ...] = ()
    corridors: tuple[Corridor, ...] = ()
    inflows: tuple[Inflow, ...] = ()  # none: what is assumed of entries (`compiled`)
    is_geographic: bool = True
    source: str = ""  # where it comes from, with its licence
