"""Scoring by bands, as U4SSC does it: each value against a benchmark, points by the share reached.

A group's score is the sum of its points over four times the number of values that could be scored.
What is not reported, and what has no benchmark, is left out of it: neither counts as zero. So the
score is shown beside its coverage, or a city that reports little looks better than one that
reports all.

Edges belong to the band above them ("95 %+" has 95 % in it, "<19.8" has 19.8 not), and are
compared in decimal fractions, so that 39.6 of 60 is 66 % and not a hair below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dalgu.certification.framework.model import Band, Direction, Framework, Indicator
from dalgu.certification.measurement import Measurement


class Standing(StrEnum):
    """Whether an indicator counts in its group, and why not."""

    SCORED = "scored"
    UNREPORTED = "unreported"
    NO_BENCHMARK = "no benchmark"


@dataclass(frozen=True, slots=True)
class Rating:
    """One indicator against its benchmark; `share` and `points` are None unless it is scored."""

    indicator: str
    standing: Standing
    share: float | None = None  # of the benchmark, 0 to 1
    points: int | None = None


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The score of some ratings: an item, an area or all of a framework."""

    points: int
    scored: int
    unreported: int
    without_benchmark: int
    most: int  # points that the scored ones could have

    @property
    def share(self) -> float | None:
        """Share 0 to 1 of the points that could be had; None where nothing was scored."""
        return self.points / self.most if self.most else None

    @property
    def coverage(self) -> float:
        """Share 0 to 1 of the indicators that are in the score."""
        listed = self.scored + self.unreported + self.without_benchmark
        return self.scored / listed if listed else 0.0

    def band(self, bands: Sequence[Band]) -> Band | None:
        """Return the band that the group itself falls into; None where nothing was scored."""
        return band_of(bands, Fraction(self.points, self.most)) if self.most else None


def share_of_benchmark(value: float, benchmark: float, direction: Direction) -> Fraction | None:
    """Return the exact share 0 to 1 of a benchmark that a value reaches.

    Where more is better it is value over benchmark, where less is better benchmark over value, and
    at a target the smaller of the two. None where the direction says nothing, or where a benchmark
    of zero leaves no scale to measure on.

    >>> float(share_of_benchmark(45.0, 60.0, "higher"))
    0.75
    >>> float(share_of_benchmark(2.0, 1.5, "lower"))
    0.75
    >>> float(share_of_benchmark(1.25, 1.0, "target"))
    0.8
    """
    if direction == "none" or benchmark <= 0:
        return None
    got, full = _decimal(value), _decimal(benchmark)
    upward = max(Fraction(0), got / full)
    downward = full / got if got > 0 else Fraction(1)
    if direction == "higher":
        return min(Fraction(1), upward)
    if direction == "lower":
        return min(Fraction(1), downward)
    return min(upward, downward)


def band_of(bands: Sequence[Band], share: Fraction) -> Band:
    """Return the highest band whose lower edge a share reaches, else the lowest.

    >>> band_of([Band(0.0, 1), Band(0.33, 2), Band(0.66, 3)], Fraction(66, 100)).points
    3
    """
    ordered = sorted(bands, key=lambda band: band.min_share)
    reached = [band for band in ordered if share >= _decimal(band.min_share)]
    return reached[-1] if reached else ordered[0]


def rate(bands: Sequence[Band], indicator: Indicator, measurement: Measurement | None) -> Rating:
    """Rate one indicator; what has no value or no benchmark stays unscored."""
    if measurement is None or measurement.value is None:
        return Rating(indicator.code, Standing.UNREPORTED)
    benchmark = indicator.benchmark
    share = (
        None
        if benchmark is None
        else share_of_benchmark(measurement.value, benchmark.value, indicator.direction)
    )
    if share is None:
        return Rating(indicator.code, Standing.NO_BENCHMARK)
    return Rating(indicator.code, Standing.SCORED, float(share), band_of(bands, share).points)


def group(bands: Sequence[Band], ratings: Iterable[Rating]) -> GroupScore:
    """Return the score of a group: points over the most that its scored ratings could have.

    >>> four_bands = [Band(0.0, 1), Band(0.33, 2), Band(0.66, 3), Band(0.95, 4)]
    >>> group(four_bands, [Rating("a", Standing.SCORED, 1.0, 4)]).share
    1.0
    """
    found = list(ratings)
    points = [rating.points for rating in found if rating.points is not None]
    standings = [rating.standing for rating in found]
    return GroupScore(
        points=sum(points),
        scored=len(points),
        unreported=standings.count(Standing.UNREPORTED),
        without_benchmark=standings.count(Standing.NO_BENCHMARK),
        most=len(points) * max((band.points for band in bands), default=0),
    )


@dataclass(frozen=True, slots=True)
class BandCard:
    """A city under a framework of bands: each indicator, and the groups by item and area code."""

    ratings: dict[str, Rating]
    items: dict[str, GroupScore]
    areas: dict[str, GroupScore]
    total: GroupScore


def band_card(framework: Framework, measurements: Mapping[str, Measurement]) -> BandCard:
    """Rate all indicators of a framework; `measurements` are by indicator code."""
    bands = framework.bands
    ratings = {
        one.code: rate(bands, one, measurements.get(one.code)) for one in framework.indicators
    }
    of_item = {
        item.code: [ratings[one.code] for one in framework.of_item(item)]
        for area in framework.areas
        for item in area.items
    }
    return BandCard(
        ratings=ratings,
        items={code: group(bands, found) for code, found in of_item.items()},
        areas={
            area.code: group(bands, [one for item in area.items for one in of_item[item.code]])
            for area in framework.areas
        },
        total=group(bands, ratings.values()),
    )


def _decimal(number: float) -> Fraction:
    return Fraction(repr(float(number)))  # as people write it: 39.6, not its nearest binary
