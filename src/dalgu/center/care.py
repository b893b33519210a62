"""Homes in care on the map: how many of a dong are heard, never where one of them stands."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.center.layers import (
    CARE_GATEWAYS,
    DEVICE_STALE,
    RANKS,
    Layer,
    device_sign,
)
from dalgu.center.replay.replay import Replay
from dalgu.cities import City
from dalgu.cities.places import dong_at
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.language import number, phrase

# Not among the map's layers of things: its places must not leave the platform.
HOMES = Layer(
    "care",
    ("Device",),
    "deviceState",
    device_sign,
    timedelta(days=3 * DEVICE_STALE.days),
    CARE_GATEWAYS,
    Operation.CARE_READ,
)


async def homes_by_dong(
    replay: Replay, city: City, actor: Actor, asked: tuple[datetime, Language]
) -> list[Document]:
    """Return a point at the centre of each dong that the actor serves, with its count of homes.

    The caller asks for `CARE_READ` and writes the reading down.
    """
    at, language = asked
    homes: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for stood in await replay.stood(HOMES, at):
        for index, position in enumerate(stood.roster.positions):
            dong = dong_at(city, *position)
            if dong is not None and actor.serves(dong.district):
                homes[dong.code] += 1
                silent[dong.code] += HOMES.judge(stood.reading(index)).state == "stale"
    return list(_features(city, homes, silent, language))


def _features(
    city: City, homes: Counter[str], silent: Counter[str], language: Language
) -> Iterator[Document]:
    for code, count in sorted(homes.items()):
        dong, state = city.dong(code), "medium" if silent[code] else "calm"
        name = phrase(language, "map.care_of", dong=dong.name.say(language), n=silent[code])
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(dong.centre)},
            "properties": {
                "id": f"dong:{code}",
                "name": name,
                "state": state,
                "rank": RANKS[state],
                "text": number(count),
            },
        }
