"""From people to what was completed: the counts of the funnel and why problems stopped. Pure.

A problem is in research and development once its plan is decided (G5), and completed once its
demonstration is (G6). Every problem stands at one end alone, so the columns add up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.gates import REASONS, Gate, StopReason
from dalgu.services.citizens.discovery.state import Problem, Round

OPEN = "open"  # still on its way


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in the funnel."""

    number: int
    title: Text
    people: int
    problems: int
    planned: int
    completed: int
    stopped_before: Mapping[str, int]  # by reason, or `open`


@dataclass(frozen=True, slots=True)
class Funnel:
    """All rounds; the two mappings count problems by reason, or `open`, on each side of the plan.

    `stopped_before` holds those that never were planned, `stopped_after` those that were and are
    not completed.
    """

    rounds: tuple[RoundLine, ...]
    stopped_before: Mapping[str, int]
    stopped_after: Mapping[str, int]

    @property
    def people(self) -> int:
        """Who completed a round."""
        return sum(one.people for one in self.rounds)

    @property
    def problems(self) -> int:
        """Problems that were defined."""
        return sum(one.problems for one in self.rounds)

    @property
    def planned(self) -> int:
        """Problems with a decided plan."""
        return sum(one.planned for one in self.rounds)

    @property
    def completed(self) -> int:
        """Problems with a completed demonstration."""
        return sum(one.completed for one in self.rounds)


def funnel(rounds: Iterable[Round], problems: Iterable[Problem]) -> Funnel:
    """Return the funnel of rounds; problems that are only observed do not count yet."""
    defined = [one for one in problems if one.passed(Gate.DEFINED)]
    lines = []
    for found in sorted(rounds, key=lambda one: one.number):
        own = [one for one in defined if one.round == found.number]
        lines.append(
            RoundLine(
                found.number,
                found.title,
                found.citizens,
                len(own),
                sum(one.passed(Gate.PLANNED) for one in own),
                sum(one.passed(Gate.DEMONSTRATED) for one in own),
                _ends(one for one in own if not one.passed(Gate.PLANNED)),
            )
        )
    return Funnel(
        tuple(lines),
        _ends(one for one in defined if not one.passed(Gate.PLANNED)),
        _ends(
            one for one in defined if one.passed(Gate.PLANNED) and not one.passed(Gate.DEMONSTRATED)
        ),
    )


def reason_title(key: str) -> Text:
    """Return how people call a reason, or that a problem is still on its way."""
    return OPEN_TITLE if key == OPEN else REASONS[StopReason(key)]


OPEN_TITLE = Text("진행 중", "On its way")


def _ends(problems: Iterable[Problem]) -> dict[str, int]:
    counted = Counter(OPEN if one.stop is None else str(one.stop) for one in problems)
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
