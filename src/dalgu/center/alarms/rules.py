"""The rules by which alerts become incidents: read once from `rules.toml`, checked, then values.

A wrong file is refused as a whole, with the rule and the field that are wrong.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from dalgu.center.incidents.words import Priority
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.text import Text
from dalgu.kernel.toml import read_toml

RULES = Path(__file__).parent / "rules.toml"
SEVERITIES = ("informational", "low", "medium", "high", "critical")
ANY = "*"
ALONE = "alone"  # the event rule of kinds that begin an incident where enough agree


class RulesInvalid(InvalidInput):
    """The file of alarm rules cannot be used."""

    slug = "alarm-rules-invalid"
    title = "The alarm rules are invalid"

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"Alarm rule '{rule}' is invalid: {reason}.", rule=rule, reason=reason)


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phrase as the file has it."""

    ko: str
    en: str

    @property
    def text(self) -> Text:
        """The phrase."""
        return Text(self.ko, self.en)


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a thing names another that it depends on."""

    name: str
    attribute: str
    types: tuple[str, ...]
    into: str | None = None  # type of the parent, where the attribute holds the end of an id
    same: bool = False  # the thing only speaks for what it names


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cause that operators act on: which alerts begin it and which belong to it."""

    name: str
    category: str
    sub_category: str
    priority: Priority
    starts: tuple[str, ...]
    radius_m: float
    window_s: float
    extent_m: float
    title: Said
    why: Said
    action: Said
    consequence: Said
    grave: Priority | None = None
    joins: tuple[str, ...] = ()
    parent_starts: tuple[str, ...] = ()
    relation: str = ""
    counts: tuple[str, ...] = ()  # kinds by which a silent parent is inferred; all of joins if none
    least: int = 1
    share: float = 0.0
    at_once: str = "medium"
    on_delay_s: float = 0.0
    off_delay_s: float = 60.0
    deadband_s: float = 0.0
    testbed: str | None = None
    of: tuple[str, ...] = ()  # beginnings of the ids of the things it speaks of

    @property
    def is_fallback(self) -> bool:
        """Whether it takes what no other rule names."""
        return ANY in self.starts

    @property
    def evidence(self) -> tuple[str, ...]:
        """Kinds that speak for the failure of a parent that says nothing itself."""
        return (self.counts or self.joins) if self.share > 0 else ()

    def speaks_of(self, thing: str) -> bool:
        """Tell whether the rule is about this thing."""
        return not self.of or thing.startswith(self.of)

    def priority_of(self, severity: int) -> Priority:
        """Return its priority with an alert of a severity (a position in `SEVERITIES`)."""
        is_grave = severity == len(SEVERITIES) - 1
        return self.grave if is_grave and self.grave is not None else self.priority


class EventRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Alerts of which nobody has to do anything at once."""

    name: str
    kinds: tuple[str, ...]
    title: Said
    why: Said


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    relations: tuple[Relation, ...]
    rules: tuple[Rule, ...]
    events: tuple[EventRule, ...]


@dataclass(frozen=True)
class Rules:
    """All rules, with tables by kind."""

    relations: tuple[Relation, ...]
    rules: tuple[Rule, ...]
    events: tuple[EventRule, ...]
    starting: Mapping[str, tuple[Rule, ...]]
    joining: Mapping[str, tuple[Rule, ...]]  # kinds that join, those that start among them
    at_parent: Mapping[str, tuple[Rule, ...]]
    inferring: Mapping[str, tuple[Rule, ...]]  # kinds that speak for a failed parent
    fallback: Rule | None

    def rule(self, name: str) -> Rule | None:
        """Return a rule by its name; `None` where there is none."""
        return next((one for one in self.rules if one.name == name), None)

    def event_of(self, kind: str) -> EventRule:
        """Return the rule under which an alert is shown as an event."""
        named = (one for one in self.events if kind in one.kinds)
        found = next(named, None)
        if found is not None:
            return found
        is_alone = kind in self.starting
        return next((one for one in self.events if one.name == ALONE and is_alone), self.events[-1])

    def longest_s(self) -> float:
        """Return how long an event may still become part of an incident, at most an hour."""
        return min(3600.0, max((rule.window_s for rule in self.rules), default=0.0))


@cache
def load() -> Rules:
    """Return the rules of the package; raise `RulesInvalid`."""
    return parse(RULES.read_text("utf-8"))


def parse(text: str) -> Rules:
    """Return the rules of a TOML text; raise `RulesInvalid` with what is wrong where.

    >>> parse(RULES.read_text("utf-8")).rule("fire").radius_m
    250.0
    """
    try:
        file = msgspec.convert(read_toml(text), _File)
    except tomllib.TOMLDecodeError as odd:
        raise RulesInvalid("-", f"the file is no TOML ({odd})") from None
    except msgspec.ValidationError as odd:
        raise RulesInvalid("-", str(odd)) from None
    _check(file)
    return assembled(file.relations, file.rules, file.events)


def assembled(
    relations: tuple[Relation, ...], rules: tuple[Rule, ...], events: tuple[EventRule, ...]
) -> Rules:
    """Return rules with their tables."""
    return Rules(
        relations=relations,
        rules=rules,
        events=events,
        starting=_table((rule, rule.starts) for rule in rules),
        joining=_table((rule, rule.starts + rule.joins) for rule in rules),
        at_parent=_table((rule, rule.parent_starts) for rule in rules),
        inferring=_table((rule, rule.evidence) for rule in rules),
        fallback=next((rule for rule in rules if rule.is_fallback), None),
    )


def _table(kinds_of: Iterable[tuple[Rule, tuple[str, ...]]]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for rule, kinds in kinds_of:
        for kind in dict.fromkeys(kinds):
            found[kind] = (*found.get(kind, ()), rule)
    found.pop(ANY, None)
    return found


def _check(file: _File) -> None:
    names = [rule.name for rule in file.rules] + [event.name for event in file.events]
    for name in names:
        if names.count(name) > 1:
            raise RulesInvalid(name, "its name must be used once")
    if not file.events or ANY not in file.events[-1].kinds:
        raise RulesInvalid("events", "the last event rule must take every kind ('*')")
    relations = {one.name for one in file.relations}
    for rule in file.rules:
        wrong = _wrong(rule, relations)
        if wrong:
            raise RulesInvalid(rule.name, wrong)


def _wrong(rule: Rule, relations: set[str]) -> str:
    checks = (
        (rule.at_once not in SEVERITIES, f"at_once must be one of {', '.join(SEVERITIES)}"),
        (bool(rule.relation) and rule.relation not in relations, "its relation is not declared"),
        (bool(rule.parent_starts) and not rule.relation, "parent_starts requires a relation"),
        (rule.share > 0 and not rule.relation, "share requires a relation"),
        (not set(rule.counts) <= set(rule.joins), "counts must be kinds of joins"),
        (not 0 <= rule.share <= 1, "share must be between 0 and 1"),
        (rule.least < 1, "least must be 1 or more"),
        (min(rule.radius_m, rule.on_delay_s, rule.off_delay_s, rule.deadband_s) < 0,
         "distances and delays must not be negative"),
        (rule.window_s <= 0 or rule.extent_m <= 0, "window_s and extent_m must be positive"),
        (not rule.starts, "starts must name a kind"),
        (any("/" not in kind for kind in rule.starts + rule.joins if kind != ANY),
         "a kind must be written 'category/subCategory'"),
        (not rule.action.ko or not rule.action.en,
         "an alarm must name what an operator does; without it, write it under [[events]]"),
    )  # fmt: skip
    return next((reason for is_wrong, reason in checks if is_wrong), "")
