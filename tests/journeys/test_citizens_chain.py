"""A short green light is reported, becomes a proposal, is supported, answered, built and shown."""

from datetime import date

import pytest
from tests.services.citizens.conftest import town  # noqa: F401 - a fixture

from dalgu.kernel.terms import TermState
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.proposals.deeds import Answered, Implemented, Place, Planned
from dalgu.services.citizens.proposals.proposals import Draft
from dalgu.services.citizens.proposals.words import Decision, Stage
from dalgu.services.citizens.requests.draft import Draft as RequestDraft

LON, LAT = 128.6265, 35.85321


@pytest.fixture
def rooms(town):  # noqa: F811
    return town.rooms


def test_a_wish_is_followed_to_its_effect(town, rooms):  # noqa: F811
    reporter = town.citizen(Level.EMAIL)
    request = town.run(
        rooms.requests.file(
            reporter,
            RequestDraft(
                "signal", "보행 신호가 짧아 다 건너지 못합니다.", LON, LAT,
                attributes={"whose": ("walkers",)},
            ),
        )
    )  # fmt: skip
    place = Place(lon=LON, lat=LAT, district="22060", dong="2206051")
    number = town.run(
        rooms.proposals.begin(
            reporter,
            Draft(
                "보행 신호를 늘려 주세요",
                "학교 앞 건널목의 보행 신호가 짧습니다. 걸음이 느린 사람도 건널 수 있어야 합니다.",
                place=place,
                follows=rooms.requests.get(request).subject,
            ),
        )
    )
    for _ in range(50):
        town.run(rooms.proposals.support(town.citizen(Level.EMAIL), number))
    found = rooms.proposals.get(number)
    assert found.stage is Stage.REACHED
    owed = [one for one in rooms.clocks.owed() if one.path == f"/proposals/{number}"]
    assert owed[0].term.state(rooms.proposals.today) is TermState.RUNNING

    desk = rooms.handling
    town.run(desk.route(town.staff, number, "traffic"))
    answer = Answered(
        decision=Decision.ACCEPT,
        department="traffic",
        reason="보행 속도를 재어 신호를 6초 늘립니다.",
        next_on=date(2027, 1, 15),
    )
    town.wait(days=10)
    town.run(desk.answer(town.staff, number, answer))
    plan = Planned("신호 6초 연장", "traffic", date(2027, 1, 15))
    town.run(desk.plan(town.staff, number, plan))
    signal = town.mirrored("ServiceRequest")[0]["id"]
    town.run(desk.implement(town.staff, number, Implemented("신호를 늘렸습니다.", signal)))
    assert rooms.proposals.get(number).stage is Stage.IMPLEMENTED
    assert not [one for one in rooms.clocks.overdue() if one.path == f"/proposals/{number}"]

    (proposal,) = town.mirrored("Proposal")
    assert proposal["supportCount"]["value"] == 50
    assert proposal["status"]["value"] == "implemented"
    assert town.run(town.ground.book.verify()) is None
    # the online participation rate (K63-07) counts each person once, whatever they did
    took_part = town.mirrored("Participation")
    assert {one["action"]["value"] for one in took_part} == {"report", "proposal", "vote"}
    assert len({one["person"]["value"] for one in took_part}) == 51
    again = town.again()  # after a restart, from the book alone
    assert again.proposals.get(number).stage is Stage.IMPLEMENTED
