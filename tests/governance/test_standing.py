"""How the registers stand: empty is said, and so is what nobody knows the age of."""

from datetime import timedelta

from dalgu.governance.entities import Department
from dalgu.governance.register import registers
from dalgu.governance.standing import standings
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

FILE = "조례 번호,조례명,주제,시행일\n1,가,빅데이터,2020-01-01\n"


def states(town):
    found = town.run(standings(town.hub, town.clock))
    return {one.register.name: one for one in found}


def test_every_register_of_an_empty_city_is_empty(town):
    found = states(town)
    assert set(found) == set(registers())
    assert {one.state for one in found.values()} == {"empty"}


def test_a_register_is_current_until_its_time_to_be_renewed_has_passed(town):
    town.fill("ordinances", FILE)
    assert states(town)["ordinances"].state == "current"
    town.run(town.clock.advance(timedelta(days=366)))
    stands = states(town)["ordinances"]
    assert (stands.state, stands.held, stands.age) == ("due", 1, timedelta(days=366))
    town.fill("ordinances", FILE)  # nothing is new, and yet it was looked at
    assert states(town)["ordinances"].state == "current"


def test_entries_that_no_file_brought_have_no_age(town):
    department = Department(id=entity_id("Department", "ict"), name=Text("가", "a"))
    town.run(town.hub.upsert([department]))
    stands = states(town)["departments"]
    assert (stands.state, stands.age, stands.held) == ("undated", None, 1)


def test_observations_are_counted_by_their_last_file(town):
    town.fill("intersections", "교차로 코드,신호 운영,신호제어 방식\nx1,예,AI\nx2,예,AI\n")
    assert states(town)["signal-operation"].state == "empty"
    town.fill("signal-operation", "교차로 코드,운영일,지능형 제어 작동\nx1,2026-11-20,예\n")
    assert states(town)["signal-operation"].held == 1
