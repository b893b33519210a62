"""What pages of a roundtable are drawn from: rows with shares, ready for a template."""

from collections.abc import Callable
from dataclasses import dataclass

from dalgu.services.citizens.roundtables.plan import Attribute
from dalgu.services.citizens.roundtables.shift import Shift, shift
from dalgu.services.citizens.roundtables.state import Opinion, Roundtable, Theme
from dalgu.services.citizens.roundtables.voting import box_id

Shown = Callable[[Roundtable, Opinion], str]


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme with its opinions; `share` is of the largest one, 0 to 1."""

    theme: Theme
    opinions: tuple[tuple[Opinion, str], ...]
    share: float


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question, how the hall moved on it once both ballots are counted, and its options."""

    id: str
    title: str
    options: dict[str, str]
    moved: Shift | None
    before: dict[str, int] | None
    after: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One value of an attribute: how many applied, may come, were drawn."""

    attribute: Attribute
    value: str
    pool: int
    panel: int
    least: int | None
    most: int | None


def theme_rows(one: Roundtable, shown: Shown) -> list[ThemeRow]:
    """Return the themes that stand, the largest first, each with all its opinions."""
    themes = one.standing_themes()
    largest = max((len(theme.opinions) for theme in themes), default=0)
    return [
        ThemeRow(
            theme,
            tuple((one.opinions[key], shown(one, one.opinions[key])) for key in theme.opinions),
            len(theme.opinions) / largest if largest else 0.0,
        )
        for theme in themes
    ]


def question_rows(one: Roundtable) -> list[QuestionRow]:
    """Return the questions with what the hall said to each before and after."""
    found = []
    for question in one.plan.questions:
        before, after = (
            _counts(one, box_id(one.number, question.id, when)) for when in ("before", "after")
        )
        both = before is not None and after is not None
        moved = shift(question.option_ids, before or {}, after or {}) if both else None
        options = dict(zip(question.option_ids, question.options, strict=True))
        found.append(QuestionRow(question.id, question.title, options, moved, before, after))
    return found


def group_rows(one: Roundtable) -> list[GroupRow]:
    """Return who applied, who may come and who was drawn, by value of each attribute."""
    quotas = {(quota.attribute, quota.value): quota for quota in one.quotas}
    found = []
    for attribute in Attribute:
        pool = one.tally(attribute, (applicant.id for applicant in one.pool))
        panel = one.tally(attribute, one.panel)
        for value in sorted(pool):
            quota = quotas.get((attribute, value))
            found.append(
                GroupRow(
                    attribute,
                    value,
                    pool[value],
                    panel.get(value, 0),
                    quota.least if quota else None,
                    quota.most if quota else None,
                )
            )
    return found


def _counts(one: Roundtable, box: str) -> dict[str, int] | None:
    state = one.boxes.get(box)
    return None if state is None else state.counts
