"""What becomes of a roundtable: the report, the clock of the department, items to their end."""

import pytest

from dalgu.kernel.term_refusals import ExtensionsUsedUp
from dalgu.kernel.terms import TermState
from dalgu.services.citizens.roundtables.ledger import ITEM_RULE, PLAN_RULE
from dalgu.services.citizens.roundtables.plan import Stage
from dalgu.services.citizens.roundtables.refusals import (
    ConclusionMissing,
    ItemNotExisting,
    ItemsOpen,
    RoundtableTextMissing,
)


@pytest.fixture
def reported(live):
    live.do(live.room.following.report(live.town.staff, live.number, ["첫째 결론", " ", "둘째"]))
    return live


def follow(table, **other):
    given = {
        "title": "막힘없는 길",
        "text": "지하철역까지 이어 주십시오",
        "department": "교통정책과",
    }
    return table.do(table.room.following.follow(table.town.staff, table.number, **(given | other)))


def test_a_report_takes_a_conclusion_and_starts_the_departments_clock(live):
    with pytest.raises(ConclusionMissing):
        live.do(live.room.following.report(live.town.staff, live.number, [" "]))
    live.do(live.room.following.report(live.town.staff, live.number, ["결론"]))
    assert live.one.stage is Stage.REPORTED
    [owed] = [one for one in live.town.rooms.clocks.owed() if one.subject.startswith("roundtable")]
    # handed over on 30 November: the month is December, and its last day a Thursday
    assert owed.term.due.isoformat() == "2026-12-31"
    assert owed.path == f"/roundtables/{live.number}"


def test_the_answer_meets_the_clock_and_a_late_one_is_late(reported):
    reported.town.wait(days=45)
    assert reported.town.rooms.clocks.overdue()
    reported.do(
        reported.room.following.answer(reported.town.staff, reported.number, "이렇게 합니다")
    )
    today = reported.room.ledger.today
    assert reported.one.terms[PLAN_RULE].state(today) is TermState.MET_LATE
    assert reported.one.answer == "이렇게 합니다"


def test_a_clock_is_extended_with_a_reason_and_not_for_ever(reported):
    following, staff, number = reported.room.following, reported.town.staff, reported.number
    for _ in range(2):
        reported.do(following.extend(staff, number, "예산 협의"))
    head = reported.town.ground.book.head
    with pytest.raises(ExtensionsUsedUp):
        reported.do(following.extend(staff, number, "또"))
    assert reported.town.ground.book.head == head  # nothing that the fold could not read


def test_an_item_is_a_proposal_with_a_clock_until_it_ends(reported):
    following, staff, number = reported.room.following, reported.town.staff, reported.number
    item = follow(reported)
    found = reported.one.items[item]
    assert reported.town.rooms.proposals.all[found.proposal].follows == f"roundtable:{number}"
    assert found.terms[ITEM_RULE].is_open
    with pytest.raises(ItemsOpen):
        reported.do(following.close(staff, number, "끝"))
    reported.do(following.answer_item(staff, number, item, "설계에 넣겠습니다"))
    assert not found.terms[ITEM_RULE].is_open
    reported.do(following.end_item(staff, number, item, "길이 열렸습니다", is_done=True))
    with pytest.raises(ItemNotExisting):
        reported.do(following.end_item(staff, number, item, "또", is_done=False))
    reported.do(following.close(staff, number, "모두 마쳤습니다"))
    assert reported.one.stage is Stage.CLOSED
    assert all(not one.term.is_open for one in reported.town.rooms.clocks.owed()
               if one.subject.startswith("roundtable"))  # fmt: skip


def test_an_item_takes_a_title_and_words(reported):
    for missing in ({"title": " "}, {"text": ""}):
        with pytest.raises(RoundtableTextMissing):
            follow(reported, **missing)
    assert reported.one.items == {}


def test_it_is_all_there_after_a_restart(reported):
    item = follow(reported)
    reported.do(
        reported.room.following.answer_item(reported.town.staff, reported.number, item, "답")
    )
    before = reported.one
    reported.town.again()
    assert reported.one.items == before.items
    assert reported.one.terms == before.terms
