"""Reads what the hub knows of the areas of a roll-out: books, meters in place, gateways."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.hub.model import Place
from dalgu.hub.types import Device
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.rollout.coverage import (
    OPEN,
    SUBURBAN,
    URBAN,
    Array,
    LinkBudget,
    covered_share,
    reach_km,
)
from dalgu.services.water.rollout.entities import WaterRolloutArea
from dalgu.services.water.rollout.planning import Area

M_PER_KM = 1_000.0
GROUNDS = (URBAN, SUBURBAN, OPEN)


async def read_areas(hub: Hub) -> tuple[list[WaterRolloutArea], list[Area]]:
    """Return the areas as the books have them, and as the planner takes them, side by side."""
    books = [
        WaterRolloutArea.from_document(document) async for document in hub.every("WaterRolloutArea")
    ]
    if not books:
        return [], []
    remote = await _remote_meters(hub)
    gateways = await _gateways(hub)
    reach_m = {ground: M_PER_KM * reach_km(LinkBudget(), ground) for ground in GROUNDS}
    areas = [
        Area(
            key=book.id,
            connections=book.connections or 0,
            remote=0 if book.district is None else remote[book.district],
            unread_share=min(max(book.unread_share or 0.0, 0.0), 1.0),
            losses_m3d=max(book.losses_daily or 0.0, 0.0),
            covered_share=covered_share(
                points_of([book.location]), gateways, reach_m.get(book.ground or URBAN, 0.0)
            ),
        )
        for book in books
    ]
    return books, areas


async def _remote_meters(hub: Hub) -> Counter[str]:
    found: Counter[str] = Counter()
    async for document in hub.every("WaterMeter", q="isActive==true"):
        found[WaterMeter.from_document(document).district or ""] += 1
    return found


async def _gateways(hub: Hub) -> Array:
    places = [
        Device.from_document(document).location
        async for document in hub.every("Device", q='category=="gateway"')
    ]
    return points_of(places)


def points_of(places: Iterable[Place]) -> Array:
    """Return the positions of points and multipoints, shape (n, 2), longitude and latitude."""
    points = []
    for place in places:
        kind = "" if place is None else place.get("type")
        if place is not None and kind == "Point":
            points.append(place["coordinates"][:2])
        if place is not None and kind == "MultiPoint":
            points += [point[:2] for point in place["coordinates"]]
    return np.array(points, dtype=np.float64).reshape(-1, 2)
