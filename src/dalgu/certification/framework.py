"""A certification framework, as its TOML files declare it: areas, items, indicators, grades."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from dalgu.certification.errors import FrameworkInvalid, FrameworkNotExisting, IndicatorNotExisting
from dalgu.certification.formula.expression import Expression, parse
from dalgu.kernel.text import Text

FRAMEWORKS = Path(__file__).parent / "frameworks"

_T = TypeVar("_T")


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which observations speak of the subjects of a variable.

    The history of `attribute` of the entities of `type`; `via` walks relationships from the
    observed entity to the subject (`["feed", "department"]`); empty when it is the subject.
    """

    type: list[str]
    attribute: str
    via: list[str] = []


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One named number of a formula, as a question to the hub.

    Without `observed`: the count, or the sum of `weight`, of the entities of `type` that match
    `where` (the NGSI-LD query language). With it: each such entity adds its weight times the
    share of the period it was observed, or its whole weight once the share reaches `min_share`.
    """

    name: Text
    unit: Text
    type: list[str]
    where: str = ""
    weight: str = ""
    observed: Observed | None = None
    measure: Literal["any", "days", "time", "hours"] = "any"
    min_share: float | None = None
    max_age_s: float = 0.0
    max_age_intervals: float = 0.0  # times the subject's declaredInterval
    per_hour: bool = False  # counts hours instead of shares


class Goalposts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Linear points between the value that earns none and the value that earns all."""

    zero_at: float
    full_at: float

    def share(self, value: float) -> float:
        """Return the share 0 to 1 of the points that a value earns.

        >>> Goalposts(1, 60).share(30.5)
        0.5
        """
        return min(1.0, max(0.0, (value - self.zero_at) / (self.full_at - self.zero_at)))


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One indicator: what it asks, how it is computed, what it earns, where it comes from."""

    code: str
    name: Text
    description: Text
    unit: Text
    points: float
    period_days: float
    formula: str
    numerator: str
    denominator: str
    goalposts: Goalposts
    variables: dict[str, Variable]
    official_status: Literal["official", "attested", "reconstructed"]
    provenance: str
    item: str = ""

    def expression(self) -> Expression:
        """Return the parsed formula."""
        return parse(self.formula)


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An evaluation item: the level between area and indicator."""

    code: str
    name: Text
    indicator_count: int
    points: float


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the three areas of the certification."""

    code: str
    name: Text
    items: list[Item]


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A grade and the least share of the total points it asks for."""

    grade: int
    min_share: float
    certified: bool
    official_status: Literal["official", "attested", "reconstructed"]


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework version: immutable once an assessment used it."""

    name: str
    title: Text
    owner: Text
    legal_basis: Text
    total_points: float
    areas: list[Area]
    grades: list[Grade]
    indicators: list[Indicator] = []

    def indicator(self, code: str) -> Indicator:
        """Return the indicator of a code; raise `IndicatorNotExisting`."""
        for indicator in self.indicators:
            if indicator.code == code:
                return indicator
        raise IndicatorNotExisting(self.name, code)

    def grade_of(self, share: float) -> Grade:
        """Return the grade that a share 0 to 1 of the points earns."""
        return next(grade for grade in self.grades if share >= grade.min_share)


class _ItemFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: str
    indicators: list[Indicator]


def names() -> tuple[str, ...]:
    """Return the names of the frameworks that are installed."""
    return tuple(sorted(folder.name for folder in FRAMEWORKS.iterdir() if folder.is_dir()))


@cache
def load(name: str) -> Framework:
    """Load a framework and check every formula against its variables.

    Raises
    ------
    FrameworkNotExisting
        When no framework has the name.
    FrameworkInvalid
        When a file breaks the schema; the sentence names the file and the field.
    """
    folder = FRAMEWORKS / name
    if name not in names():
        raise FrameworkNotExisting(name, names())
    framework = _read(folder / "framework.toml", Framework)
    known = {item.code for area in framework.areas for item in area.items}
    indicators: list[Indicator] = []
    for file in sorted(folder.glob("*.toml")):
        if file.name == "framework.toml":
            continue
        entry = _read(file, _ItemFile)
        if entry.item not in known:
            raise FrameworkInvalid(file.name, f"item '{entry.item}' is not in framework.toml")
        for indicator in entry.indicators:
            _check(file.name, indicator)
            indicators.append(msgspec.structs.replace(indicator, item=entry.item))
    return msgspec.structs.replace(framework, indicators=indicators)


def _read(file: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), kind, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as broken:
        raise FrameworkInvalid(file.name, str(broken)) from None


def _check(file: str, indicator: Indicator) -> None:
    named = indicator.expression().variables
    declared = set(indicator.variables)
    if named != declared:
        odd = ", ".join(sorted(named ^ declared))
        raise FrameworkInvalid(file, f"{indicator.code}: formula and variables differ in {odd}")
    if not {indicator.numerator, indicator.denominator} <= declared:
        raise FrameworkInvalid(file, f"{indicator.code}: numerator or denominator is no variable")
    for name, variable in indicator.variables.items():
        if variable.observed is None and variable.min_share is not None:
            raise FrameworkInvalid(file, f"{indicator.code}: variable {name} observes nothing")
