import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from dalgu import cities
from dalgu.access.actor import Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook
from dalgu.access.seals import SealedBook
from dalgu.center.ground import BOOK
from dalgu.center.incidents.deeds import Closed, Raised
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.center.shifts import shifts as room
from dalgu.center.shifts.deeds import Category
from dalgu.center.shifts.errors import (
    HandOverLimited,
    HandOverOutdated,
    HandOverSilent,
    RosterInvalid,
    ShiftNotHandedOver,
    ShiftSigned,
    SignatureOwn,
    WriterOther,
)
from dalgu.center.shifts.roster import Roster, Turn
from dalgu.center.shifts.sheet import Sheet, by_urgency
from dalgu.center.shifts.shifts import Draft, Fate, Shifts
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)  # 12:00 in Daegu: the day shift
DAY = "2026-11-29-day"
ANN = Actor("person:ann", Role.OPERATOR)
BOB = Actor("person:bob", Role.OPERATOR)
SUSEONG = Actor("person:su", Role.OPERATOR, ("22060",))


class Desk:
    """The room over a real book, in the city of a clock that stands still."""

    def __init__(self, path):
        self.path = path
        self.store = Store.open(path / "city.db")
        self.clock = ManualClock(NOW)
        self.keys = create_keys(path / "keys")
        self.runner = asyncio.Runner()
        self.open()

    def open(self):
        book = Logbook(self.store, self.clock, SealedBook.named(self.keys, BOOK))
        ground = SimpleNamespace(
            logbook=book, clock=self.clock, hub=None, city=cities.load("daegu")
        )
        self.book = book
        self.incidents = Incidents(ground)
        self.shifts = Shifts(ground, self.incidents)
        book.load()

    def run(self, work):
        return self.runner.run(work)

    def write(self, *drafts, actor=ANN, **more):
        return self.run(self.shifts.write(actor, drafts, **more))

    def incident(self, priority, *, district=None, drill=None):
        raised = Raised("화재", "Fire", "fire", "smoke", priority, "hand", district=district,
                        drill=drill)  # fmt: skip
        return self.run(self.incidents.raise_incident(raised))

    def sheet(self):
        return Sheet(DAY, self.clock.now(), open=tuple(by_urgency(self.incidents.open_ones())))


@pytest.fixture
def desk(tmp_path):
    one = Desk(tmp_path)
    yield one
    one.run(one.store.close())
    one.runner.close()


def draft(key, minutes=0, text="도로 통제", **more):
    return Draft(key, NOW + timedelta(minutes=minutes), more.pop("category", Category.SITUATION),
                 text, **more)  # fmt: skip


def texts(desk, shift=DAY):
    return [line.said.text for line in desk.shifts.log.record(shift).written()]


def test_an_entry_sent_twice_stands_once(desk):
    first = desk.write(draft("a"))
    again = desk.write(draft("a"), draft("b", text="둘째"))
    assert [one.fate for one in (*first, *again)] == [Fate.KEPT, Fate.ALREADY, Fate.KEPT]
    assert texts(desk) == ["도로 통제", "둘째"]


def test_batches_in_any_cut_order_and_repetition_end_in_the_same_log(desk):
    chance = np.random.default_rng(7)
    desk.run(desk.clock.advance(timedelta(minutes=15)))
    written = [draft(f"k{n}", minutes=n / 4, text=f"기록 {n}") for n in range(60)]
    cuts = [written[a : a + int(chance.integers(1, 9))] for a in chance.integers(0, 60, 60)]

    async def send():  # two windows of one browser send at the same time
        await asyncio.gather(*(desk.shifts.write(ANN, batch) for batch in (*cuts, written)))

    desk.run(send())
    assert texts(desk) == [f"기록 {n}" for n in range(60)]
    assert len(desk.book.about(DAY)) == 60


def test_the_log_is_the_same_after_the_book_is_opened_again(desk):
    desk.write(draft("a"), draft("b", strikes="a", text="바로잡음"))
    desk.run(desk.shifts.take_duty(ANN))
    before = desk.shifts.log.records
    desk.open()
    assert desk.shifts.log.records == before
    assert desk.shifts.log.on_duty == {"person:ann": NOW}


def test_a_correction_strikes_the_old_entry_and_takes_nothing_out(desk):
    desk.write(draft("a", text="3명 부상"))
    [fixed] = desk.write(draft("b", text="2명 부상", strikes="a"))
    lines = desk.shifts.log.record(DAY).lines
    assert (lines["a"].struck_by, fixed.line.said.strikes) == ("b", "a")
    [second] = desk.write(draft("c", text="1명 부상", strikes="a"))
    assert (second.fate, second.refusal.slug) == (Fate.REFUSED, "log-entry-struck")


def test_one_refused_entry_keeps_no_other_back(desk):
    fates = desk.write(draft("a"), draft("b", text=" "), draft("c", incident=99), draft("d"))
    assert [one.fate for one in fates] == [Fate.KEPT, Fate.REFUSED, Fate.REFUSED, Fate.KEPT]


def test_a_key_with_another_content_is_refused_and_so_is_anothers(desk):
    desk.write(draft("a"))
    [other] = desk.write(draft("a", text="다른 글"))
    [thief] = desk.write(draft("a"), actor=BOB)
    assert {other.refusal.slug, thief.refusal.slug} == {"log-entry-other"}


def test_entries_of_one_person_are_not_sent_in_anothers_name(desk):
    with pytest.raises(WriterOther):
        desk.write(draft("a"), actor=BOB, writer=ANN.id)
    assert texts(desk) == []


def test_what_was_written_offline_keeps_its_time_and_its_shift(desk):
    desk.run(desk.clock.advance(timedelta(hours=4)))  # 16:00: the evening
    [one] = desk.write(draft("a", minutes=5))
    assert (one.line.said.shift, one.line.said.at) == (DAY, NOW + timedelta(minutes=5))
    assert one.line.received_at == NOW + timedelta(hours=4)
    assert one.conflicts == ()


def test_a_wrong_clock_is_told_and_the_entry_kept(desk):
    [ahead] = desk.write(draft("a", minutes=600))
    [old] = desk.write(draft("b", minutes=-60 * 24 * 30))
    assert (ahead.line.said.at, old.line.said.at) == (NOW, NOW)
    assert ahead.conflicts == old.conflicts == ("clock",)


def test_an_entry_about_an_incident_stands_in_its_timeline(desk):
    incident = desk.incident(Priority.P3)
    desk.write(draft("a", incident=incident.number))
    assert [entry.room for entry in desk.book.about(incident.id)][-1] == "shifts"


def test_incidents_of_other_districts_are_not_linked_by_who_does_not_serve_them(desk):
    theirs, other = desk.incident("P3", district="22060"), desk.incident("P3", district="22010")
    nowhere = desk.incident("P3")
    fates = desk.write(
        *(draft(f"k{one.number}", incident=one.number) for one in (theirs, other, nowhere)),
        actor=SUSEONG,
    )
    assert [one.fate for one in fates] == [Fate.KEPT, Fate.REFUSED, Fate.REFUSED]


def test_a_hand_over_says_a_word_about_each_urgent_incident(desk):
    urgent = [desk.incident("P1"), desk.incident("P2")]
    desk.incident("P3")
    desk.incident("P1", drill="drill:1")  # exercises keep nobody in the room
    words = {urgent[0].number: "소방 현장 도착", urgent[1].number: "  "}
    with pytest.raises(HandOverSilent) as refused:
        desk.run(desk.shifts.hand_over(ANN, desk.sheet(), words))
    assert refused.value.parts == {"incidents": "2"}
    desk.run(desk.shifts.hand_over(ANN, desk.sheet(), {**words, 2: "복구 중"}))
    assert desk.shifts.log.record(DAY).handed.mentions == {"1": "소방 현장 도착", "2": "복구 중"}


def test_an_incident_raised_after_the_sheet_was_read_must_be_mentioned_too(desk):
    sheet = desk.sheet()
    desk.incident("P1")
    with pytest.raises(HandOverSilent):
        desk.run(desk.shifts.hand_over(ANN, sheet, {}))


def test_a_closed_incident_needs_no_word(desk):
    one = desk.incident("P1")
    desk.run(desk.incidents.note(one.number, [Closed(Outcome.RESOLVED, "진화", "점검 생략")], ANN))
    desk.run(desk.shifts.hand_over(ANN, desk.sheet(), {}))
    assert desk.shifts.log.record(DAY).leaving.actor == "person:ann"


def test_two_people_sign_the_same_sheet(desk):
    desk.run(desk.shifts.take_duty(ANN))
    sheet = desk.sheet()
    with pytest.raises(ShiftNotHandedOver):
        desk.run(desk.shifts.take_over(BOB, DAY, sheet.digest))
    desk.run(desk.shifts.hand_over(ANN, sheet, {}, "열쇠는 서랍에"))
    with pytest.raises(SignatureOwn):
        desk.run(desk.shifts.take_over(ANN, DAY, sheet.digest))
    with pytest.raises(HandOverOutdated):
        desk.run(desk.shifts.take_over(BOB, DAY, "0" * 64))
    desk.run(desk.shifts.take_over(BOB, DAY, sheet.digest))
    with pytest.raises(ShiftSigned):
        desk.run(desk.shifts.take_over(BOB, DAY, sheet.digest))
    record = desk.shifts.log.record(DAY)
    assert (record.leaving.actor, record.taking.actor) == ("person:ann", "person:bob")
    assert record.taken.into == "2026-11-29-evening"
    assert set(desk.shifts.log.on_duty) == {"person:bob"}


def test_what_comes_after_both_signed_is_kept_and_marked(desk):
    desk.write(draft("a"))
    desk.run(desk.shifts.hand_over(ANN, desk.sheet(), {}))
    desk.run(desk.shifts.take_over(BOB, DAY, desk.shifts.log.record(DAY).handed.digest))
    [late] = desk.write(draft("b", minutes=-5, text="늦게 온 기록"))
    assert (late.fate, late.conflicts) == (Fate.KEPT, ("late",))
    assert texts(desk) == ["늦게 온 기록", "도로 통제"]


def test_who_serves_some_districts_does_not_sign_for_the_city(desk):
    with pytest.raises(HandOverLimited):
        desk.run(desk.shifts.hand_over(SUSEONG, desk.sheet(), {}))


def test_a_new_roster_counts_from_then_on_and_old_shifts_keep_their_names(desk):
    desk.write(draft("a"))
    halves = Roster(
        (Turn("early", "전반", "Early", "06:00"), Turn("late", "후반", "Late", "18:00"))
    )
    desk.run(desk.shifts.set_roster(ANN, halves))
    desk.run(desk.clock.advance(timedelta(hours=8)))
    assert desk.shifts.now().id == "2026-11-29-late"
    assert desk.shifts.log.shift(DAY).title.ko == "주간"
    with pytest.raises(RosterInvalid):
        desk.run(desk.shifts.set_roster(ANN, Roster(())))


def test_words_are_found_over_all_shifts(desk):
    desk.write(draft("a", text="신천대로 통제"), draft("b", minutes=-600, text="신천 수위 상승"))
    found = desk.shifts.log.search("신천")
    assert [line.said.key for line in found] == ["a", "b"]
    assert [line.said.key for line in desk.shifts.log.search("신천 수위")] == ["b"]


def test_the_room_is_called_as_its_entries_are(desk):
    desk.write(draft("a"))
    assert {entry.room for entry in desk.book.after(0)} == {room.ROOM}
