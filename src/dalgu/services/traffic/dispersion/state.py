"""How dispersion stands: signs, plans and what is shown; a fold of its deeds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.access.logbook import Entry
from dalgu.services.traffic.dispersion import deeds as d


class Step(StrEnum):
    """How far a plan is."""

    DRAWN = "drawn"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Words:
    """What a sign is to show in both languages."""

    ko: d.Message
    en: d.Message


@dataclass(slots=True)
class PlanState:
    """A closure thought through, and what became of it."""

    number: int
    draft: d.Draft
    drawn_at: datetime
    drawn_by: str
    words: dict[str, Words]  # by sign
    step: Step = Step.DRAWN
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    shown_on: tuple[str, ...] = ()
    proposals: tuple[int, ...] = ()
    why: str = ""


@dataclass(slots=True)
class DispersionState:
    """Signs by name, plans by number, and who did what."""

    signs: dict[str, d.SignPlaced] = field(default_factory=dict)
    plans: dict[int, PlanState] = field(default_factory=dict)
    told: list[Entry] = field(default_factory=list)  # oldest first

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        folds: dict[type, Callable[[Entry], None]] = {
            d.SignPlaced: self._placed,
            d.SignRemoved: self._removed,
            d.PlanDrawn: self._drawn,
            d.TextEdited: self._edited,
            d.PlanSent: self._sent,
            d.PlanWithdrawn: self._withdrawn,
        }
        folds[type(entry.deed)](entry)
        self.told.append(entry)

    def showing(self, sign: str) -> PlanState | None:
        """Return the plan that a sign shows now, `None` where it is dark."""
        for plan in self.plans.values():
            if plan.step is Step.SENT and sign in plan.shown_on:
                return plan
        return None

    def _placed(self, entry: Entry) -> None:
        self.signs[entry.deed.sign] = entry.deed

    def _removed(self, entry: Entry) -> None:
        self.signs.pop(entry.deed.sign, None)

    def _drawn(self, entry: Entry) -> None:
        deed: d.PlanDrawn = entry.deed
        words = {one.sign: Words(one.ko, one.en) for one in deed.draft.signs}
        self.plans[deed.number] = PlanState(deed.number, deed.draft, entry.at, entry.actor, words)

    def _edited(self, entry: Entry) -> None:
        deed: d.TextEdited = entry.deed
        self.plans[deed.number].words[deed.sign] = Words(deed.ko, deed.en)

    def _sent(self, entry: Entry) -> None:
        deed: d.PlanSent = entry.deed
        plan = self.plans[deed.number]
        plan.step, plan.sent_at = Step.SENT, entry.at
        plan.shown_on, plan.proposals = deed.signs, deed.proposals

    def _withdrawn(self, entry: Entry) -> None:
        deed: d.PlanWithdrawn = entry.deed
        plan = self.plans[deed.number]
        plan.step, plan.ended_at, plan.why = Step.WITHDRAWN, entry.at, deed.why
