"""What the citizens of a model city wish for: proposals, supports, requests, as they would write.

Invented, and said to be: whoever hands them in marks them synthetic. The same seed wishes the
same in every run.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from dalgu.cities import City
from dalgu.simulation.chance import stream

PROPOSALS, REQUESTS = 24, 60
MOST_SUPPORTS = 70  # of one proposal on its first day: some pass the threshold of 50
FEW = 12  # a proposal that nobody shares has some friends
POPULAR_SHARE = 0.15
SPREAD_DEG = 0.0015  # around the middle of a dong


@dataclass(frozen=True, slots=True)
class Wish:
    """A proposal or a request (`code` says of what) of a place, and how many share it."""

    title: str
    text: str
    district: str
    dong: str
    lon: float
    lat: float
    code: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    supports: int = 0


def proposals(city: City, seed: int) -> list[Wish]:
    """Return what citizens propose, with how many will support each."""
    chance = stream(seed, "proposals")
    kinds, found = _told().proposals, []
    for number in range(PROPOSALS):
        told = kinds[number % len(kinds)]
        is_popular = chance.random() < POPULAR_SHARE
        supports = int(chance.integers(FEW, MOST_SUPPORTS) if is_popular else chance.integers(FEW))
        found.append(_at(city, chance, told, supports))
    return found


def requests(city: City, seed: int) -> list[Wish]:
    """Return what citizens report; where more people see the same, it comes twice."""
    chance = stream(seed, "requests")
    kinds = _told().requests
    return [_at(city, chance, kinds[int(chance.integers(len(kinds)))], 0) for _ in range(REQUESTS)]


def _at(city: City, chance: np.random.Generator, told: "_Told", supports: int) -> Wish:
    dong = city.dongs[int(chance.integers(len(city.dongs)))]
    lon, lat = dong.centre
    return Wish(
        title=told.title.format(dong=dong.name.ko),
        text=told.text.format(dong=dong.name.ko),
        district=dong.district,
        dong=dong.code,
        lon=round(lon + float(chance.normal(0, SPREAD_DEG)), 6),
        lat=round(lat + float(chance.normal(0, SPREAD_DEG)), 6),
        code=told.code,
        attributes=told.attributes,
        supports=supports,
    )


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    title: str = ""
    code: str = ""
    attributes: dict[str, str] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    proposals: list[_Told]
    requests: list[_Told]


@cache
def _told() -> _File:
    body = Path(__file__).with_name("wishes.toml").read_bytes()
    return msgspec.toml.decode(body, type=_File)
