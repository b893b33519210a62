"""The rules of validation as data: what is checked, by which limits, with what consequence.

`rules.toml` names each rule, its source and its limits; a city may override limits in a file of
its own. The order of the rules is that of the bits of `Sheet.raised`.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from importlib.resources import files

import msgspec

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.text import Text
from dalgu.kernel.toml import read_toml

LARGEST_FILE = 100_000  # bytes of a city's own limits


class Check(IntEnum):
    """The rules by the bit that tells them."""

    FUTURE = 0
    DUPLICATE = 1
    CLOCK = 2
    OUTLIER = 3
    REVERSE = 4
    ROLLOVER = 5
    CHANGE = 6
    RATE = 7
    SUM = 8
    SPIKE = 9
    HIGH = 10
    LOW = 11
    ZERO = 12
    STUCK = 13
    GAP_SHORT = 14
    GAP_DAY = 15
    GAP_WEEK = 16
    GAP_LONG = 17
    OPEN = 18

    @property
    def bit(self) -> int:
        """The rule's bit in `Sheet.raised`."""
        return 1 << self.value

    @property
    def slug(self) -> str:
        """The rule's id in `rules.toml`."""
        return self.name.lower().replace("_", "-")


GAPS = (Check.GAP_SHORT, Check.GAP_DAY, Check.GAP_WEEK, Check.GAP_LONG)
CHOOSING = frozenset({Check.STUCK})  # a city may say whether these refuse or flag


class Consequence(StrEnum):
    """What becomes of what a rule is raised on."""

    REFUSE = "refuse"
    FLAG = "flag"


class Kind(StrEnum):
    """What a rule looks at."""

    TIME = "time"
    REGISTER = "register"
    HOUR = "hour"
    DAY = "day"
    GAP = "gap"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule, as `rules.toml` has it; `steps` are pairs of a size and its limit, ascending."""

    id: str
    kind: Kind
    ko: str
    en: str
    consequence: Consequence
    clause: str
    limits: dict[str, float]
    steps: tuple[tuple[float, float], ...] = ()

    @property
    def title(self) -> Text:
        """What it says, in both languages."""
        return Text(self.ko, self.en)


class Overrides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city's own limits and consequences, keyed by the rules' ids."""

    limits: dict[str, dict[str, float]] = {}
    consequences: dict[str, Consequence] = {}


class RulesInvalid(InvalidInput):
    """A file of rules cannot be used."""

    slug = "water-rules-invalid"
    title = "The rules of validation are invalid"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The rules of validation cannot be used: {why[:300]}. "
            "A city's file holds [limits.<rule>] tables and [consequences]."
        )


@dataclass(frozen=True)
class Rules:
    """All rules, in the order of their bits."""

    entries: tuple[Rule, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the rules say."""
        return hashlib.sha256(msgspec.json.encode(self.entries, order="sorted")).hexdigest()

    def limit(self, check: Check, name: str) -> float:
        """Return one limit of a rule."""
        return self.entries[check].limits[name]

    def refuses(self, check: Check) -> bool:
        """Tell whether what the rule is raised on is not used."""
        return self.entries[check].consequence is Consequence.REFUSE

    def told(self, raised: int) -> list[Rule]:
        """Return the rules behind the bits of a `Sheet.raised`.

        >>> [rule.id for rule in load_rules().told(Check.SPIKE.bit | Check.FUTURE.bit)]
        ['future', 'spike']
        """
        return [rule for bit, rule in enumerate(self.entries) if raised >> bit & 1]


def load_rules(own: bytes | None = None) -> Rules:
    """Return the rules, with the limits of a city's own TOML file where there is one.

    Raises
    ------
    RulesInvalid
        When the file is no TOML, names a rule or limit that does not exist, gives a limit that
        is no positive number, or lets a rule choose its consequence that may not.

    """
    shipped = files(__package__).joinpath("rules.toml").read_text("utf-8")
    entries = msgspec.convert(read_toml(shipped)["rules"], tuple[Rule, ...])
    if [rule.id for rule in entries] != [check.slug for check in Check]:
        raise RulesInvalid("rules.toml names other rules than the code, or in another order")
    if own is not None:
        entries = _overridden(entries, _read_own(own))
    return Rules(entries)


def _read_own(own: bytes) -> Overrides:
    if len(own) > LARGEST_FILE:
        raise RulesInvalid(f"the file is larger than {LARGEST_FILE} bytes")
    try:
        return msgspec.convert(read_toml(own.decode("utf-8")), Overrides)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as failure:
        raise RulesInvalid(str(failure)) from None


def _overridden(entries: tuple[Rule, ...], own: Overrides) -> tuple[Rule, ...]:
    known = {rule.id: rule for rule in entries}
    for name in (*own.limits, *own.consequences):
        if name not in known:
            raise RulesInvalid(f"rule '{name}' does not exist")
    for name, limits in own.limits.items():
        _check_limits(known[name], limits)
    for name in own.consequences:
        if name not in {check.slug for check in CHOOSING}:
            raise RulesInvalid(f"the consequence of rule '{name}' cannot be chosen")
    return tuple(
        msgspec.structs.replace(
            rule,
            limits=rule.limits | own.limits.get(rule.id, {}),
            consequence=own.consequences.get(rule.id, rule.consequence),
        )
        for rule in entries
    )


def _check_limits(rule: Rule, limits: dict[str, float]) -> None:
    for name, value in limits.items():
        if name not in rule.limits:
            raise RulesInvalid(f"rule '{rule.id}' has no limit '{name}'")
        if not 0 <= value < 1e12:  # refuses NaN, too
            raise RulesInvalid(f"limit '{name}' of rule '{rule.id}' must be a number from 0 on")
