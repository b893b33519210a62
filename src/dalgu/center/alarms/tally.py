"""What the book knows of alerts that became no incident, and of how many there were when."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from dalgu.access.logbook import Entry
from dalgu.center.alarms.deeds import Batch, Ended, Passed, RuleSet

EVENTS_MOST = 50_000  # newest events that are listed one by one; the book holds all
BATCHES_MOST = 100_000


class Heard(NamedTuple):
    """How many alerts came at an instant, and what became of them."""

    at_s: float
    heard: int
    joined: int
    repeated: int
    suppressed: int
    passed: int
    fleeting: int
    chattering: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Setting:
    """What is set of a rule, and who set it when."""

    deed: RuleSet
    at: datetime
    actor: str


@dataclass(slots=True)
class Tally:
    """The fold of the room's entries."""

    events: dict[str, tuple[Passed, datetime]] = field(default_factory=dict)
    batches: deque[Heard] = field(default_factory=lambda: deque(maxlen=BATCHES_MOST))
    settings: dict[str, Setting] = field(default_factory=dict)
    set_before: list[Setting] = field(default_factory=list)  # every setting, oldest first
    ended: dict[str, datetime] = field(default_factory=dict)  # incident id to when

    def take(self, entry: Entry) -> None:
        """Take an entry of the room."""
        deed = entry.deed
        if isinstance(deed, Batch):
            self._take_batch(deed, entry.at)
        elif isinstance(deed, RuleSet):
            setting = Setting(deed, entry.at, entry.actor)
            self.settings[deed.rule] = setting
            self.set_before.append(setting)
        elif isinstance(deed, Ended):
            self.ended[entry.subject] = entry.at

    def _take_batch(self, deed: Batch, at: datetime) -> None:
        if deed.drill is not None:
            return
        for one in deed.passed:
            self.events.pop(one.alert, None)
            self.events[one.alert] = one, at
        while len(self.events) > EVENTS_MOST:
            del self.events[next(iter(self.events))]
        self.batches.append(
            Heard(
                at.timestamp(),
                deed.heard,
                deed.joined,
                deed.repeated,
                deed.suppressed,
                len(deed.passed),
                deed.fleeting,
                deed.chattering,
            )
        )
