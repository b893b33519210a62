"""A body from its founding over its decisions to what became of them."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.governance.bodies import api, deeds, entities, refusals, seed
from dalgu.governance.bodies.bodies import ROOM, Hands, Invitation, Member
from dalgu.governance.bodies.calendar import calendar
from dalgu.hub.local import LocalHub
from dalgu.hub.mirror import Mirror
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings
from dalgu.kernel.terms import ExtensionsUsedUp, TermState
from dalgu.service import Ground
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)  # Monday, 09:00 in Daegu
DESK = Actor("person:desk", Role.OPERATOR)
COMMITTEE = "citizens-committee"
NAMES = ("김하나", "이둘", "박셋", "최넷", "정다섯")


class Office:
    """A city's ground with the room of bodies open over it."""

    def __init__(self, folder, runner):
        self.runner, self.clock = runner, ManualClock(NOW)
        self.store = Store.open(folder / "city.db")
        self.access = Access(self.store, self.clock, key_file=folder / "dalgu.key")
        self.folder = folder
        self.again()

    def again(self):
        self.book = Logbook(self.store, self.clock, self.access.book(api.NAME))
        self.hub = LocalHub(self.store, self.clock)
        self.room = api.opened(
            Ground(
                hub=self.hub, store=self.store, clock=self.clock, access=self.access,
                city=cities.load("daegu"), settings=Settings(), folder=self.folder, book=self.book,
            )
        ).rooms  # fmt: skip
        return self.room

    def run(self, work):
        return self.runner.run(work)

    def mirrored(self, kind):
        mirror = Mirror(self.hub, self.store, self.book, api.NAME)
        mirror.follow(ROOM, lambda entries: entities.draw(self.room, entries))

        async def told():
            await mirror.catch_up()
            return [one async for one in self.hub.every(kind)]

        return self.run(told())


@pytest.fixture
def office(tmp_path):
    with asyncio.Runner() as runner:
        one = Office(tmp_path, runner)
        runner.run(seed.found_usual(one.room, DESK))
        yield one
        runner.run(one.store.close())


def seated(office, names=NAMES):
    for name in names:
        member = Member(name, "citizen", "f", date(2026, 1, 1))
        office.run(office.room.seat(DESK, COMMITTEE, member))
    return office.room.body(COMMITTEE)


def convened(office, present=(1, 2, 3), form="in_person", items=1):
    """A meeting that has begun, with matters and attendance."""
    room = office.room
    at = office.clock.now() + timedelta(hours=1)
    number = office.run(room.call(DESK, COMMITTEE, Invitation(at, 90, "시청 2층", form, "정기")))
    for item in range(items):
        added = deeds.ItemAdded(COMMITTEE, number, 0, f"안건 {item + 1}", "사무국", "설명")
        office.run(room.add(DESK, added))
    office.run(office.clock.advance(timedelta(hours=1)))
    office.run(room.attend(DESK, COMMITTEE, number, present))
    return number


def test_a_decision_is_followed_up_by_its_clock(office):
    seated(office)
    room, number = office.room, convened(office)
    hands = Hands(2, 1, 0, "골목 조명을 늘린다", "도로과", "follow_up.month")
    office.run(room.decide(DESK, COMMITTEE, number, 1, hands))
    [owed] = room.owed()
    assert (owed.department, owed.term.due) == (
        "도로과",
        date(2026, 12, 31),
    )  # a month from 1 December
    office.run(office.clock.advance(timedelta(days=40)))
    assert owed.term.state(room.today) is TermState.OVERDUE
    followed = deeds.Followed(COMMITTEE, number, 1, "partly", "두 골목을 마쳤다")
    office.run(room.follow(DESK, followed))
    assert list(room.owed()) == []
    again = office.again()
    assert again.all == room.all
    assert again.item(COMMITTEE, number, 1).term.state(room.today) is TermState.MET_LATE


def test_meetings_and_decisions_are_what_the_indicators_count(office):
    seated(office)
    number = convened(office)
    office.run(office.room.decide(DESK, COMMITTEE, number, 1, Hands(3, 0, 0, "")))
    minutes = deeds.MinutesWritten(COMMITTEE, number, "모두 찬성했다", True, "")
    office.run(office.room.write_minutes(DESK, minutes))
    convened(office, form="written")
    [meeting] = office.mirrored("CouncilMeeting")  # a circulated paper is no meeting
    told = {key: meeting[key]["value"] for key in ("council", "heldOn", "isQuorate")}
    assert told == {"council": "citizensCommittee", "heldOn": "2026-11-30", "isQuorate": True}
    assert meeting["minutesPublished"]["value"] is True
    [decision] = office.mirrored("PolicyDecision")
    assert decision["isAdopted"]["value"] is True
    assert len(office.mirrored("BodyMeeting")) == 2


def test_what_is_drawn_has_the_columns_of_the_registers(office):
    from dalgu.governance.entities import TYPES

    known = {kind.type: {a.name for a in kind.attributes} for kind in TYPES}
    seated(office)
    number = convened(office)
    office.run(office.room.decide(DESK, COMMITTEE, number, 1, Hands(3, 0, 0, "")))
    for kind in ("CouncilMeeting", "PolicyDecision"):
        [one] = office.mirrored(kind)
        own = set(one) - {"id", "type", "createdAt", "modifiedAt"}
        assert own <= known[kind]


def test_without_a_quorum_nothing_is_decided(office):
    seated(office)
    number = convened(office, present=(1, 2))
    with pytest.raises(refusals.NotQuorate, match="2 of 5"):
        office.run(office.room.decide(DESK, COMMITTEE, number, 1, Hands(2, 0, 0, "")))


def test_a_count_holds_everybody_who_may_vote_and_nobody_else(office):
    seated(office)
    number = convened(office, present=(1, 2, 3, 4))
    recused = deeds.Recused(COMMITTEE, number, 1, 4, "신청 기관의 임원")
    office.run(office.room.recuse(DESK, recused))
    for ayes, noes in ((4, 0), (2, 0), (5, -2)):
        with pytest.raises(refusals.CountInvalid):
            office.run(office.room.decide(DESK, COMMITTEE, number, 1, Hands(ayes, noes, 0, "")))
    office.run(office.room.decide(DESK, COMMITTEE, number, 1, Hands(1, 1, 1, "")))
    assert not office.room.item(COMMITTEE, number, 1).decision.is_adopted
    with pytest.raises(refusals.MeetingStepNotPossible):
        office.run(office.room.decide(DESK, COMMITTEE, number, 1, Hands(3, 0, 0, "")))
    with pytest.raises(refusals.MeetingStepNotPossible):  # the count stands on who was there
        office.run(office.room.attend(DESK, COMMITTEE, number, (1,)))


def test_names_are_in_the_vault_alone_and_each_opening_says_why(office):
    body = seated(office)
    written = repr(office.book.after(0)) + repr(body) + str(office.mirrored("GovernanceBody"))
    assert not any(name in written for name in NAMES)
    opened = office.run(office.room.name_of(DESK, COMMITTEE, 2, "회의 안내"))
    assert opened == "이둘"
    with pytest.raises(Exception, match="purpose"):
        office.run(office.room.name_of(DESK, COMMITTEE, 2, " "))


def test_nobody_sits_twice_and_no_more_than_there_are_seats(office):
    body = seated(office)
    with pytest.raises(refusals.MemberSeated, match="seat 1"):
        office.run(
            office.room.seat(DESK, COMMITTEE, Member(" 김하나 ", "expert", "", date(2026, 5, 1)))
        )
    seated(office, [f"사람{n}" for n in range(body.rules.seats - len(NAMES))])
    with pytest.raises(refusals.SeatsFull):
        seated(office, ["한 사람 더"])


def test_a_term_ends_and_is_renewed_as_often_as_the_rules_allow(office):
    body = seated(office)
    assert body.seats[1].until == date(2027, 12, 31)
    office.run(office.room.renew(DESK, COMMITTEE, 1))
    assert body.seats[1].until == date(2029, 12, 31)
    with pytest.raises(refusals.RenewalsUsedUp):
        office.run(office.room.renew(DESK, COMMITTEE, 1))
    office.run(office.room.unseat(DESK, COMMITTEE, 2, "이사"))
    assert [seat.number for seat in body.members(date(2026, 12, 1))] == [1, 3, 4, 5]
    assert [seat.number for seat in body.members(date(2028, 1, 1))] == [1]


def test_a_follow_up_is_extended_as_often_as_its_rule_allows_and_met_once(office):
    seated(office)
    number = convened(office)
    hands = Hands(3, 0, 0, "", "도로과", "follow_up.month")
    office.run(office.room.decide(DESK, COMMITTEE, number, 1, hands))
    for _ in range(2):
        office.run(office.room.extend(DESK, COMMITTEE, number, 1, "겨울 공사"))
    head = office.book.head
    with pytest.raises(ExtensionsUsedUp):
        office.run(office.room.extend(DESK, COMMITTEE, number, 1, "또"))
    assert office.book.head == head  # refused before it stood in the book

    async def at_once():
        done = deeds.Followed(COMMITTEE, number, 1, "done", "마쳤다")
        await asyncio.gather(*(office.room.follow(DESK, done) for _ in range(3)))

    office.run(at_once())
    assert office.again().item(COMMITTEE, number, 1).term.state(office.room.today) == "met"


def test_minutes_that_are_not_published_say_why(office):
    seated(office)
    number = convened(office)
    unsaid = deeds.MinutesWritten(COMMITTEE, number, "비밀", False, " ")
    with pytest.raises(refusals.ReasonMissing):
        office.run(office.room.write_minutes(DESK, unsaid))


def test_only_members_of_the_day_attend_and_not_before_it_began(office):
    seated(office)
    at = NOW + timedelta(days=1)
    number = office.run(office.room.call(DESK, COMMITTEE, Invitation(at, 60, "시청", "online", "")))
    with pytest.raises(refusals.MeetingStepNotPossible):
        office.run(office.room.attend(DESK, COMMITTEE, number, (1,)))
    office.run(office.clock.advance(timedelta(days=1)))
    with pytest.raises(refusals.SeatInvalid):
        office.run(office.room.attend(DESK, COMMITTEE, number, (9,)))


def test_a_calendar_names_meetings_and_those_that_were_called_off(office):
    seated(office)
    convened(office)
    at = NOW + timedelta(days=9)
    invited = Invitation(at, 60, "시청", "online", "임시")
    second = office.run(office.room.call(DESK, COMMITTEE, invited))
    office.run(office.room.call_off(DESK, COMMITTEE, second, "태풍"))
    text = calendar([office.room.body(COMMITTEE)], office.clock.now(), "city.example")
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20261130T010000Z" in text
    assert "DTEND:20261130T023000Z" in text
    assert "STATUS:CANCELLED" in text
    assert "UID:citizens-committee-1@city.example" in text
