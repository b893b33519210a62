"""Who serves one district reads, exports and changes nothing of another's incidents."""

import pytest
from tests.app.conftest import a_house

from dalgu.access.actor import CONSOLE, SYSTEM, Role
from dalgu.access.policy import Operation
from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.words import Priority

HERE, THERE = "22010", "22060"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("districts") / "city") as one:
        one.headers["here"] = one.token(Role.OPERATOR, HERE)
        one.headers["all"] = one.token(Role.OPERATOR)
        rooms = one.platform.rooms
        for district, title in ((HERE, "Ours here"), (THERE, "Theirs there")):
            raised = Raised("사건", title, "fire", "smoke", Priority.P1, "hand", district=district)
            one.run(rooms.incidents.raise_incident(raised))
            number = len(rooms.incidents.all)
            one.run(rooms.learning.note(SYSTEM, number, f"lesson of {title}", "desk", "2026-12-01"))
        yield one


@pytest.mark.parametrize("what", ["timeline.json", "timeline.csv", "report.pdf"])
def test_files_of_an_incident_elsewhere_are_refused_and_both_are_written_down(house, what):
    assert house.ask("GET", f"/incidents/1/{what}", "here").status_code == 200
    refused = house.ask("GET", f"/incidents/2/{what}", "here")
    assert (refused.status_code, refused.json()["type"]) == (
        403, "urn:dalgu:problem:district-not-allowed",
    )  # fmt: skip
    entries = house.run(house.platform.access.audit_entries(CONSOLE, limit=1000))
    told = [(one.outcome, one.target) for _, one in entries if one.operation == READ]
    assert ("done", "urn:ngsi-ld:Incident:1") in told
    assert ("refused", "urn:ngsi-ld:Incident:2") in told


def test_lists_leave_out_what_lies_elsewhere(house):
    times = house.ask("GET", "/learning/times.csv", "here").text
    assert len(times.splitlines()) == 2
    lessons = house.ask("GET", "/en/center/learning/lessons", "here").text
    assert "lesson of Ours here" in lessons
    assert "lesson of Theirs there" not in lessons
    sheet = house.ask("GET", f"/en/center/shift/{shift(house)}/hand-over", "here").text
    assert "Theirs there" not in sheet


def test_lessons_elsewhere_are_neither_written_nor_followed(house):
    form = {"incident": "2", "text": "x", "owner": "y", "due": "2026-12-01"}
    answers = [
        house.ask("POST", "/en/center/learning/lessons", "here", data=form),
        house.ask("POST", "/en/center/learning/lessons/2/done", "here", data={"text": "z"}),
    ]
    assert [one.status_code for one in answers] == [403, 403]
    assert len(house.platform.rooms.learning.lessons) == 2


def test_log_entries_about_incidents_elsewhere_are_not_shown(house):
    entry = {"at": "2026-11-22T03:00:00Z", "category": "incident", "text": "words", "incident": 2}
    batch = {"entries": [{**entry, "key": "a"}]}
    told = house.ask("POST", "/shifts/entries", "all", json=batch).json()
    assert told["outcomes"][0]["fate"] == "kept"
    assert house.ask("POST", "/shifts/entries", "here", json={"entries": [{**entry, "key": "b"}]}
                     ).json()["outcomes"][0]["fate"] == "refused"  # fmt: skip
    log = f"/shifts/{shift(house)}.json"
    assert [len(house.ask("GET", log, who).json()["entries"]) for who in ("all", "here")] == [1, 0]


def shift(house):
    return house.platform.rooms.shifts.now().id


READ = Operation.INCIDENT_READ
