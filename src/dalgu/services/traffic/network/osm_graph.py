"""Roads of OpenStreetMap as links between intersections.

Ways are cut where three or more arms meet, at their ends, and nowhere else. Junctions with signals
that lie within a few steps of each other, as where divided roads cross, are one intersection.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from dalgu.kernel.geo import distance_m
from dalgu.services.traffic.network.osm_file import OsmFile, OsmNode, OsmWay

NEAR_M = 40.0  # signals and junctions of one intersection; stop lines lie this far from its middle
CROSSING_M = 40.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a way in one direction, between two neighbouring points."""

    way: OsmWay
    forward: bool
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Pieces one after the other between two junctions: a link to be."""

    pieces: tuple[Piece, ...]
    length_m: float

    @property
    def start(self) -> str:
        """Return the point it begins at."""
        return self.pieces[0].start

    @property
    def end(self) -> str:
        """Return the point it ends at."""
        return self.pieces[-1].end

    @property
    def points(self) -> tuple[str, ...]:
        """Return all its points."""
        return (self.start, *(piece.end for piece in self.pieces))


@dataclass(frozen=True)
class Graph:
    """Chains between intersections, and those inside of one."""

    chains: tuple[Chain, ...]
    inner: tuple[Chain, ...]
    home: Mapping[str, str]  # intersection of each junction point
    signalised: frozenset[str]  # intersections


def graph_of(extract: OsmFile) -> Graph:
    """Return the links of an extract."""
    pieces = _pieces(extract)
    out: dict[str, list[Piece]] = defaultdict(list)
    beside: dict[str, set[str]] = defaultdict(set)
    for piece in pieces:
        out[piece.start].append(piece)
        beside[piece.start].add(piece.end)
        beside[piece.end].add(piece.start)
    junctions = {point for point, others in beside.items() if len(others) != 2}
    junctions |= _rings(beside, junctions)
    chains = [
        _chain(extract.nodes, out, piece, junctions)
        for at in sorted(junctions)
        for piece in out[at]
    ]
    whole = [chain for chain in chains if chain is not None]
    home, signalised = _intersections(extract.nodes, whole, junctions)
    links = [chain for chain in whole if home[chain.start] != home[chain.end]]
    inner = [chain for chain in whole if home[chain.start] == home[chain.end]]
    return Graph(tuple(links), tuple(inner), home, signalised)


def _pieces(extract: OsmFile) -> list[Piece]:
    pieces = []
    for way in extract.ways:
        for one, other in pairwise(way.nodes):
            if one == other:
                continue
            if way.direction >= 0:
                pieces.append(Piece(way, True, one, other))
            if way.direction <= 0:
                pieces.append(Piece(way, False, other, one))
    return pieces


def _rings(beside: Mapping[str, set[str]], junctions: set[str]) -> set[str]:
    """Return a point of each closed ring that has no junction."""
    seen, found = set(junctions), set[str]()
    for start in sorted(beside):
        if start in seen:
            continue
        ring, stack = set[str](), [start]
        while stack:
            here = stack.pop()
            if here not in ring:
                ring.add(here)
                stack += [other for other in beside[here] if other not in junctions]
        seen |= ring
        if not any(beside[point] & junctions for point in ring):
            found.add(start)
    return found


def _chain(
    nodes: Mapping[str, OsmNode],
    out: Mapping[str, list[Piece]],
    first: Piece,
    junctions: set[str],
) -> Chain | None:
    """Return the pieces from a junction to the next; `None` where a one-way road runs dry."""
    pieces, seen = [first], {first.start}
    while pieces[-1].end not in junctions:
        here = pieces[-1]
        seen.add(here.end)
        onward = [piece for piece in out.get(here.end, ()) if piece.end != here.start]
        if not onward or onward[0].end in seen - junctions:
            return None
        pieces.append(onward[0])
    length_m = sum(
        distance_m(_place(nodes[piece.start]), _place(nodes[piece.end])) for piece in pieces
    )
    return Chain(tuple(pieces), max(round(length_m, 1), 1.0))


def _place(node: OsmNode) -> tuple[float, float]:
    return node.lon, node.lat


def _intersections(
    nodes: Mapping[str, OsmNode], chains: list[Chain], junctions: set[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Return the intersection of each junction, and those with signals."""
    lit = {point for point in junctions if _is_signal(nodes[point])}
    for chain in chains:  # signals are often drawn at the stop line
        if any(_is_signal(nodes[point]) for point in _last_points(nodes, chain)):
            lit.add(chain.end)
    leader = {point: point for point in junctions}

    def found(point: str) -> str:
        while leader[point] != point:
            point = leader[point]
        return point

    for chain in sorted(chains, key=lambda chain: (chain.length_m, chain.start, chain.end)):
        # Two junctions are one intersection when both have signals and are a few steps apart.
        if chain.length_m <= NEAR_M and chain.start in lit and chain.end in lit:
            one, other = sorted((found(chain.start), found(chain.end)))
            leader[other] = one
    home = {point: found(point) for point in junctions}
    return home, frozenset(home[point] for point in lit)


def _is_signal(node: OsmNode) -> bool:
    return node.tags.get("highway") == "traffic_signals"


def _last_points(nodes: Mapping[str, OsmNode], chain: Chain) -> list[str]:
    """Return the points of a chain shortly before its end, the end itself not."""
    found, way_m = [], 0.0
    for piece in reversed(chain.pieces):
        way_m += distance_m(_place(nodes[piece.start]), _place(nodes[piece.end]))
        if way_m > NEAR_M or way_m > chain.length_m / 2:
            break
        found.append(piece.start)
    return found


def is_crossed(nodes: Mapping[str, OsmNode], chain: Chain, *, at_end: bool) -> bool:
    """Return whether a crossing is drawn shortly before a chain's end, or after its start."""
    points = chain.points[::-1] if at_end else chain.points
    way_m = 0.0
    for before, point in pairwise(points):
        way_m += distance_m(_place(nodes[before]), _place(nodes[point]))
        if way_m > CROSSING_M:
            return False
        if nodes[point].tags.get("highway") == "crossing":
            return True
    return False
