"""What each deed does to the proposals: a fold, the same at every reading of the book."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.terms import TermDeed, TermRule, applied
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.spaces import Space, rules, shipped
from dalgu.services.citizens.proposals.state import (
    Comment,
    Event,
    Proposal,
    Support,
    Waiting,
)
from dalgu.services.citizens.proposals.words import Decision, Kind, Stage

UNTOLD = (  # of the history that everybody sees
    d.Supported, d.SupportWithdrawn, d.Commented, d.CommentSupported, d.CommentSupportWithdrawn,
    d.CarryChosen,
)  # fmt: skip
# Deeds that only move it to another stage.
MOVES: dict[type, Stage] = {
    d.Withdrawn: Stage.WITHDRAWN,
    d.Archived: Stage.ARCHIVED,
    d.SupplementLapsed: Stage.ROUTED,
    d.Stalled: Stage.STALLED,
    d.Reopened: Stage.ROUTED,
    d.DebateHeld: Stage.ANSWERED,
    d.AskClosed: Stage.GATHERED,
}


class Folded:
    """All proposals, spaces and templates as the book has them."""

    def __init__(self) -> None:
        self.all: dict[int, Proposal] = {}
        self.spaces: dict[str, Space] = {one.id: one for one in shipped().spaces}
        self.rules: dict[str, TermRule] = {
            id: rule for one in self.spaces.values() for id, rule in rules(one).items()
        }
        self.templates: dict[str, d.TemplateKept] = {}
        self.supported: dict[str, set[int]] = defaultdict(set)  # account to what it supports
        self.newest = 0

    def take(self, entry: Entry) -> None:
        """Fold one entry of the room."""
        deed = entry.deed
        match deed:
            case d.SpaceSet():
                self.spaces[deed.space.id] = deed.space
                self.rules |= rules(deed.space)
            case d.TemplateKept():
                self._keep(deed)
            case d.Published():
                self._publish(deed, entry)
            case _:
                self._change(self.all[int(entry.subject.rpartition(":")[2])], entry)

    def _keep(self, deed: d.TemplateKept) -> None:
        if deed.text:
            self.templates[deed.name] = deed
        else:
            self.templates.pop(deed.name, None)

    def _publish(self, deed: d.Published, entry: Entry) -> None:
        space = self.spaces[deed.space]
        is_asked = space.kind is Kind.ASK
        self.newest = max(self.newest, deed.number)
        self.all[deed.number] = Proposal(
            number=deed.number,
            space=deed.space,
            kind=space.kind,
            title=deed.title,
            text=deed.text,
            topic=deed.topic,
            language=deed.language,
            at=entry.at,
            authors=[entry.actor],
            place=deed.place,
            stage=Stage.ASKING if is_asked else Stage.MATURING,
            similar=deed.similar,
            follows=deed.follows,
            closes_at=deed.closes_at or entry.at + space.window,
            department=deed.department,
            history=[Event(entry.at, entry.actor, deed)],
        )

    def _change(self, found: Proposal, entry: Entry) -> None:
        deed: Any = entry.deed
        if isinstance(deed, TermDeed):
            found.terms = applied(found.terms, deed, self.rules)
        elif type(deed) in MOVES:
            found.stage = MOVES[type(deed)]
        else:
            CHANGES[type(deed)](self, found, deed, entry)
        if not isinstance(deed, UNTOLD):
            found.history.append(Event(entry.at, entry.actor, deed))
        if isinstance(deed, d.SupplementLapsed | d.Reopened):
            found.supplement = None

    def _add(self, found: Proposal, voice: str, support: Support) -> None:
        found.supports.setdefault(voice, support)
        self.supported[support.account].add(found.number)

    def supported_by(self, found: Proposal, deed: d.Supported, entry: Entry) -> None:
        """Count a voice."""
        found.waiting.pop(deed.voice, None)
        self._add(found, deed.voice, Support(entry.actor, entry.at))

    def left_by(self, found: Proposal, deed: d.SupportWithdrawn, entry: Entry) -> None:
        """Take a voice away."""
        gone = found.supports.pop(deed.voice, None)
        if gone is not None:
            self.supported[gone.account].discard(found.number)

    def took_in(self, found: Proposal, deed: d.TookIn, entry: Entry) -> None:
        """Let the authors in, and ask the supporters."""
        found.took_in.append(deed.number)
        found.authors += [one for one in deed.authors if one not in found.authors]
        if found.closes_at is not None:  # whoever is asked can still bring the threshold
            found.closes_at = max(found.closes_at, _end_of_notice(deed.until))
        for one in deed.carried:
            if one.voice not in found.supports:
                found.waiting[one.voice] = Waiting(one.account, deed.number, deed.until)

    def chosen(self, found: Proposal, deed: d.CarryChosen, entry: Entry) -> None:
        """Count a voice that comes over, or let it go."""
        waiting = found.waiting.pop(deed.voice, None)
        if waiting is not None and deed.is_agreed:
            self._add(found, deed.voice, Support(waiting.account, entry.at, waiting.via))

    def carry_ended(self, found: Proposal, deed: d.CarryEnded, entry: Entry) -> None:
        """Count those who kept silent, or let them go."""
        silent = {v: one for v, one in found.waiting.items() if one.via == deed.number}
        for voice, one in silent.items():
            del found.waiting[voice]
            if deed.is_counted:
                self._add(found, voice, Support(one.account, entry.at, one.via))


def _commented(all_: Folded, found: Proposal, deed: d.Commented, entry: Entry) -> None:
    found.comments[deed.comment] = Comment(
        deed.comment, deed.side, deed.text, entry.actor, entry.at, deed.parent
    )


def _comment_supported(
    all_: Folded, found: Proposal, deed: d.CommentSupported, entry: Entry
) -> None:
    found.comments[deed.comment].supports[deed.voice] = entry.actor


def _comment_left(
    all_: Folded, found: Proposal, deed: d.CommentSupportWithdrawn, entry: Entry
) -> None:
    found.comments[deed.comment].supports.pop(deed.voice, None)


def _reached(all_: Folded, found: Proposal, deed: d.Reached, entry: Entry) -> None:
    found.reached[deed.act] = entry.at
    if found.stage is Stage.MATURING:
        found.stage = Stage.REACHED


def _routed(all_: Folded, found: Proposal, deed: d.Routed, entry: Entry) -> None:
    found.department, found.stage = deed.department, Stage.ROUTED


def _transferred(all_: Folded, found: Proposal, deed: d.Transferred, entry: Entry) -> None:
    found.department = deed.department


def _asked_more(all_: Folded, found: Proposal, deed: d.SupplementAsked, entry: Entry) -> None:
    found.supplement, found.stage = (deed.what, deed.until), Stage.SUPPLEMENT


def _supplied(all_: Folded, found: Proposal, deed: d.Supplemented, entry: Entry) -> None:
    found.supplement, found.stage = None, Stage.ROUTED


def _merged(all_: Folded, found: Proposal, deed: d.Merged, entry: Entry) -> None:
    found.merged_into, found.stage = deed.into, Stage.MERGED


def _converted(all_: Folded, found: Proposal, deed: d.Converted, entry: Entry) -> None:
    found.request, found.stage = deed.request, Stage.CONVERTED


def _answered(all_: Folded, found: Proposal, deed: d.Answered, entry: Entry) -> None:
    found.answers.append(deed)
    found.answered_on, found.stage = _day(entry.at), Stage.ANSWERED


def _planned(all_: Folded, found: Proposal, deed: d.Planned, entry: Entry) -> None:
    found.plan, found.stage = deed, Stage.PLANNED


def _implemented(all_: Folded, found: Proposal, deed: d.Implemented, entry: Entry) -> None:
    found.implemented, found.evidence = deed.text, deed.evidence
    found.stage = Stage.IMPLEMENTED


def _appealed(all_: Folded, found: Proposal, deed: d.Appealed, entry: Entry) -> None:
    found.is_appealed, found.stage = True, Stage.APPEALED


def _fulfilled(all_: Folded, found: Proposal, deed: d.Fulfilled, entry: Entry) -> None:
    found.fulfilled[deed.act] = deed.record


def _decided(all_: Folded, found: Proposal, deed: d.CommitteeDecided, entry: Entry) -> None:
    found.is_granted = deed.is_granted
    found.stage = Stage.DEBATING if deed.is_granted else Stage.ANSWERED
    if not deed.is_granted:
        found.answers.append(d.Answered(Decision.REFUSE, found.department, deed.reason))
        found.answered_on = deed.on


def _recorded(all_: Folded, found: Proposal, deed: d.ResultRecorded, entry: Entry) -> None:
    found.result, found.stage = deed, Stage.ANSWERED


def _end_of_notice(until: date) -> datetime:
    """Return the end of the day on which silent supports are counted."""
    return datetime.combine(until + timedelta(days=2), time(), LOCAL)


def _day(at: datetime) -> Any:
    return local(at).date()


CHANGES: dict[type, Callable[[Folded, Proposal, Any, Entry], None]] = {
    d.Supported: Folded.supported_by,
    d.SupportWithdrawn: Folded.left_by,
    d.TookIn: Folded.took_in,
    d.CarryChosen: Folded.chosen,
    d.CarryEnded: Folded.carry_ended,
    d.Commented: _commented,
    d.CommentSupported: _comment_supported,
    d.CommentSupportWithdrawn: _comment_left,
    d.Reached: _reached,
    d.Routed: _routed,
    d.Transferred: _transferred,
    d.SupplementAsked: _asked_more,
    d.Supplemented: _supplied,
    d.Merged: _merged,
    d.Converted: _converted,
    d.Answered: _answered,
    d.Planned: _planned,
    d.Implemented: _implemented,
    d.Appealed: _appealed,
    d.Fulfilled: _fulfilled,
    d.CommitteeDecided: _decided,
    d.ResultRecorded: _recorded,
}
