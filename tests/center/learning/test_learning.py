"""What incidents teach, in a city in process: timeline, report, lessons, figures, evidence."""

import json
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import get_args

import msgspec
import numpy as np
import pytest
from pypdf import PdfReader

from dalgu.access.actor import Actor, Role
from dalgu.center.incidents.deeds import Seen
from dalgu.center.learning.account import account
from dalgu.center.learning.cases import case_of, false_alarm_rate
from dalgu.center.learning.evidence import as_json, evidence_paper
from dalgu.center.learning.figures import figures
from dalgu.center.learning.jobs import record_emergencies, record_systems
from dalgu.center.learning.learning import LessonInvalid, LessonNotExisting, LessonSettled
from dalgu.center.learning.reading import read_cases
from dalgu.center.learning.report import report
from dalgu.center.learning.rubric import Standing, read_known, read_rubric
from dalgu.center.learning.telling import said
from dalgu.center.learning.timeline import (
    TimelineUnreadable,
    as_csv,
    check_export,
    exported,
    timeline,
)
from dalgu.center.learning.times import Measure
from dalgu.center.shifts.shifts import Category, Draft
from dalgu.certification.process.intake import check
from dalgu.governance.entities.data import LinkedSystem
from dalgu.hub.model import Entity
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.web.language import catalogue

ANN = Actor("person:ann", Role.OPERATOR)


def export(town, incident):
    lines = timeline(incident, town.rooms, "ko")
    return msgspec.json.encode(exported(incident, lines, town.rooms))


def test_a_timeline_says_every_entry_and_can_be_checked_elsewhere(town):
    incident = town.handled()
    body = export(town, incident)
    told = json.loads(body)
    entries = town.rooms.ground.logbook.about(incident.id)
    assert [one["seq"] for one in told["entries"]] == [entry.seq for entry in entries]
    assert told["head"]["digest"] == told["entries"][-1]["proof"]["digest"]
    assert check_export(body) == (len(entries), None)
    assert "119에 위치를 알린다" in " ".join(one["words"] for one in told["entries"])


def test_no_change_of_an_exported_timeline_goes_unseen(town):
    told = json.loads(export(town, town.handled()))
    chance = np.random.default_rng(11)
    for _ in range(60):
        changed = json.loads(json.dumps(told))
        one = changed["entries"][int(chance.integers(len(told["entries"])))]
        field = str(chance.choice(["content", "seal", "before", "actor", "room", "deed", "at"]))
        where = one["proof"] if field in ("content", "seal", "before") else one
        wrong = {"before": "11" * 32, "at": "2026-01-01T00:00:00Z"}
        where[field] = wrong.get(field, where[field] + "x")
        try:
            _, broken = check_export(json.dumps(changed).encode())
        except TimelineUnreadable:
            continue
        assert broken == one["seq"]


def test_what_is_no_timeline_is_refused():
    with pytest.raises(TimelineUnreadable):
        check_export(b'{"form": "other", "entries": []}')


def test_a_table_of_the_timeline_is_no_formula(town):
    incident = town.raise_one()
    draft = Draft("k", town.clock.now(), Category.INCIDENT, "=1+1", incident.number)
    town.run(town.rooms.shifts.write(ANN, [draft]))
    table = as_csv(incident, timeline(incident, town.rooms, "ko"))
    assert ",'=1+1," in table


def test_every_deed_of_the_books_rooms_has_words_in_both_languages(town):
    for language in ("ko", "en"):
        words = catalogue(language)
        lacking = [
            f"{room}.{tag}"
            for room in ("incidents", "shifts", "learning", "cameras", "warnings", "links")
            for tag in tags_of(town.rooms.ground.logbook._rooms[room][0])
            if f"learning.deed.{room}.{tag}" not in words
            and f"{room}.timeline.{tag}" not in words
            and (room, tag) not in OF_NO_INCIDENT
        ]
        assert lacking == []


OF_NO_INCIDENT = {
    *(("shifts", tag) for tag in
      ("duty_taken", "duty_left", "handed_over", "taken_over", "roster_set")),
    ("links", "set"),
    *(("warnings", tag) for tag in
      ("received", "lapsed", "partner_set", "partner_gone", "source_set", "source_gone",
       "office_set")),
}  # fmt: skip


def tags_of(union):
    return [str(kind.__struct_config__.tag) for kind in get_args(union) or (union,)]


def test_an_unknown_deed_is_told_by_its_fields(town):
    entry = SimpleNamespace(room="new", subject="x", actor="a", deed={"type": "hop", "far": 3})
    assert said(entry, town.rooms, "ko") == "new · hop: far 3"


@pytest.mark.parametrize(("language", "drill"), [("ko", None), ("en", "drill:7")])
def test_the_report_tells_the_whole_incident_and_says_what_is_a_drill(town, language, drill):
    incident = town.handled(drill=drill, origin="synthetic")
    town.run(town.rooms.learning.note(ANN, incident.number, "비상구 점검", "안전과", "2026-12-20"))
    told = town.run(account(incident, town.rooms, language))
    body = report(told, town.platform.city, language)
    assert body == report(told, town.platform.city, language)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    flat = " ".join(text.split())
    words = catalogue(language)
    for key in ("summary", "times", "checklist", "timeline", "lessons", "signatures"):
        assert words[f"learning.paper.{key}"] in flat
    assert "비상구 점검" in flat
    assert "<강함>" in flat
    assert (words["learning.paper.drill_long"] in flat) is (drill is not None)
    assert words["learning.paper.synthetic_long"] in flat
    assert told.lines[-1].proof.digest in flat


def test_the_steps_of_a_case_are_those_that_people_took(town):
    incident = town.handled()
    [case] = town.run(read_cases(town.platform.hub, [incident]))
    found = figures([case])
    took = {one: found.overall[one].p50_s for one in Measure}
    assert took == {Measure.DETECT: 10, Measure.ACKNOWLEDGE: 40, Measure.RESPOND: 100,
                    Measure.CLOSE: 3960}  # fmt: skip
    assert found.overall[Measure.ACKNOWLEDGE].within == 1.0
    assert found.slowest == []


def test_what_missed_its_target_most_comes_first(town):
    numbers = []
    for wait in (2, 30, 5):
        numbers.append(town.raise_one().number)
        town.wait(minutes=wait)
        town.note(numbers[-1], Seen())
    cases = [case_of(town.rooms.incidents.get(number)) for number in numbers]
    assert [one.case.number for one in figures(cases).slowest] == [
        numbers[1], numbers[2], numbers[0],
    ]  # fmt: skip


def test_no_closed_case_has_no_rate_of_false_alarms(town):
    assert false_alarm_rate([case_of(town.raise_one())]) is None


def test_a_lesson_is_followed_until_somebody_says_it_is_done(town):
    room, number = town.rooms.learning, town.raise_one().number
    lesson = town.run(room.note(ANN, number, "펌프 점검 주기를 줄인다", "하수과", "2026-12-01"))
    today = town.clock.now().date()
    assert not lesson.is_overdue(today)
    assert lesson.is_overdue(today + timedelta(days=30))
    town.run(room.step(ANN, 1, "follow", "예산 요청"))
    town.run(room.step(ANN, 1, "done", "주기를 1개월로"))
    assert not lesson.is_overdue(today + timedelta(days=30))
    with pytest.raises(LessonSettled):
        town.run(room.step(ANN, 1, "done", "또"))
    town.run(room.step(ANN, 1, "reopen", "다시 막힘"))
    assert [one.kind for one in lesson.follows] == ["followed", "done", "reopened"]
    with pytest.raises(LessonNotExisting):
        town.run(room.step(ANN, 9, "done", "x"))
    with pytest.raises(LessonInvalid):
        town.run(room.note(ANN, number, "x", "y", "내일"))


def emergencies(town):
    async def read():
        every = town.platform.hub.every("EmergencyResponse", q='source~="incident"')
        return [one async for one in every]

    return [one for one in town.run(read()) if ":incident-" in one["id"]]


def test_real_emergencies_that_were_reached_are_counted_once(town):
    town.handled()
    town.handled(drill="drill:1")
    town.handled(category="water", sub_category="leak")
    town.raise_one()  # nobody has arrived
    for _ in range(2):
        every = town.rooms.incidents.all.values()
        assert town.run(record_emergencies(town.platform.hub, every)) == 1
    [one] = emergencies(town)
    assert one["kind"]["value"] == "fire"
    called, arrived = (one[name]["value"] for name in ("calledAt", "arrivedAt"))
    assert (called, arrived) == ("2026-11-22T03:00:00Z", "2026-11-22T03:06:10Z")


def test_a_system_whose_alerts_came_is_marked_and_never_set_back(town):
    old, new = iso(town.clock.now() - timedelta(days=90)), iso(town.clock.now())
    systems: list[Entity] = [
        LinkedSystem(id=entity_id("LinkedSystem", "s-fire"), is_linked=True, last_event_at=old),
        LinkedSystem(id=entity_id("LinkedSystem", "s-water"), is_linked=True, last_event_at=old),
        LinkedSystem(id=entity_id("LinkedSystem", "t-fire"), is_linked=False),
    ]
    town.run(town.platform.hub.upsert(systems))
    town.handled()
    every = town.rooms.incidents.all.values()
    assert town.run(record_systems(town.platform.hub, every)) == 1
    assert town.run(record_systems(town.platform.hub, every)) == 0
    heard = town.run(town.platform.hub.retrieve(systems[0].id))
    assert heard["lastEventAt"]["value"] == new


def test_the_evidence_says_what_is_shown_what_is_missing_and_what_only_papers_prove(town):
    before = {one.key: one.standing for one in town.run(read_rubric(town.rooms)).facts}
    assert before["incidents"] is Standing.MISSING
    assert before["times"] is Standing.MISSING
    assert before["legal"] is Standing.OUTSIDE
    town.handled(origin="synthetic")
    town.handled(drill="drill:1")
    found = town.run(read_rubric(town.rooms))
    after = {one.key: one.standing for one in found.facts}
    assert after["incidents"] is after["times"] is after["roster"] is Standing.SHOWN
    assert after["falling"] is Standing.MISSING
    known = town.run(read_known(town.rooms))
    assert (known.closed, known.incidents, known.synthetic) == (1, 1, 1)
    told = as_json(found, "ko")
    assert {one["fact"] for one in told["facts"] if one["isSynthetic"]} == {
        "incidents", "times", "falling", "reviews",
    }  # fmt: skip
    assert told["syntheticIncidents"] == 1
    taken = check("K63-62.pdf", evidence_paper(found, town.platform.city, "en"))
    assert (taken.kind, taken.pages) == ("pdf", 1)  # as a certification takes it in
