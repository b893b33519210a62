"""A group of alerts with one cause, while it grows; and what one batch of alerts changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from dalgu.center.alarms.rules import Rule
from dalgu.center.alarms.signals import Signal

BABBLE_LEAST, BABBLE_AMONG = 30, 6  # alerts of the thing; things in the group
BABBLE_TIMES = 4.0  # as often as the middle one


@dataclass(slots=True, eq=False)
class Group:
    """What is one incident. `number` is its incident's once the book has it."""

    rule: Rule
    scope: str | None  # the parent on which its things hang, where one is known
    kind: str  # of the alert that began it
    began_s: float
    last_s: float
    number: int | None = None
    severity: int = 0
    keys: dict[tuple[str, str], int] = field(default_factory=dict)  # thing and kind: how often
    standing: set[str] = field(default_factory=set)  # alerts that their source has not ended
    points: list[tuple[float, float]] = field(default_factory=list)  # of what spreads it, metres
    box: tuple[float, float, float, float] | None = None
    is_confirmed: bool = False  # the parent, or what can begin it, has told
    quiet_s: float | None = None  # since when no alert stands
    is_told_quiet: bool = False
    is_over: bool = False

    @property
    def things(self) -> tuple[str, ...]:
        """The things that it holds, in the order they came."""
        return tuple(dict.fromkeys(thing for thing, _ in self.keys))

    def is_babble(self, key: tuple[str, str]) -> bool:
        """Tell whether a thing speaks far more often than the others of the group: it is broken."""
        count = self.keys.get(key, 0)
        if count < BABBLE_LEAST or len(self.keys) < BABBLE_AMONG:
            return False
        return count > BABBLE_TIMES * median(self.keys.values())

    def takes(self, at_s: float) -> bool:
        """Tell whether it is recent enough for an alert of an instant."""
        return (
            not self.is_over
            and self.began_s - self.rule.window_s <= at_s
            and (at_s - self.last_s <= self.rule.window_s)
        )

    def fits(self, x: float, y: float) -> bool:
        """Tell whether it stays within its extent with another point."""
        if self.box is None:
            return True
        west, south, east, north = self.box
        wide = max(max(east, x) - min(west, x), max(north, y) - min(south, y))
        return wide <= self.rule.extent_m

    def spread(self, x: float, y: float) -> None:
        """Take a point from which it reaches further."""
        self.points.append((x, y))
        west, south, east, north = self.box or (x, y, x, y)
        self.box = min(west, x), min(south, y), max(east, x), max(north, y)


@dataclass(slots=True)
class Changes:
    """What a batch of alerts came to, to be written in one go."""

    begun: dict[int, Group] = field(default_factory=dict)  # by identity, in order
    joined: dict[int, list[Signal]] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    passed: dict[str, Signal] = field(default_factory=dict)
    merged: list[tuple[Group, Group]] = field(default_factory=list)  # (from, into)
    raised: dict[int, Group] = field(default_factory=dict)  # grew graver
    quiet: list[Group] = field(default_factory=list)
    repeated: int = 0
    suppressed: int = 0  # explained by a failed parent
    fleeting: int = 0
    chattering: dict[tuple[str, str], None] = field(default_factory=dict)

    def begin(self, group: Group) -> None:
        """Note that a group began."""
        self.begun[id(group)] = self.groups[id(group)] = group

    def join(self, group: Group, signal: Signal) -> None:
        """Note that an alert came to a group; it is no event any more."""
        self.groups[id(group)] = group
        self.joined.setdefault(id(group), []).append(signal)
        self.passed.pop(signal.id, None)

    def merge(self, other: Group, into: Group) -> None:
        """Note that a group is part of another; one that nobody has seen yet just moves."""
        if id(other) in self.begun:
            del self.begun[id(other)]
            moved = self.joined.pop(id(other), [])
            self.joined.setdefault(id(into), []).extend(moved)
            self.groups[id(into)] = into
            for old in [pair for pair in self.merged if pair[1] is other]:
                self.merged[self.merged.index(old)] = (old[0], into)
            return
        if id(other) in self.joined:
            self.groups[id(into)] = into
            self.joined.setdefault(id(into), []).extend(self.joined.pop(id(other)))
        self.merged.append((other, into))

    def forget(self, group: Group) -> None:
        """Take back that a group began."""
        self.begun.pop(id(group), None)
        self.groups.pop(id(group), None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        lists = (self.joined, self.passed, self.merged, self.quiet, self.raised)
        return not (any(lists) or self.fleeting)


IsOn = Callable[[Rule, Signal], bool]


def always(rule: Rule, signal: Signal) -> bool:
    """Tell that every rule is on everywhere."""
    return True
