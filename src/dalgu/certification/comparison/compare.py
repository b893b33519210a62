"""Cities of one type under one framework version, beside each other; others are refused.

A view across types or versions can be asked for; it is marked as not comparable, says why, and
has no ranks and no peers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.certification.comparison.errors import (
    CityTwice,
    CityTypesDiffer,
    ComparisonTooSmall,
    DefinitionsDiffer,
    FrameworksDiffer,
)
from dalgu.certification.comparison.peers import Peer, nearest_peers
from dalgu.certification.comparison.profile import CityProfile, differing
from dalgu.certification.comparison.ranks import Rank, ranks
from dalgu.certification.framework.model import Framework
from dalgu.certification.scoring.probability import DRAWS
from dalgu.certification.scoring.sheet import ScoreSheet
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text

Entrant = tuple[CityProfile, Framework]
"""A city, and the framework version that its profile names."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One city of a comparison; `rank` and `peers` only where cities are comparable."""

    profile: CityProfile
    sheet: ScoreSheet
    items: tuple[tuple[str, float], ...]  # code and share 0 to 1, in the framework's order
    rank: Rank | None = None
    peers: tuple[Peer, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cities from the best total to the least; not ranked where they are not comparable."""

    cities: tuple[Compared, ...]
    comparable: bool
    why_not: Text | None = None


_WHY = {
    FrameworksDiffer: Text("지표체계 버전이 다름", "Framework versions differ"),
    CityTypesDiffer: Text("도시 유형이 다름", "City types differ"),
    DefinitionsDiffer: Text("지표 정의가 다름", "Definitions of indicators differ"),
}


def compare(
    entrants: Sequence[Entrant],
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
    as_not_comparable: bool = False,
) -> Comparison:
    """Return cities side by side, with ranks, intervals and nearest peers.

    Raises
    ------
    ComparisonTooSmall, CityTwice
        When there is nothing to compare.
    FrameworksDiffer, CityTypesDiffer, DefinitionsDiffer
        Unless `as_not_comparable`, which gives a view without ranks that says so.
    """
    if len(entrants) < 2:
        raise ComparisonTooSmall(len(entrants))
    refusal = _refusal(entrants)
    if refusal is not None and not as_not_comparable:
        raise refusal
    if refusal is None:
        return _ranked(entrants, rng, draws)
    plain = [_plain(profile, profile.basis.score(framework)) for profile, framework in entrants]
    plain.sort(key=lambda one: -one.sheet.share)
    return Comparison(tuple(plain), comparable=False, why_not=_WHY[type(refusal)])


def _ranked(entrants: Sequence[Entrant], rng: np.random.Generator, draws: int) -> Comparison:
    cities = [profile.basis.chances(framework) for profile, framework in entrants]
    found = ranks(cities, rng, draws)
    codes = [profile.city for profile, _ in entrants]
    shares = np.array([[part.share for part in city.sheet.items] for city in cities])
    peers = nearest_peers(codes, shares)
    compared = [
        Compared(profile, city.sheet, _items(city.sheet), rank, peers[profile.city])
        for (profile, _), city, rank in zip(entrants, cities, found, strict=True)
    ]
    compared.sort(key=lambda one: (-one.sheet.total, one.profile.city))
    return Comparison(tuple(compared), comparable=True)


def _refusal(entrants: Sequence[Entrant]) -> DalguError | None:
    profiles = [profile for profile, _ in entrants]
    codes = [one.city for one in profiles]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise CityTwice(twice)
    frameworks = tuple(sorted({name for one, by in entrants for name in (one.framework, by.name)}))
    if len(frameworks) > 1:
        return FrameworksDiffer(frameworks)
    for profile, framework in entrants:
        if odd := differing(framework, profile):
            return DefinitionsDiffer(profile.city, framework.name, odd)
    city_types = tuple(sorted({one.city_type for one in profiles}))
    return CityTypesDiffer(city_types) if len(city_types) > 1 else None


def _plain(profile: CityProfile, sheet: ScoreSheet) -> Compared:
    return Compared(profile, sheet, _items(sheet))


def _items(sheet: ScoreSheet) -> tuple[tuple[str, float], ...]:
    return tuple((part.code, part.share) for part in sheet.items)
