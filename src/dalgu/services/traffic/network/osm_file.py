"""An OpenStreetMap extract as it is written: roads for cars, signals, crossings, restrictions.

Format: wiki.openstreetmap.org/wiki/OSM_XML. Of ways, those that cars may use; of nodes, those that
such ways pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dalgu.services.traffic.network.refusals import NetworkFileUnreadable
from dalgu.services.traffic.network.xml_file import elements

if TYPE_CHECKING:
    from lxml.etree import _Element

# Road classes of OpenStreetMap as ours, each with lanes of one direction and km/h that are usual
# in Korean cities where nothing is tagged (assumption).
CLASSES: Final[Mapping[str, tuple[str, int, float]]] = {
    "motorway": ("motorway", 2, 100.0),
    "trunk": ("primary", 3, 70.0),
    "primary": ("primary", 3, 50.0),
    "secondary": ("secondary", 2, 50.0),
    "tertiary": ("tertiary", 1, 50.0),
    "unclassified": ("residential", 1, 40.0),
    "residential": ("residential", 1, 30.0),
    "living_street": ("residential", 1, 20.0),
}
CLOSED: Final = frozenset({"no", "private"})
PBF: Final = b"OSMHeader"
MPH_KMH: Final = 1.609344


@dataclass(frozen=True, slots=True)
class OsmNode:
    """A point, with what stands there."""

    lon: float
    lat: float
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OsmWay:
    """A road."""

    id: str
    nodes: tuple[str, ...]
    tags: Mapping[str, str]

    @property
    def kind(self) -> str:
        """Return its class, links of a class as the class itself."""
        return self.tags["highway"].removesuffix("_link")

    @property
    def direction(self) -> int:
        """Return 1 where only its own direction may be driven, -1 the reverse, 0 both."""
        one_way = self.tags.get("oneway", "")
        if one_way in ("-1", "reverse"):
            return -1
        if one_way in ("yes", "true", "1") or self.tags.get("junction") == "roundabout":
            return 1
        return 1 if self.kind == "motorway" and one_way != "no" else 0


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn that is forbidden (`no_…`) or the only one allowed (`only_…`)."""

    kind: str
    start: str  # way
    via: str  # node
    end: str  # way


@dataclass
class OsmFile:
    """All of an extract that streets are made of."""

    nodes: dict[str, OsmNode] = field(default_factory=dict)
    ways: list[OsmWay] = field(default_factory=list)
    restrictions: list[Restriction] = field(default_factory=list)


def read_osm(file: str, body: bytes) -> OsmFile:
    """Read an extract, `.osm` or `.osm.gz`; raise `NetworkFileUnreadable`."""
    if PBF in body[:64]:
        raise NetworkFileUnreadable(
            file,
            "it is a .pbf; convert it first: osmium cat city.osm.pbf -o city.osm (osmium-tool).",
        )
    extract = OsmFile()
    for element in elements(file, body, ("node", "way", "relation")):
        try:
            _take(extract, element)
        except (KeyError, ValueError) as odd:
            where = f"line {element.sourceline}, <{element.tag}>"
            raise NetworkFileUnreadable(file, f"{where} is broken ({odd!r}).") from None
    if not extract.ways:
        raise NetworkFileUnreadable(file, "it has no road for cars; give an OpenStreetMap .osm.")
    used = {node for way in extract.ways for node in way.nodes}
    extract.nodes = {name: node for name, node in extract.nodes.items() if name in used}
    ways = [_whole(extract, way) for way in extract.ways]
    extract.ways = [way for way in ways if len(way.nodes) > 1]
    return extract


def _whole(extract: OsmFile, way: OsmWay) -> OsmWay:
    """Return a way without the nodes that the extract cut off."""
    return OsmWay(way.id, tuple(node for node in way.nodes if node in extract.nodes), way.tags)


def _take(extract: OsmFile, element: "_Element") -> None:
    tags = {tag.attrib["k"]: tag.attrib["v"] for tag in element.iter("tag")}
    if element.tag == "node":
        place = float(element.attrib["lon"]), float(element.attrib["lat"])
        extract.nodes[element.attrib["id"]] = OsmNode(*place, tags)
    elif element.tag == "way" and _is_driven(tags):
        nodes = tuple(one.attrib["ref"] for one in element.iter("nd"))
        extract.ways.append(OsmWay(element.attrib["id"], nodes, tags))
    elif element.tag == "relation" and tags.get("type") == "restriction":
        members = {one.attrib["role"]: one.attrib["ref"] for one in element.iter("member")}
        kind = tags.get("restriction", "")
        if {"from", "via", "to"} <= members.keys() and kind.startswith(("no_", "only_")):
            extract.restrictions.append(
                Restriction(kind, members["from"], members["via"], members["to"])
            )


def _is_driven(tags: Mapping[str, str]) -> bool:
    if tags.get("highway", "").removesuffix("_link") not in CLASSES or tags.get("area") == "yes":
        return False
    access = tags.get("motor_vehicle", tags.get("access", ""))
    return access not in CLOSED


def speed_kmh(way: OsmWay) -> float:
    """Return the tagged speed limit of a way, or what is usual.

    >>> speed_kmh(OsmWay("1", (), {"highway": "primary", "maxspeed": "30 mph"}))
    48.28032
    """
    said = way.tags.get("maxspeed", "")
    number, _, unit = said.partition(" ")
    if not number.isdigit() or int(number) == 0:
        return CLASSES[way.kind][2]
    return int(number) * (MPH_KMH if unit == "mph" else 1.0)


def lanes_of(way: OsmWay, *, forward: bool) -> int:
    """Return the lanes of one direction of a way, tagged or usual."""
    side = "forward" if forward else "backward"
    own, both = _count(way, f"lanes:{side}"), _count(way, "lanes")
    if own:
        return own
    turns = turn_lanes(way, forward=forward)
    if turns:
        return len(turns)
    if both and way.direction:
        return both
    return max(both // 2, 1) if both else CLASSES[way.kind][1]


def turn_lanes(way: OsmWay, *, forward: bool) -> list[frozenset[str]]:
    """Return the turns painted on the lanes of one direction, from the left; none: not tagged."""
    side = "forward" if forward else "backward"
    said = way.tags.get(f"turn:lanes:{side}") or (
        way.tags.get("turn:lanes", "") if way.direction else ""
    )
    return [frozenset(lane.split(";")) - {"", "none"} for lane in said.split("|")] if said else []


def _count(way: OsmWay, tag: str) -> int:
    said = way.tags.get(tag, "")
    return min(int(said), 12) if said.isdigit() else 0
