"""Folds the room's entries into rounds and their projects."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import get_args

from dalgu.access.logbook import Entry
from dalgu.kernel.clock import local
from dalgu.kernel.terms import TermDeed, TermRule, Unit, applied
from dalgu.kernel.text import Text
from dalgu.services.citizens.budgets import deeds as d
from dalgu.services.citizens.budgets.state import Idea, Round, Rule, Step, Work

PLAN = TermRule(
    id="budget.plan",
    title=Text("선정 사업의 추진 계획 공개", "Plan of a funded project"),
    basis=Text("라운드 공고의 약속", "Promise of the round's call"),
    length=2,
    unit=Unit.MONTHS,
    extension=1,
    chain=(Text("담당 과장", "Head of the department"), Text("예산담당관", "Budget officer")),
)
TERMS: Mapping[str, TermRule] = {PLAN.id: PLAN}


class Rounds:
    """All rounds, by number."""

    def __init__(self) -> None:
        self.rounds: dict[int, Round] = {}
        self._folds: dict[type, Callable[[Entry], None]] = {
            d.Called: self._called,
            d.RuleChanged: self._rule_changed,
            d.IdeaGiven: self._idea_given,
            d.Checked: self._checked,
            d.VoteOpened: self._vote_opened,
            d.Counted: self._counted,
            d.Imported: self._imported,
            d.Moved: self._moved,
        }

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        if isinstance(entry.deed, get_args(TermDeed)):
            idea = self.by_subject(entry.subject)
            if idea is not None:
                idea.terms = applied(idea.terms, entry.deed, TERMS)
            return
        self._folds[type(entry.deed)](entry)

    def by_subject(self, subject: str) -> Idea | None:
        """Return the project of a subject, `None` where it is none."""
        kind, _, rest = subject.partition(":")
        number, _, project = rest.partition(":project:")
        if kind != "budget" or not number.isdecimal() or not project.isdecimal():
            return None
        found = self.rounds.get(int(number))
        return None if found is None else found.ideas.get(int(project))

    def _called(self, entry: Entry) -> None:
        deed: d.Called = entry.deed
        self.rounds[deed.number] = Round(
            number=deed.number,
            title=Text(deed.ko, deed.en),
            about=deed.about,
            amount=deed.amount,
            rule=Rule(deed.rule),
            step=deed.step,
            most=deed.most,
            least_age=deed.least_age,
            ideas_until=deed.ideas_until,
            called_at=entry.at,
            announced_at=entry.at,
        )

    def _rule_changed(self, entry: Entry) -> None:
        deed: d.RuleChanged = entry.deed
        found = self.rounds[deed.number]
        found.rule, found.step, found.why = Rule(deed.rule), deed.step, deed.reason
        found.announced_at = entry.at

    def _idea_given(self, entry: Entry) -> None:
        deed: d.IdeaGiven = entry.deed
        self.rounds[deed.number].ideas[deed.project] = Idea(
            deed.number, deed.project, deed.title, deed.text, deed.cost, deed.district,
            entry.actor, entry.at,
        )  # fmt: skip

    def _checked(self, entry: Entry) -> None:
        deed: d.Checked = entry.deed
        idea = self.rounds[deed.number].ideas[deed.project]
        idea.is_feasible, idea.cost, idea.reason = deed.is_feasible, deed.cost, deed.reason
        idea.department, idea.checked_at = deed.department, entry.at

    def _vote_opened(self, entry: Entry) -> None:
        deed: d.VoteOpened = entry.deed
        found = self.rounds[deed.number]
        found.closes_at, found.on_ballot = deed.closes_at, deed.projects

    def _counted(self, entry: Entry) -> None:
        deed: d.Counted = entry.deed
        found = self.rounds[deed.number]
        found.counted, found.counted_at = deed, entry.at
        if not found.is_imported:
            for idea in found.funded():
                idea.steps.append(Step(Work.FUNDED, entry.at, "", ""))

    def _imported(self, entry: Entry) -> None:
        deed: d.Imported = entry.deed
        found = self.rounds[deed.number] = _elsewhere(deed, entry)
        rows = zip(deed.titles, deed.costs, deed.ids, strict=True)
        for number, (title, cost, foreign) in enumerate(rows, 1):
            idea = Idea(deed.number, number, title, "", cost, "", entry.actor, entry.at)
            idea.cost, idea.is_feasible, idea.foreign_id = cost, True, foreign
            found.ideas[number] = idea
        found.on_ballot = tuple(found.ideas)

    def _moved(self, entry: Entry) -> None:
        deed: d.Moved = entry.deed
        step = Step(Work(deed.state), entry.at, deed.note, deed.evidence)
        self.rounds[deed.number].ideas[deed.project].steps.append(step)


def _elsewhere(deed: d.Imported, entry: Entry) -> Round:
    day: date = local(entry.at).date()
    return Round(
        number=deed.number,
        title=Text(deed.title, deed.title),
        about="",
        amount=deed.amount,
        rule=Rule(deed.rule),
        step=1,
        most=len(deed.ids),
        least_age=0,
        ideas_until=day,
        called_at=entry.at,
        announced_at=entry.at,
        closes_at=entry.at,
        is_imported=True,
        official=deed.official,
    )
