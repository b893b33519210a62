"""From the call to the tables: who may apply, what is sealed, what anybody can check."""

import json

import pytest
from tests.services.citizens.roundtables.conftest import QUOTAS, WITNESS, a_plan, people

from dalgu.access.vault import Room
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.people.levels import Level, LevelTooLow
from dalgu.services.citizens.roundtables import proof
from dalgu.services.citizens.roundtables.applying import Contact
from dalgu.services.citizens.roundtables.plan import Attribute, QuotaSet, Stage, StepKind
from dalgu.services.citizens.roundtables.quotas import residents, shared_out, suggested
from dalgu.services.citizens.roundtables.refusals import (
    ApplicantNotExisting,
    ApplicationInvalid,
    RoundtableAppliedAlready,
    RoundtableCallOver,
    RoundtablePlanInvalid,
    RoundtableStageOther,
    SeatCodeInvalid,
    WitnessMissing,
)
from dalgu.services.citizens.sortition.draw import commit
from dalgu.services.citizens.sortition.refusals import QuotasUnmeetable

ANN = Contact("안가온", "010-1234-5678")
GIVEN = {"sex": "f", "age": "30-39", "district": "22010", "job": "office"}


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("title", {"title": " "}),
        ("size", {"size": 0}),
        ("agenda", {"agenda": ()}),
        ("criteria", {"criteria": ()}),
        ("trim_pct", {"trim_pct": 50}),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(town, part, other):
    with pytest.raises(RoundtablePlanInvalid) as refused:
        town.run(
            town.rooms.roundtables.planning.plan(town.staff, a_plan(town.clock.now(), **other))
        )
    assert refused.value.parts["part"] == part


def test_a_citizen_applies_once_and_what_the_desk_has_seen_goes_before_what_they_say(calling):
    town, room, number = calling.town, calling.room, calling.number
    citizen = town.citizen(district="22020", birth_year=1960, sex="m")
    applicant = town.run(room.applying.apply(citizen, number, GIVEN, ANN))
    assert calling.one.applicants[applicant].attributes == {
        "sex": "m", "age": "60-69", "district": "22020", "job": "office",
    }  # fmt: skip
    assert room.applying.number_of(citizen, number) == applicant
    with pytest.raises(RoundtableAppliedAlready):
        town.run(room.applying.apply(citizen, number, GIVEN, ANN))
    town.run(room.applying.withdraw(citizen, number, applicant))
    assert town.run(room.applying.apply(citizen, number, GIVEN, ANN)) == "a0002"


def test_a_name_is_in_the_vault_and_nowhere_in_the_book(calling):
    town, room, number = calling.town, calling.room, calling.number
    applicant = town.run(room.applying.apply(town.citizen(), number, GIVEN, ANN))
    said = b"".join(str(entry).encode() for entry in town.ground.book.after(0))
    assert "안가온".encode() not in said
    assert b"1234" not in said
    opened = town.run(room.applying.contact(town.staff, number, applicant, "추첨 알림"))
    assert opened == Contact("안가온", "01012345678")
    assert town.ground.access.vault.holds(
        Room.PERSON, f"roundtable:{number}:{calling.one.applicants[applicant].voice}"
    )


def test_guests_and_late_ones_do_not_apply(calling):
    town, room, number = calling.town, calling.room, calling.number
    guest = town.citizen(Level.GUEST)
    with pytest.raises(LevelTooLow):
        town.run(room.applying.apply(guest, number, GIVEN, ANN))
    with pytest.raises(ApplicationInvalid):
        town.run(room.applying.register(town.staff, number, GIVEN | {"job": "pirate"}, ANN))
    town.wait(days=8)
    with pytest.raises(RoundtableCallOver):
        town.run(room.applying.apply(town.citizen(), number, GIVEN, ANN))


def test_paper_with_the_same_name_and_phone_is_one_person(calling):
    room, staff, number = calling.room, calling.town.staff, calling.number
    calling.do(room.applying.register(staff, number, GIVEN, ANN))
    with pytest.raises(RoundtableAppliedAlready):
        calling.do(room.applying.register(staff, number, GIVEN, Contact("안가온", "01012345678")))


def test_quotas_that_no_panel_meets_are_refused_with_what_would_help(selecting):
    impossible = (*QUOTAS, QuotaSet(Attribute.AGE, "70+", 12, 12))
    with pytest.raises(QuotasUnmeetable) as refused:
        selecting.do(
            selecting.room.selection.set_quotas(
                selecting.town.staff, selecting.number, impossible, 12
            )
        )
    assert refused.value.relaxations
    assert selecting.one.quotas == QUOTAS


def test_suggested_quotas_can_be_met(selecting):
    one, city = selecting.one, selecting.town.ground.city
    wanted = suggested(one, city, 12)
    room, staff = selecting.room.selection, selecting.town.staff
    selecting.do(room.set_quotas(staff, selecting.number, wanted, 12))
    shares = shared_out(residents(city), 100)
    assert sum(shares.values()) == 100
    assert len(shares) == len(city.districts)


def test_the_panel_holds_the_quotas_and_the_proof_holds_for_anybody(drawn):
    one = drawn.one
    assert one.tally(Attribute.DISTRICT, one.panel) == {"22010": 6, "22020": 6}
    body = drawn.room.selection.proof(drawn.number)
    seal, sealed_at = one.commitments[-1]
    assert proof.check(body, seal) == []
    assert sealed_at <= one.reached[Stage.DRAWN]
    told = json.loads(body)
    assert bytes.fromhex(told["contribution"]).decode() == WITNESS
    assert [row[0] for row in told["pool"]] == [person.id for person in one.pool]


@pytest.mark.parametrize("part", ["seed", "contribution", "panel", "pool", "number", "commitment"])
def test_a_changed_proof_does_not_hold(drawn, part):
    told = json.loads(drawn.room.selection.proof(drawn.number))
    changes = {
        "seed": lambda old: "00" + old[2:],
        "contribution": lambda old: old + "00",
        "panel": lambda old: [*old[1:], old[0]],
        "pool": lambda old: [[old[0][0], {**old[0][1], "sex": "x"}], *old[1:]],
        "number": lambda old: (old + 1) % 1_000,
        "commitment": lambda old: "00" + old[2:],
    }
    told[part] = changes[part](told[part])
    seal = drawn.one.commitments[-1][0]
    assert proof.check(json.dumps(told).encode(), seal)


def test_the_city_cannot_choose_and_the_seed_stays_shut_until_the_draw(selecting):
    room, staff, number = selecting.room.selection, selecting.town.staff, selecting.number
    seal = selecting.do(room.commit(staff, number))
    assert selecting.one.seed == ""
    with pytest.raises(WitnessMissing):
        selecting.do(room.draw(staff, number, " 7 "))
    selecting.do(room.draw(staff, number, WITNESS))
    assert commit(bytes.fromhex(selecting.one.seed), room_pool(selecting)) == seal


def room_pool(table):
    from dalgu.services.citizens.roundtables.selection import pool_of

    return pool_of(table.one)


def test_new_quotas_break_the_seal_and_the_broken_one_stays_to_be_seen(selecting):
    room, staff, number = selecting.room.selection, selecting.town.staff, selecting.number
    first = selecting.do(room.commit(staff, number))
    selecting.do(room.set_quotas(staff, number, QUOTAS[2:], 12))
    assert selecting.one.stage is Stage.SELECTING
    second = selecting.do(room.commit(staff, number))
    assert first != second
    assert [seal for seal, _ in selecting.one.commitments] == [first, second]


def test_an_alternate_takes_the_seat_at_the_same_table_and_quotas_hold(seated):
    one, room, staff = seated.one, seated.room.selection, seated.town.staff
    gone = one.panel[0]
    place = one.table_of(gone, 1)
    came = seated.do(room.replace(staff, seated.number, gone))
    assert came
    assert came not in one.drawn
    assert one.table_of(came, 1) == place
    assert one.table_of(gone, 1) is None
    assert one.tally(Attribute.DISTRICT, one.panel) == {"22010": 6, "22020": 6}
    with pytest.raises(ApplicantNotExisting):
        seated.do(room.replace(staff, seated.number, gone))
    again = seated.do(room.replace(staff, seated.number, came))
    assert again not in (gone, came)


def test_tables_seat_everybody_once_a_round_and_mix_districts(seated):
    one = seated.one
    assert len(one.tables) == one.plan.rounds == 2
    for tables in one.tables:
        assert sorted(member for table in tables for member in table) == sorted(one.members)
        assert {len(table) for table in tables} == {4}
        for table in tables:
            assert one.tally(Attribute.DISTRICT, table) == {"22010": 2, "22020": 2}


def test_a_code_opens_its_seat_as_people_type_it_until_it_is_renewed(seated):
    one, codes, staff = seated.one, seated.room.codes, seated.town.staff
    seat = one.members[0]
    code = codes.of(one, seat)
    assert codes.seat(one, code.lower().replace("-", " ")) == seat
    assert codes.table(one, codes.of(one, "table:3")) == 3
    with pytest.raises(SeatCodeInvalid):
        codes.table(one, code)
    with pytest.raises(SeatCodeInvalid):
        codes.seat(one, "0000-0000-0000")
    seated.do(seated.room.selection.renew_code(staff, seated.number, seat))
    with pytest.raises(SeatCodeInvalid):
        codes.seat(one, code)
    assert codes.seat(one, codes.of(one, seat)) == seat


def test_codes_of_two_roundtables_are_others(town):
    room = town.rooms.roundtables
    seen = set()
    for _ in range(2):
        number = town.run(room.planning.plan(town.staff, a_plan(town.clock.now())))
        one = room.ledger.get(number)
        one.panel = ["a0001"]
        seen.add(room.codes.of(one, "a0001"))
    assert len(seen) == 2


def test_steps_out_of_their_order_are_refused(planned):
    room, staff, number = planned.room, planned.town.staff, planned.number
    for step in (
        room.selection.commit(staff, number),
        room.selection.seat(staff, number),
        room.hall.begin(staff, number),
        room.following.report(staff, number, ["x"]),
        room.survey.open(staff, number),
    ):
        with pytest.raises(DalguError) as refused:
            planned.do(step)
        assert isinstance(refused.value, RoundtableStageOther)
    planned.do(room.planning.cancel(staff, number, "신청이 모자람"))
    assert planned.one.stage is Stage.CANCELLED


def test_all_of_it_is_the_same_after_a_restart(live):
    live.step(StepKind.BALLOT_BEFORE)
    before = live.one
    live.town.again()
    after = live.one
    assert after is not before
    assert (after.panel, after.tables, after.commitments, after.boxes, after.stage) == (
        before.panel, before.tables, before.commitments, before.boxes, before.stage,
    )  # fmt: skip
    seat = after.members[0]
    assert live.room.codes.of(after, seat) == live.room.codes.of(before, seat)


def test_appointed_guests_sit_without_the_lottery(selecting):
    room, staff, number = selecting.room, selecting.town.staff, selecting.number
    guest = selecting.do(room.applying.appoint(staff, number, "expert", ANN))
    assert guest not in [person.id for person in selecting.one.pool]
    selecting.do(room.selection.commit(staff, number))
    panel = selecting.do(room.selection.draw(staff, number, WITNESS))
    assert guest not in panel
    selecting.do(room.selection.seat(staff, number))
    assert selecting.one.table_of(guest, 1) is not None
    assert selecting.do(room.selection.replace(staff, number, guest)) == ""
    assert selecting.one.table_of(guest, 1) is None


def test_many_are_written_down_in_their_order(calling):
    found = calling.do(
        calling.room.applying.enrol(calling.town.staff, calling.number, people(3), "paper")
    )
    assert found == ["a0001", "a0002", "a0003"]
