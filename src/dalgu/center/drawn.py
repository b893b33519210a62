"""The map's layers that are more than single documents: incidents, pipes, warnings."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.documents import short_id, value
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority, Status
from dalgu.center.layers import GATEWAYS
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.geo import distance_m
from dalgu.kernel.text import Language, Text
from dalgu.services.water.leakage.loading import drawn_network, loaded
from dalgu.services.water.leakage.network import LinkKind, Network

# An incident's sign by how soon somebody must act; what is in hand is drawn hollow.
STATES = {
    Priority.P1: "critical",
    Priority.P2: "high",
    Priority.P3: "medium",
    Priority.P4: "low",
}
DRILL = Text("훈련", "DRILL")
LEAST_RADIUS_M, WIDEST_RADIUS_M = 120.0, 6_000.0
METRES_A_DEGREE = 111_320.0
# Pipes are drawn to about ten metres: enough to see what hangs together, not where to dig.
PIPE_DIGITS = 4
REACHED = 0.9  # share of a gateway's meters within its drawn reach
MAIN_MM = 150.0  # from here on a pipe is drawn from afar


def incident_features(
    incidents: Iterable[Incident],
    places: dict[str, tuple[float, float]],
    actor: Actor,
    language: Language,
) -> Iterator[Document]:
    """Yield a point for each incident that has a place and that the actor may see.

    `radiusM` reaches over the things it speaks of, as far as `places` knows them.
    """
    for one in incidents:
        at = _place(one, places)
        if at is None or not may(actor, Operation.INCIDENT_READ, one.district):
            continue
        state = STATES[one.priority]
        mark = f"{DRILL.say(language)} " if one.is_drill else ""  # wherever it shows
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(at)},
            "properties": {
                "id": one.id,
                "number": one.number,
                "name": f"{mark}{one.title.say(language)}",
                "state": state,
                "priority": one.priority,
                "status": one.status,
                "rank": 9 - int(one.priority[1]),
                "isNew": one.status is Status.RAISED,
                "isDrill": one.is_drill,
                "at": int(one.raised_at.timestamp()),
                "text": f"{mark}{one.priority} #{one.number}",
                "radiusM": _radius_m(at, (places[x] for x in one.things if x in places)),
            },
        }


def _place(
    incident: Incident, places: dict[str, tuple[float, float]]
) -> tuple[float, float] | None:
    if incident.lon is not None and incident.lat is not None:
        return incident.lon, incident.lat
    return next((places[one] for one in incident.things if one in places), None)


def _radius_m(at: tuple[float, float], places: Iterable[tuple[float, float]]) -> int:
    scale = math.cos(math.radians(at[1]))
    away = (math.hypot((lon - at[0]) * scale, lat - at[1]) for lon, lat in places)
    farthest_m = max(away, default=0.0) * METRES_A_DEGREE
    return round(min(max(LEAST_RADIUS_M, 1.15 * farthest_m), WIDEST_RADIUS_M))


async def pipe_features(hub: Hub) -> list[Document]:
    """Return the pipes of every loaded network that is drawn in degrees, one line for each size."""
    found: list[Document] = []
    for network in await loaded(hub):
        if network.digest is not None:
            drawn = drawn_network(await hub.kept(network.digest))
            if drawn.is_geographic:
                found += _pipes(drawn, network.id)
    return found


def _pipes(network: Network, of: str) -> Iterator[Document]:
    for name, is_main in (("main", True), ("branch", False)):
        lines = [
            [[round(lon, PIPE_DIGITS), round(lat, PIPE_DIGITS)] for lon, lat in network.path(index)]
            for index, link in enumerate(network.links)
            if link.kind is LinkKind.PIPE and (link.diameter_mm >= MAIN_MM) is is_main
        ]
        if lines:
            yield {
                "type": "Feature",
                "geometry": {"type": "MultiLineString", "coordinates": lines},
                "properties": {"id": of, "name": of, "size": name},
            }


async def reach_features(hub: Hub) -> list[Document]:
    """Return each gateway with how far nine tenths of the meters lie that it hears best."""
    heard: dict[str, list[tuple[float, float]]] = defaultdict(list)
    async for meter in hub.every("WaterMeter", q="gateway"):
        geometry = value(meter, "location")
        if isinstance(geometry, dict) and geometry.get("type") == "Point":
            heard[str(value(meter, "gateway"))].append(tuple(geometry["coordinates"][:2]))
    found = []
    async for gateway in hub.every("Device", q=GATEWAYS):
        geometry = value(gateway, "location")
        places = heard.get(short_id(gateway["id"])) or heard.get(gateway["id"])
        if places and isinstance(geometry, dict) and geometry.get("type") == "Point":
            known = {"id": gateway["id"], "radiusM": _reach_m(geometry["coordinates"], places)}
            found.append({"type": "Feature", "geometry": geometry, "properties": known})
    return found


def _reach_m(at: Sequence[float], places: Sequence[tuple[float, float]]) -> int:
    away = sorted(distance_m((at[0], at[1]), place) for place in places)
    return round(away[int(REACHED * (len(away) - 1))])


def warning_features(room: object, language: Language) -> list[Document]:
    """Return the areas of the public warnings in force, where the room of warnings draws them."""
    draw = getattr(room, "features", None)
    return [] if draw is None else [one for one in draw(language) if one]
