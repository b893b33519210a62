"""The dongs that may get remote reading next, as the waterworks' books might have them.

Connections follow the register of supply; all else is an assumption beside its reason.
"""

from collections.abc import Iterator

import numpy as np

from dalgu.cities import Dong
from dalgu.hub.model import Entity, Place
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.water.rollout.coverage import OPEN, SUBURBAN, URBAN
from dalgu.services.water.rollout.entities import WaterRolloutArea
from dalgu.simulation.chance import stream
from dalgu.simulation.city import DENSE_PER_KM2, GACHANG, CityPlan
from dalgu.simulation.placing import inside

SPARSE_PER_KM2 = 400  # residents; below it the land is open (assumption)
POINTS = 6  # amid the houses of a dong, where no cells are known
# About 30 % of Gachang's houses were not read before the pilot, none since (gbjnews 2019-10-29);
# elsewhere the more old people live alone in old houses, the more (assumption).
UNREAD_AMONG_OLD = 0.9
UNREAD_MOST = 0.35
TAP_M3_PER_DAY = 0.24
LEAST_LOST, MOST_LOST = 0.04, 0.16  # of what is fed in; more in old quarters (assumption)


def rollout_areas(plan: CityPlan, connections: dict[str, int]) -> Iterator[Entity]:
    """Yield every dong; `connections` holds the taps of each by its code."""
    lost = stream(plan.seed, "water.rollout").uniform(0.8, 1.2, size=len(plan.city.dongs))
    for dong, factor in zip(plan.city.dongs, lost.tolist(), strict=True):
        taps, old = connections[dong.code], dong.elderly / max(dong.residents, 1)
        share = float(np.clip(LEAST_LOST + 0.35 * old * factor, LEAST_LOST, MOST_LOST))
        unread = min(UNREAD_AMONG_OLD * old**1.5 * factor, UNREAD_MOST)
        yield WaterRolloutArea(
            id=entity_id("WaterRolloutArea", dong.code),
            name=dong.name if dong.name.en else Text(dong.name.ko, dong.code),
            district=dong.code,
            connections=taps,
            unread_share=0.0 if dong.code == GACHANG else round(unread, 3),
            losses_daily=round(taps * TAP_M3_PER_DAY * share / (1 - share), 1),
            ground=_ground(dong),
            location=_points(plan, dong),
            origin="synthetic",
        )


def _ground(dong: Dong) -> str:
    density = dong.residents / dong.area_km2
    if density >= DENSE_PER_KM2:
        return URBAN
    return SUBURBAN if density >= SPARSE_PER_KM2 else OPEN


def _points(plan: CityPlan, dong: Dong) -> Place:
    from shapely.geometry import shape

    cells = plan.city.settlements.get(dong.code)
    if cells is None:
        chance = stream(plan.seed, f"water.rollout.{dong.code}")
        places = inside(chance, shape(dong.geometry), POINTS).tolist()
    else:
        places = [[lon, lat] for lon, lat, _ in cells]
    points = [[round(lon, 5), round(lat, 5)] for lon, lat in places]
    return {"type": "MultiPoint", "coordinates": points}
