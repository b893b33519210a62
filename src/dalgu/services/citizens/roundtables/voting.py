"""Ballots and scoring sheets of the hall, in boxes of the ballots room, one voice for a seat."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import product

import msgspec

from dalgu.access.actor import Actor
from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.ballots import Ballots, Box, Receipt
from dalgu.services.citizens.ballots.refusals import BoxTaken, TokenTaken
from dalgu.services.citizens.roundtables.deeds import (
    BoxCounted,
    BoxesOpened,
    CandidateScored,
    CellScored,
    FirmnessFound,
    Penalised,
    Scored,
)
from dalgu.services.citizens.roundtables.ledger import Ledger, must_be
from dalgu.services.citizens.roundtables.plan import Choice, Criterion, Plan, Stage, StepKind
from dalgu.services.citizens.roundtables.refusals import (
    BallotGiven,
    BallotNotAsked,
    PenaltyInvalid,
    ScoresNotCounted,
    SeatsVoteOnly,
)
from dalgu.services.citizens.roundtables.scoring import (
    BEST_MARK,
    Rules,
    Standing,
    Variant,
    Weighted,
    cell,
    firmness,
    scores,
)
from dalgu.services.citizens.roundtables.state import BoxState, Roundtable

WHEN = {StepKind.BALLOT_BEFORE: "before", StepKind.BALLOT_AFTER: "after"}
SHEET = "scores"
MOST_PENALTY = 1_000  # points


def box_id(number: int, question: str, when: str) -> str:
    """Return the id of the box of a question.

    >>> box_id(2, "q1", "before"), box_id(2, "sheet", "scores")
    ('roundtable-2-q1-before', 'roundtable-2-sheet-scores')
    """
    return f"roundtable-{number}-{question}-{when}"


def sheet_id(number: int) -> str:
    """Return the id of the box of scoring sheets."""
    return box_id(number, "sheet", SHEET)


def boxes_of(one: Roundtable, kind: StepKind) -> list[Box]:
    """Return the boxes that a step of the agenda opens."""
    plan = one.plan
    if kind is StepKind.SCORING:
        title = Text(plan.title, plan.title_en or plan.title)
        return [Box(sheet_id(one.number), title, "scores", _cells(plan), scale=(1, BEST_MARK))]
    if kind not in WHEN:
        return []
    return [
        Box(
            box_id(one.number, question.id, WHEN[kind]),
            Text(question.title, question.title),
            "choice",
            question.option_ids,
        )
        for question in plan.questions
    ]


def admitted(actor: Actor, box: str) -> str:
    """Refuse everybody who comes to a box of a hall by the page of all boxes."""
    raise SeatsVoteOnly(box)


def option_title(one: Roundtable, box: str, option: str) -> Text:
    """Return what an option of a box of a roundtable is called."""
    names = {cell(c.id, k.id): f"{c.title} · {k.title}" for c, k in _pairs(one.plan)}
    for question in one.plan.questions:
        if f"-{question.id}-" in box:
            names |= dict(zip(question.option_ids, question.options, strict=True))
    title = names.get(option, option)
    return Text(title, title)


def rules_of(plan: Plan) -> Rules:
    """Return by what the sheets are counted."""
    return Rules(
        tuple(one.id for one in plan.candidates),
        tuple(Weighted(one.id, one.weight) for one in plan.criteria),
        plan.trim_pct,
    )


def _cells(plan: Plan) -> tuple[str, ...]:
    return tuple(cell(candidate.id, criterion.id) for candidate, criterion in _pairs(plan))


def _pairs(plan: Plan) -> Iterator[tuple[Choice, Criterion]]:
    return product(plan.candidates, plan.criteria)


class Voting:
    """Opens boxes with the agenda, takes ballots by seat, counts sheets."""

    def __init__(self, ledger: Ledger, ballots: Ballots) -> None:
        self._ledger, self._ballots = ledger, ballots
        self._voice = ledger.ground.access.keyed("citizens.roundtable.ballot")
        # Tokens that were drawn for a seat whose ballot did not come to its end, until it does.
        self._waiting: dict[tuple[str, str], str] = {}

    async def follow_agenda(self, actor: Actor, number: int) -> None:
        """Open the boxes of the step that runs and close those of others; harmless twice."""
        one = self._ledger.get(number)
        step = one.step_now
        wanted = boxes_of(one, step.kind) if step is not None else []
        ids = {box.id for box in wanted}
        for box in list(one.boxes.values()):
            if box.is_open and box.id not in ids:
                await self.close(actor, number, box.id)
        for new in wanted:
            if new.id not in self._ballots.boxes:
                await self._open(actor, new)
        fresh = tuple(box.id for box in wanted if box.id not in one.boxes)
        if fresh:
            await self._ledger.move(actor, number, BoxesOpened(number, fresh), Stage.LIVE)

    async def _open(self, actor: Actor, box: Box) -> None:
        try:
            await self._ballots.open(actor, box)
        except BoxTaken:  # somebody took the same step at the same moment
            return

    async def close(self, actor: Actor, number: int, box: str) -> None:
        """Close a box and write its count down; harmless when it is closed."""
        if not self._is_open(self._ledger.get(number), box):
            return
        await self._ballots.close(actor, box)
        marks = self._ballots.ballots(box)
        counts: dict[str, int] = dict.fromkeys(self._ballots.state(box).box.options, 0)
        for ballot in marks:
            for option, mark in ballot.items():
                counts[option] += mark

        def decide(one: Roundtable, at: datetime) -> list[msgspec.Struct]:
            is_open = self._is_open(one, box)
            return [BoxCounted(number, box, counts, len(marks))] if is_open else []

        await self._ledger.write(actor, number, decide)
        self._waiting = {key: kept for key, kept in self._waiting.items() if key[0] != box}
        if box == sheet_id(number):
            await self.count_scores(actor, number)

    async def cast(self, number: int, seat: str, box: str, marks: Mapping[str, int]) -> Receipt:
        """Take a seat's ballot; at return it is on disk.

        Raises
        ------
        BallotNotAsked
            When the box is not open here.
        BallotGiven
            When the seat has had its ballot.
        BallotInvalid
            When the box takes no such marks; the seat may try again.
        """
        if not self._is_open(self._ledger.get(number), box):
            raise BallotNotAsked(box)
        key = (box, seat)
        if key not in self._waiting:
            self._waiting[key] = await self._token(box, seat)
        receipt = await self._ballots.cast(box, self._waiting[key], marks)
        self._waiting.pop(key, None)
        return receipt

    async def blind_token(self, number: int, seat: str, box: str, blinded: bytes) -> bytes:
        """Return the blind signature of what a seat's phone blinded: nobody here can know it."""
        if not self._is_open(self._ledger.get(number), box):
            raise BallotNotAsked(box)
        try:
            return await self._ballots.blind_token(box, self.voice(box, seat), blinded)
        except TokenTaken:
            raise BallotGiven(box) from None

    def voice(self, box: str, seat: str) -> str:
        """Return the voice of a seat for a box: voices of two boxes cannot be joined."""
        return self._voice(f"{box}|{seat}")

    def has_voted(self, box: str, seat: str) -> bool:
        """Tell whether a seat has had its ballot of a box."""
        is_waiting = (box, seat) in self._waiting
        return not is_waiting and self._ballots.has_drawn(box, self.voice(box, seat))

    def turnout(self, box: BoxState) -> int:
        """Return how many ballots lie in a box."""
        return self._ballots.count(box.id) if box.is_open else box.cast

    async def penalise(
        self, actor: Actor, number: int, candidate: str, points: int, reason: str
    ) -> None:
        """Take points off a candidate for campaigning."""

        def decide(one: Roundtable, at: datetime) -> list[msgspec.Struct]:
            must_be(one, Stage.LIVE)
            known = {choice.id for choice in one.plan.candidates}
            if candidate not in known or not 0 < points <= MOST_PENALTY or not reason.strip():
                raise PenaltyInvalid
            deed = Penalised(number, candidate, points, reason.strip())
            return [deed, *self._scored(one, {candidate: points})]

        await self._ledger.write(actor, number, decide)

    async def count_scores(self, actor: Actor, number: int) -> None:
        """Count the closed scoring sheets; raise `ScoresNotCounted` while they are open."""

        def decide(one: Roundtable, at: datetime) -> list[msgspec.Struct]:
            must_be(one, Stage.LIVE)
            found = self._scored(one, {})
            if not found:
                raise ScoresNotCounted(number)
            return found

        await self._ledger.write(actor, number, decide)

    def _scored(self, one: Roundtable, more: Mapping[str, int]) -> list[msgspec.Struct]:
        sheet = one.boxes.get(sheet_id(one.number))
        if sheet is None or sheet.is_open:
            return []
        marks = self._ballots.ballots(sheet.id)
        rules = rules_of(one.plan)
        taken = {c: one.penalty_of(c) + more.get(c, 0) for c in rules.candidates}
        standings = tuple(_published(found) for found in scores(marks, rules, taken))
        firm = tuple(_firmness(found) for found in firmness(marks, rules, taken))
        return [Scored(one.number, standings, firm)]

    def _is_open(self, one: Roundtable, box: str) -> bool:
        return box in one.boxes and one.boxes[box].is_open

    async def _token(self, box: str, seat: str) -> str:
        try:
            return await self._ballots.token(box, self.voice(box, seat))
        except TokenTaken:
            raise BallotGiven(box) from None


def _published(one: Standing) -> CandidateScored:
    cells = tuple(
        CellScored(found.criterion, _rounded(found.mean, 3), found.counted, found.cut)
        for found in one.cells
    )
    return CandidateScored(
        one.candidate, cells, _rounded(one.points), _rounded(one.penalty),
        _rounded(one.total), one.rank,
    )  # fmt: skip


def _firmness(one: Variant) -> FirmnessFound:
    return FirmnessFound(
        one.trim_pct, one.is_weighted, one.has_penalties, one.winners, _rounded(one.lead)
    )


def _rounded(value: Fraction, digits: int = 2) -> float:
    return float(round(value, digits))
