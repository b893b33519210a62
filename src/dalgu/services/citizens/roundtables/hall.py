"""The hall while it meets: steps of the agenda, what tables say, and the themes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.moderation.refusals import TextEmpty, TextTooLong
from dalgu.services.citizens.roundtables.deeds import Begun, Said, StepTaken
from dalgu.services.citizens.roundtables.fold import opinion_subject
from dalgu.services.citizens.roundtables.ledger import ROOM, Ledger, must_be
from dalgu.services.citizens.roundtables.plan import MINUTES_A_STEP, Stage
from dalgu.services.citizens.roundtables.refusals import (
    OpinionInvalid,
    OpinionOther,
    StepNotExisting,
    TooManyOpinions,
)
from dalgu.services.citizens.roundtables.state import Opinion, Roundtable

LONGEST_OPINION = 500  # signs: one speaks for one or two minutes
LONGEST_KEY = 64
MOST_OF_A_TABLE = 1_000  # opinions; ten people who speak for hours come to some 200
CLOCK_SLACK = timedelta(minutes=2)  # a tablet's clock may be ahead of the city's by this much
OLDEST = timedelta(days=1)  # what waited longer in a tablet is written down as of now


class OpinionDraft(msgspec.Struct, frozen=True):
    """An opinion as it was typed, perhaps long before it comes here."""

    key: str
    text: str
    at: datetime
    round: int = 1


class OpinionFate(StrEnum):
    """What became of a draft."""

    KEPT = "kept"
    ALREADY = "already"  # it is in the book since an earlier try
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OpinionOutcome:
    """What became of one draft."""

    key: str
    fate: OpinionFate
    opinion: Opinion | None = None
    refusal: DalguError | None = None


class Hall:
    """Steps and opinions."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def begin(self, actor: Actor, number: int) -> None:
        """Open the hall."""
        await self._ledger.move(actor, number, Begun(number), Stage.SEATED, Stage.SURVEYING)

    async def take_step(
        self, actor: Actor, number: int, step: int, minutes: int | None = None
    ) -> None:
        """Let a step of the agenda begin now, for the planned minutes or others."""

        def decide(one: Roundtable, at: datetime) -> list[msgspec.Struct]:
            must_be(one, Stage.LIVE)
            if not 0 <= step < len(one.plan.agenda):
                raise StepNotExisting(str(step))
            planned = one.plan.agenda[step].minutes
            lasting = max(1, min(minutes or planned, MINUTES_A_STEP))
            return [StepTaken(number, step, lasting)]

        await self._ledger.write(actor, number, decide)

    async def say(
        self, actor: Actor, number: int, table: int, drafts: Sequence[OpinionDraft]
    ) -> list[OpinionOutcome]:
        """Write down what a table said, each once however often it comes, in one stroke.

        A draft that is refused does not keep the others back. All that is kept is on disk at
        return.
        """
        one = self._ledger.get(number)
        checked = {draft.key: _checked(one, table, draft) for draft in drafts}
        kept: set[str] = set()

        def decide(at: datetime) -> list[Noted]:
            fresh = self._fresh(one, table, drafts, checked)
            kept.update(draft.key for draft in fresh)
            return [
                Noted(opinion_subject(number, draft.key), _said(number, table, draft, at))
                for draft in fresh
            ]

        await self._ledger.ground.book.write(actor, ROOM, decide)
        return [self._outcome(one, table, draft, checked, kept) for draft in drafts]

    def _fresh(
        self,
        one: Roundtable,
        table: int,
        drafts: Sequence[OpinionDraft],
        checked: dict[str, DalguError | None],
    ) -> list[OpinionDraft]:
        """Return what is to be written: each key once, as many as the table may still say."""
        room = MOST_OF_A_TABLE - sum(o.table == table for o in one.opinions.values())
        fresh = {
            draft.key: draft
            for draft in reversed(drafts)
            if checked[draft.key] is None and draft.key not in one.opinions
        }
        return list(reversed(fresh.values()))[:room]

    def _outcome(
        self,
        one: Roundtable,
        table: int,
        draft: OpinionDraft,
        checked: dict[str, DalguError | None],
        kept: set[str],
    ) -> OpinionOutcome:
        refused = checked[draft.key]
        known = one.opinions.get(draft.key)
        if refused is None and known is None:
            refused = TooManyOpinions(table, MOST_OF_A_TABLE)
        if refused is not None:
            return OpinionOutcome(draft.key, OpinionFate.REFUSED, refusal=refused)
        fate = OpinionFate.KEPT if draft.key in kept else OpinionFate.ALREADY
        return OpinionOutcome(draft.key, fate, known)


def _said(number: int, table: int, draft: OpinionDraft, now: datetime) -> Said:
    is_told = now - OLDEST <= draft.at <= now + CLOCK_SLACK
    at = min(draft.at, now) if is_told else now
    return Said(number, draft.key, table, draft.round, written(draft.text, LONGEST_OPINION), at)


def _checked(one: Roundtable, table: int, draft: OpinionDraft) -> DalguError | None:
    known = one.opinions.get(draft.key)
    try:
        if known is None:
            must_be(one, Stage.LIVE)
            _check(one, draft)
        elif (known.text, known.table) != (written(draft.text, LONGEST_OPINION), table):
            raise OpinionOther(draft.key)
    except DalguError as refused:
        return refused
    return None


def _check(one: Roundtable, draft: OpinionDraft) -> None:
    is_plain = draft.key.isascii() and draft.key.isprintable()
    if not is_plain or not 0 < len(draft.key) <= LONGEST_KEY:
        raise OpinionInvalid("key", f"have 1 to {LONGEST_KEY} plain signs")
    if draft.at.tzinfo is None:
        raise OpinionInvalid("at", "be an instant with its zone")
    if not 1 <= draft.round <= one.plan.rounds:
        raise OpinionInvalid("round", f"be from 1 to {one.plan.rounds}")
    # A facilitator writes for ten people at once, and tables say the same: bursts and
    # repetition, which the moderation refuses elsewhere, are what a hall is for.
    written(draft.text, LONGEST_OPINION)


def written(text: str, most: int) -> str:
    """Return a text as it may stand; raise `TextEmpty` or `TextTooLong`."""
    plain = text.replace("\r\n", "\n").strip()
    if not plain:
        raise TextEmpty
    if len(plain) > most:
        raise TextTooLong(len(plain), most)
    return plain
