"""How citizens judge a demonstration: criteria scored, and authors never deciding alone. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.refusals import ScoreInvalid

LOW, HIGH = 1, 10
PASS_MARK = 6.0  # mean of all criteria
LEAST_SCORERS = 10
CRITERIA = {
    "effect": Text("효과: 불편이 줄었다", "Effect: the trouble is less"),
    "use": Text("사용: 쓰기 쉽다", "Use: it is easy to use"),
    "fair": Text("공평: 누구에게나 도움이 된다", "Fairness: it helps everybody"),
    "lasting": Text("지속: 계속 운영할 만하다", "Lasting: it is worth keeping"),
}


@dataclass(frozen=True, slots=True)
class Score:
    """What one citizen gave, by criterion; `is_author` for a member of the problem's team."""

    is_author: bool
    marks: Mapping[str, int]

    @property
    def mean(self) -> float:
        """The mean of its criteria."""
        return sum(self.marks.values()) / len(self.marks)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of all scores; means are of the scale 1 to 10, `None` where nobody scored."""

    scorers: int
    authors: int
    mean: float | None
    mean_of_others: float | None
    by_criterion: Mapping[str, float]

    @property
    def is_enough(self) -> bool:
        """Whether enough citizens scored, and at least half of them are no authors."""
        return self.scorers >= LEAST_SCORERS and 2 * self.authors <= self.scorers

    @property
    def is_passed(self) -> bool:
        """Whether it passes by all scores and by those of others than its authors alone."""
        others = self.mean_of_others
        return (
            self.is_enough
            and self.mean is not None
            and others is not None
            and min(self.mean, others) >= PASS_MARK
        )


def evaluated(scores: Iterable[Score]) -> Evaluation:
    """Return the outcome of scores, each with a mark for every criterion.

    >>> evaluated([Score(False, {"effect": 8}), Score(True, {"effect": 10})]).mean_of_others
    8.0
    """
    given = list(scores)
    others = [one for one in given if not one.is_author]
    criteria = {name for one in given for name in one.marks}
    return Evaluation(
        scorers=len(given),
        authors=len(given) - len(others),
        mean=_mean(one.mean for one in given),
        mean_of_others=_mean(one.mean for one in others),
        by_criterion={
            name: _mean(one.marks[name] for one in given if name in one.marks) or 0.0
            for name in sorted(criteria)
        },
    )


def whole_marks(marks: Mapping[str, int], criteria: Mapping[str, Text]) -> dict[str, int]:
    """Return a mark for each criterion; raise `ScoreInvalid` where one is out of the scale."""
    for name in criteria:
        if not LOW <= marks.get(name, 0) <= HIGH:
            raise ScoreInvalid(name, LOW, HIGH)
    return {name: marks[name] for name in criteria}


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
