"""The forms of a framework's files: areas, items, indicators, rubrics, goalposts, grades.

Every struct is one table of a TOML file; an unknown field is refused. `loading` reads them.
"""

from datetime import date
from typing import Literal

import msgspec

from dalgu.certification.framework.query import Variable
from dalgu.kernel.text import Text

OfficialStatus = Literal["official", "attested", "reconstructed"]
Kind = Literal["quantitative", "qualitative"]
Nature = Literal["input", "process", "output", "outcome", "impact"]
Direction = Literal["higher", "lower", "target", "none"]
Severity = Literal["error", "warning"]

ANY_TYPE = "any"  # the key of goalposts and points that hold for every city type
HIGHEST_LEVEL = 5


class Goalposts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Linear points between the value that earns none and the value that earns all.

    Where less is better `zero_at` is above `full_at`.
    """

    zero_at: float
    full_at: float

    def share(self, value: float) -> float:
        """Return the share 0 to 1 of the points that a value earns.

        >>> Goalposts(1, 60).share(30.5)
        0.5
        >>> Goalposts(2.0, 1.0).share(1.25)
        0.75
        """
        return min(1.0, max(0.0, (value - self.zero_at) / (self.full_at - self.zero_at)))


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a rubric: what a city of this level does, and the evidence that shows it."""

    level: int
    text: Text
    evidence: Text


class Plausibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a verifier asks of a value before believing it.

    `check` is a condition of the formula language over `value`, the indicator's variables and
    `indicator("code")`; where it does not hold, the question is put.
    """

    check: str
    question: Text
    severity: Severity = "warning"


class Benchmark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The value that counts as 100 % in a framework scored by bands."""

    value: float
    official_status: OfficialStatus
    source: str


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One indicator: what it asks, how it is computed, what it earns, where it comes from."""

    code: str
    name: Text
    description: Text
    kind: Kind
    nature: Nature
    unit: Text
    official_status: OfficialStatus
    provenance: str
    reconstructed: list[str] = []  # fields that are ours although the entry itself is official
    points: float = 0.0
    direction: Direction = "higher"
    dimension: str = "dimensionless"  # of the value, as pint writes it: what the formula must give
    period_days: float = 365.0
    max_age_days: float | None = None  # of what it stands on, at the reference date
    formula: str = ""
    numerator: str = ""  # the variables shown as such; empty where the formula has none
    denominator: str = ""
    goalposts: dict[str, Goalposts] = {}  # by city type, or `any`
    points_of: dict[str, float] = {}  # where a city type earns other points
    variables: dict[str, Variable] = {}
    shared: list[str] = []  # names of variables in frameworks/shared.toml
    levels: list[Level] = []  # the rubric of a qualitative indicator, 0 to 5
    rubric: str = ""  # its name, R1 to R20
    benchmark: Benchmark | None = None
    plausibility: list[Plausibility] = []
    survey: str = ""  # the variable whose spread is the value's sampling error
    crosswalk: list[str] = []  # the same idea elsewhere: "U4SSC EC: ICT: T: 3A", "ISO 37122 19.8"
    sdg: list[int] = []
    tags: list[str] = []  # what its owner sorts it by: core, advanced, smart, a category
    review_guide: Text = Text("", "")
    item: str = ""

    def points_for(self, city_type: str) -> float:
        """Return the most that a city of a type can earn."""
        return self.points_of.get(city_type, self.points)

    def goalposts_for(self, city_type: str) -> Goalposts:
        """Return the goalposts of a city type; raise `KeyError` where there are none."""
        return self.goalposts.get(city_type) or self.goalposts[ANY_TYPE]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An evaluation item: the level between area and indicator."""

    code: str
    name: Text
    points: float = 0.0
    official_status: OfficialStatus = "attested"


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the areas of a framework; `floor_share` is the least share a certified city has."""

    code: str
    name: Text
    items: list[Item]
    floor_share: float | None = None
    official_status: OfficialStatus = "attested"


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade and the least share of the total points it asks for."""

    grade: int
    min_share: float
    certified: bool
    official_status: OfficialStatus


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Points that a share of the benchmark earns, from `min_share` on."""

    min_share: float
    points: int


class CityType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of cities that is judged by goalposts of its own."""

    code: str
    name: Text


class CityTypeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which cities are of a type; the first rule that fits decides."""

    city_type: str
    kinds: list[str] = []  # of local government; empty: all
    population_from: int | None = None
    population_below: int | None = None

    def fits(self, kind: str, population: int) -> bool:
        """Tell whether a local government falls under the rule."""
        return (
            (not self.kinds or kind in self.kinds)
            and (self.population_from is None or population >= self.population_from)
            and (self.population_below is None or population < self.population_below)
        )


class StatusRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share of its points that a value of a status earns."""

    measured: float = 1.0
    estimated: float = 1.0
    proxy: float = 0.5


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework version: immutable, by its content hash, once a call used it."""

    name: str  # kr-scc-2021
    family: str  # kr-scc
    year: int
    title: Text
    owner: Text
    legal_basis: Text
    official_status: OfficialStatus
    notice: Text  # what a reader must know about its standing
    scoring: Literal["points", "bands"]
    areas: list[Area]
    total_points: float = 0.0
    object_type: Literal["city", "infrastructure", "service"] = "city"
    licence: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    supersedes: str = ""
    grades: list[Grade] = []
    bands: list[Band] = []
    city_types: list[CityType] = []
    city_type_rules: list[CityTypeRule] = []
    earning: StatusRule = StatusRule()
    fewest_reviews: int = 3
    indicators: list[Indicator] = []

    def indicator(self, code: str) -> Indicator:
        """Return the indicator of a code; raise `IndicatorNotExisting`."""
        from dalgu.certification.errors import IndicatorNotExisting

        for indicator in self.indicators:
            if indicator.code == code:
                return indicator
        raise IndicatorNotExisting(self.name, code)

    def grade_of(self, share: float) -> Grade:
        """Return the grade that a share 0 to 1 of the points earns."""
        return next(grade for grade in self.grades if share >= grade.min_share)

    def city_type_of(self, kind: str, population: int) -> str:
        """Return the type of a city by the rule table; raise `CityTypeUndecided`."""
        from dalgu.certification.errors import CityTypeUndecided

        for rule in self.city_type_rules:
            if rule.fits(kind, population):
                return rule.city_type
        raise CityTypeUndecided(self.name, kind, population)

    def of_item(self, item: Item) -> list[Indicator]:
        """Return the indicators of an evaluation item, in the order of their file."""
        return [one for one in self.indicators if one.item == item.code]
