"""Ballots of the hall: one for a seat, secret, counted when the agenda moves on."""

import asyncio

import pytest

from dalgu.services.citizens.ballots.recount import recount
from dalgu.services.citizens.ballots.refusals import BallotInvalid
from dalgu.services.citizens.roundtables.plan import StepKind
from dalgu.services.citizens.roundtables.refusals import (
    BallotGiven,
    BallotNotAsked,
    PenaltyInvalid,
    ScoresNotCounted,
    SeatsVoteOnly,
)
from dalgu.services.citizens.roundtables.voting import box_id, sheet_id


def marks(p1, p2):
    return {"p1.c1": p1, "p1.c2": p1, "p2.c1": p2, "p2.c2": p2}


def test_each_seat_votes_once_and_the_next_step_counts(live):
    box = box_id(live.number, "q1", "before")
    with pytest.raises(BallotNotAsked):
        live.cast(live.one.members[0], box, {"o1": 1})
    live.step(StepKind.BALLOT_BEFORE)
    for at, seat in enumerate(live.one.members):
        live.cast(seat, box, {f"o{1 + at % 3}": 1})
    with pytest.raises(BallotGiven):
        live.cast(live.one.members[0], box, {"o1": 1})
    assert live.one.boxes[box].counts is None  # nobody sees a count while the box is open
    live.step(StepKind.DISCUSSION)
    assert live.one.boxes[box].counts == {"o1": 4, "o2": 4, "o3": 4}
    with pytest.raises(BallotNotAsked):
        live.cast(live.one.members[0], box, {"o1": 1})
    told = recount(live.do(live.town.rooms.ballots.file(box)))
    assert len(told.ballots) == 12


def test_an_invalid_ballot_does_not_cost_the_seat_its_vote(live):
    live.step(StepKind.BALLOT_BEFORE)
    seat, box = live.one.members[0], box_id(live.number, "q1", "before")
    with pytest.raises(BallotInvalid):
        live.cast(seat, box, {"o9": 1})
    assert not live.room.voting.has_voted(box, seat)
    assert live.cast(seat, box, {"o2": 1}).code
    assert live.room.voting.has_voted(box, seat)


def test_two_presses_at_once_are_one_ballot(live):
    live.step(StepKind.BALLOT_BEFORE)
    seat, box = live.one.members[0], box_id(live.number, "q1", "before")
    cast = live.room.voting.cast

    async def both():
        presses = (cast(live.number, seat, box, {"o1": 1}) for _ in range(2))
        return await asyncio.gather(*presses, return_exceptions=True)

    live.do(both())
    assert live.town.rooms.ballots.count(box) == 1


def test_taking_a_step_twice_opens_its_boxes_once(live):
    live.step(StepKind.BALLOT_BEFORE)
    live.step(StepKind.BALLOT_BEFORE)
    assert list(live.one.boxes) == [box_id(live.number, "q1", "before")]


def test_who_holds_no_seat_does_not_vote_in_the_hall(live):
    live.step(StepKind.BALLOT_BEFORE)
    town, box = live.town, box_id(live.number, "q1", "before")
    with pytest.raises(SeatsVoteOnly):
        town.run(town.rooms.voting.vote(town.citizen(), box, {"o1": 1}))
    assert town.rooms.voting.title_of(box, "o2").ko == "북쪽"


def test_sheets_are_counted_by_the_rules_when_the_scoring_ends(live):
    room, staff, number = live.room, live.town.staff, live.number
    live.step(StepKind.SCORING)
    with pytest.raises(ScoresNotCounted):
        live.do(room.voting.count_scores(staff, number))
    sheet = sheet_id(number)
    for at, seat in enumerate(live.one.members):
        live.cast(seat, sheet, marks(10 if at == 0 else 6, 1 if at == 0 else 7))
    live.step(StepKind.CLOSING)
    # 10 % of 12 sheets is one at each end: the loud one is cut, 700 against 600 points
    assert [(one.candidate, one.total) for one in live.one.standings] == [
        ("p2", 700.0),
        ("p1", 600.0),
    ]
    live.do(room.voting.penalise(staff, number, "p2", 150, "정한 기간 밖의 홍보"))
    assert [(one.candidate, one.total) for one in live.one.winners()] == [("p1", 600.0)]
    assert [one.winners for one in live.one.firmness if not one.has_penalties] == [("p2",)]
    for wrong in (("p9", 5, "x"), ("p1", 0, "x"), ("p1", 5, " ")):
        with pytest.raises(PenaltyInvalid):
            live.do(room.voting.penalise(staff, number, *wrong))


def test_nothing_in_the_book_joins_a_seat_with_its_ballot(live):
    live.step(StepKind.BALLOT_BEFORE)
    seat, box = live.one.members[0], box_id(live.number, "q1", "before")
    before = live.town.ground.book.head
    receipt = live.cast(seat, box, {"o2": 1})
    assert live.town.ground.book.after(before) == []
    live.step(StepKind.DISCUSSION)
    written = str(live.town.ground.book.after(before))
    assert receipt.code not in written
    assert seat not in written
