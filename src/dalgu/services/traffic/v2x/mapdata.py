"""Intersection geometry (MAP): lanes as chains of nodes, and which lane leads where.

Offsets are metres east and north, in steps of 0.01 m; the first node of a lane counts from the
intersection's reference point, each further one from the node before (SAE J2735, NodeListXY).
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Any

from dalgu.services.traffic.v2x import encoders
from dalgu.services.traffic.v2x.encoders import Fields, present
from dalgu.services.traffic.v2x.frames import MessageId, unwrap, wrap
from dalgu.services.traffic.v2x.refusals import V2xContentNotCarried, V2xFrameInvalid

DEGREE = 10_000_000  # positions count in 0.1 micro degrees
SPEED_STEP_MS = 0.02  # SAE J2735, Velocity
NODE_BITS = (10, 11, 12, 13, 14, 16)  # of node-XY1 to node-XY6: the smallest that fits is used
MANEUVER_BITS = 12
DIRECTION_BITS = 2
SHARING_BITS = 10


class LaneKind(StrEnum):
    """What a lane is for (SAE J2735, LaneTypeAttributes)."""

    VEHICLE = "vehicle"
    CROSSWALK = "crosswalk"
    BIKE_LANE = "bikeLane"
    SIDEWALK = "sidewalk"
    MEDIAN = "median"
    STRIPING = "striping"
    TRACKED_VEHICLE = "trackedVehicle"
    PARKING = "parking"


class Maneuvers(IntFlag):
    """Where a lane may go (SAE J2735, AllowedManeuvers; the first bit is the highest)."""

    STRAIGHT = 0x800
    LEFT = 0x400
    RIGHT = 0x200
    U_TURN = 0x100
    LEFT_TURN_ON_RED = 0x080
    RIGHT_TURN_ON_RED = 0x040
    LANE_CHANGE = 0x020
    NO_STOPPING = 0x010
    YIELD_ALWAYS_REQUIRED = 0x008
    GO_WITH_HALT = 0x004
    CAUTION = 0x002


INGRESS = 0b10  # SAE J2735, LaneDirection
EGRESS = 0b01
BOTH_WAYS = 0b11


@dataclass(frozen=True, slots=True)
class SpeedLimit:
    """A speed limit and whom it binds (SAE J2735, SpeedLimitType)."""

    kind: str
    speed_ms: float


@dataclass(frozen=True, slots=True)
class Node:
    """A point of a lane's centre line, with what changes there."""

    x_m: float
    y_m: float
    speed_limits: tuple[SpeedLimit, ...] = ()
    width_change_m: float | None = None
    elevation_change_m: float | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a lane leads over the stop line, and the signal group that governs it."""

    lane: int
    maneuvers: Maneuvers | None = None
    signal_group: int | None = None
    connection_id: int | None = None
    user_class: int | None = None
    remote_intersection: tuple[int | None, int] | None = None  # region, id


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane or a crossing; `kind_flags` are the attribute bits of its kind."""

    id: int
    direction: int
    nodes: tuple[Node, ...]
    kind: LaneKind = LaneKind.VEHICLE
    kind_flags: int = 0
    shared_with: int = 0
    connections: tuple[Connection, ...] = ()
    maneuvers: Maneuvers | None = None
    ingress_approach: int | None = None
    egress_approach: int | None = None
    overlays: tuple[int, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class IntersectionGeometry:
    """The lanes of one intersection around its reference point (WGS 84, degrees)."""

    id: int
    revision: int
    lon: float
    lat: float
    lanes: tuple[Lane, ...]
    region: int | None = None
    elevation_m: float | None = None
    lane_width_m: float | None = None
    speed_limits: tuple[SpeedLimit, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MapData:
    """A MAP message."""

    revision: int
    intersections: tuple[IntersectionGeometry, ...]
    minute_of_year: int | None = None
    layer_type: str | None = "intersectionData"
    layer_id: int | None = None


def encode_map(data: MapData) -> bytes:
    """Return the whole frame of a MAP message.

    Raises
    ------
    V2xNotInstalled, V2xValueOutOfRange
        When pycrate is not installed; when a value does not fit its field.
    """
    fields = present(
        timeStamp=data.minute_of_year,
        msgIssueRevision=data.revision,
        layerType=data.layer_type,
        layerID=data.layer_id,
        intersections=[_intersection_fields(each) for each in data.intersections],
    )
    return wrap(MessageId.MAP, encoders.encode("MapData", fields))


def decode_map(frame: bytes) -> MapData:
    """Return the MAP message of a whole frame.

    Raises
    ------
    V2xFrameInvalid, V2xContentNotCarried
        When the octets are no MAP frame; when it holds a part that `MapData` does not carry.
    """
    number, octets = unwrap(frame)
    if number != MessageId.MAP:
        raise V2xFrameInvalid(f"message number {number} is not MAP")
    fields = encoders.decode("MapData", octets)
    encoders.refuse_unknown("MAP", fields, _MAP)
    return MapData(
        fields["msgIssueRevision"],
        tuple(_intersection(each) for each in fields.get("intersections", ())),
        fields.get("timeStamp"),
        fields.get("layerType"),
        fields.get("layerID"),
    )


def _intersection_fields(geometry: IntersectionGeometry) -> Fields:
    return present(
        name=geometry.name,
        id=present(region=geometry.region, id=geometry.id),
        revision=geometry.revision,
        refPoint=present(
            lat=round(geometry.lat * DEGREE),
            long=round(geometry.lon * DEGREE),
            elevation=_steps(geometry.elevation_m, 10),
        ),
        laneWidth=_steps(geometry.lane_width_m, 100),
        speedLimits=_limit_fields(geometry.speed_limits),
        laneSet=[_lane_fields(lane) for lane in geometry.lanes],
    )


def _lane_fields(lane: Lane) -> Fields:
    return present(
        laneID=lane.id,
        name=lane.name,
        ingressApproach=lane.ingress_approach,
        egressApproach=lane.egress_approach,
        laneAttributes={
            "directionalUse": (lane.direction, DIRECTION_BITS),
            "sharedWith": (lane.shared_with, SHARING_BITS),
            "laneType": (lane.kind.value, (lane.kind_flags, _flag_bits(lane.kind))),
        },
        maneuvers=_maneuver_fields(lane.maneuvers),
        nodeList=("nodes", [_node_fields(node) for node in lane.nodes]),
        connectsTo=[_connection_fields(each) for each in lane.connections],
        overlays=list(lane.overlays),
    )


def _flag_bits(kind: LaneKind) -> int:
    return 8 if kind is LaneKind.VEHICLE else 16


def _node_fields(node: Node) -> Fields:
    x, y = round(node.x_m * 100), round(node.y_m * 100)
    size = next(
        (i for i, bits in enumerate(NODE_BITS) if _fits(x, bits) and _fits(y, bits)),
        len(NODE_BITS) - 1,
    )
    attributes = present(
        data=[("speedLimits", _limit_fields(node.speed_limits))] if node.speed_limits else [],
        dWidth=_steps(node.width_change_m, 100),
        dElevation=_steps(node.elevation_change_m, 100),
    )
    delta = (f"node-XY{size + 1}", {"x": x, "y": y})
    return {"delta": delta, "attributes": attributes} if attributes else {"delta": delta}


def _fits(value: int, bits: int) -> bool:
    return -(1 << (bits - 1)) <= value < 1 << (bits - 1)


def _connection_fields(connection: Connection) -> Fields:
    remote = connection.remote_intersection
    return present(
        connectingLane=present(
            lane=connection.lane, maneuver=_maneuver_fields(connection.maneuvers)
        ),
        remoteIntersection=None if remote is None else present(region=remote[0], id=remote[1]),
        signalGroup=connection.signal_group,
        userClass=connection.user_class,
        connectionID=connection.connection_id,
    )


def _maneuver_fields(maneuvers: Maneuvers | None) -> tuple[int, int] | None:
    return None if maneuvers is None else (int(maneuvers), MANEUVER_BITS)


def _limit_fields(limits: tuple[SpeedLimit, ...]) -> list[Fields]:
    return [{"type": each.kind, "speed": round(each.speed_ms / SPEED_STEP_MS)} for each in limits]


def _steps(value: float | None, per_unit: int) -> int | None:
    return None if value is None else round(value * per_unit)


_MAP = frozenset({"timeStamp", "msgIssueRevision", "layerType", "layerID", "intersections"})
_INTERSECTION = frozenset(
    {"name", "id", "revision", "refPoint", "laneWidth", "speedLimits", "laneSet"}
)
_LANE = frozenset(
    {"laneID", "name", "ingressApproach", "egressApproach", "laneAttributes", "maneuvers"}
    | {"nodeList", "connectsTo", "overlays"}
)
_ATTRIBUTES = frozenset({"directionalUse", "sharedWith", "laneType"})
_NODE_ATTRIBUTES = frozenset({"data", "dWidth", "dElevation"})
_CONNECTION = frozenset(
    {"connectingLane", "remoteIntersection", "signalGroup", "userClass", "connectionID"}
)


def _intersection(fields: Fields) -> IntersectionGeometry:
    encoders.refuse_unknown("An intersection", fields, _INTERSECTION)
    point = fields["refPoint"]
    encoders.refuse_unknown("A reference point", point, frozenset({"lat", "long", "elevation"}))
    return IntersectionGeometry(
        id=fields["id"]["id"],
        revision=fields["revision"],
        lon=point["long"] / DEGREE,
        lat=point["lat"] / DEGREE,
        lanes=tuple(_lane(lane) for lane in fields["laneSet"]),
        region=fields["id"].get("region"),
        elevation_m=_units(point.get("elevation"), 10),
        lane_width_m=_units(fields.get("laneWidth"), 100),
        speed_limits=_limits(fields.get("speedLimits", ())),
        name=fields.get("name"),
    )


def _lane(fields: Fields) -> Lane:
    encoders.refuse_unknown("A lane", fields, _LANE)
    attributes = fields["laneAttributes"]
    encoders.refuse_unknown("A lane's attributes", attributes, _ATTRIBUTES)
    shape, nodes = fields["nodeList"]
    if shape != "nodes":
        raise V2xContentNotCarried("A lane", shape)
    kind, (flags, _) = attributes["laneType"]
    return Lane(
        id=fields["laneID"],
        direction=attributes["directionalUse"][0],
        nodes=tuple(_node(node) for node in nodes),
        kind=LaneKind(kind),
        kind_flags=flags,
        shared_with=attributes["sharedWith"][0],
        connections=tuple(_connection(each) for each in fields.get("connectsTo", ())),
        maneuvers=_maneuvers(fields.get("maneuvers")),
        ingress_approach=fields.get("ingressApproach"),
        egress_approach=fields.get("egressApproach"),
        overlays=tuple(fields.get("overlays", ())),
        name=fields.get("name"),
    )


def _node(fields: Fields) -> Node:
    shape, offset = fields["delta"]
    if not shape.startswith("node-XY"):
        raise V2xContentNotCarried("A node", shape)
    attributes = fields.get("attributes", {})
    encoders.refuse_unknown("A node's attributes", attributes, _NODE_ATTRIBUTES)
    return Node(
        offset["x"] / 100,
        offset["y"] / 100,
        _node_limits(attributes.get("data", [])),
        _units(attributes.get("dWidth"), 100),
        _units(attributes.get("dElevation"), 100),
    )


def _node_limits(data: list[tuple[str, Any]]) -> tuple[SpeedLimit, ...]:
    if not data:
        return ()
    (name, limits), *others = data
    if name != "speedLimits" or others:
        raise V2xContentNotCarried("A node's attributes", others[0][0] if others else name)
    return _limits(limits)


def _connection(fields: Fields) -> Connection:
    encoders.refuse_unknown("A connection", fields, _CONNECTION)
    remote = fields.get("remoteIntersection")
    return Connection(
        lane=fields["connectingLane"]["lane"],
        maneuvers=_maneuvers(fields["connectingLane"].get("maneuver")),
        signal_group=fields.get("signalGroup"),
        connection_id=fields.get("connectionID"),
        user_class=fields.get("userClass"),
        remote_intersection=None if remote is None else (remote.get("region"), remote["id"]),
    )


def _maneuvers(bits: tuple[int, int] | None) -> Maneuvers | None:
    return None if bits is None else Maneuvers(bits[0])


def _limits(fields: Any) -> tuple[SpeedLimit, ...]:
    return tuple(SpeedLimit(each["type"], each["speed"] * SPEED_STEP_MS) for each in fields)


def _units(steps: int | None, per_unit: int) -> float | None:
    return None if steps is None else steps / per_unit
