"""A warning's way: drafted, looked at, sent, updated, ended; who may, and who else must look."""

import asyncio
from datetime import timedelta

import pytest
from tests.center.warnings.around import (
    ADMIN,
    BEOMEO,
    CHIEF,
    NIGHT,
    SEES,
    SUSEONG,
    a_warning,
)

from dalgu.access.policy import DistrictNotAllowed, OperationNotAllowed
from dalgu.center.warnings.cap.checking import check
from dalgu.center.warnings.cap.words import Kind, Severity
from dalgu.center.warnings.content import Shape, Where, Words
from dalgu.center.warnings.deeds import Outcome
from dalgu.center.warnings.errors import (
    AreaInvalid,
    ContentInvalid,
    SecondPersonRequired,
    WarningStepNotPossible,
)
from dalgu.center.warnings.state import Standing

DALSEO = Where(Shape.DONGS, dongs=("2207055",))
BOTH = Where(Shape.CIRCLE, centre=(128.6085, 35.8605), radius_km=3.0)


def test_a_sent_warning_is_a_sound_message_in_both_languages(town):
    warning = town.sent(a_warning())
    alert = warning.newest.alert
    assert check(alert) == []
    assert [info.language for info in alert.infos] == ["ko-KR", "en-US"]
    assert (alert.kind, alert.status, warning.standing) == ("Alert", "Actual", Standing.ACTIVE)
    assert alert.infos[0].areas[0].area_desc == "수성구 범어1동"
    assert warning.newest.covered.dongs == (BEOMEO,)


def test_updates_and_the_cancel_refer_to_all_before_them(town):
    warning = town.sent(a_warning())
    town.pass_time(minutes=5)
    town.run(town.warnings.draft(a_warning(hours=6), NIGHT, number=warning.number))
    assert warning.is_active  # the first goes on until the second is sent
    town.run(town.warnings.send(warning.number, NIGHT))
    town.run(town.warnings.cancel(warning.number, CHIEF, ko="불을 껐습니다."))
    first, second, last = (message.alert for message in warning.messages)
    assert (second.kind, last.kind) == (Kind.UPDATE, Kind.CANCEL)
    assert second.referred == (first.reference,)
    assert last.referred == (first.reference, second.reference)
    assert last.infos[0].headline.startswith("[해제]")
    assert all(check(alert) == [] for alert in (second, last))
    assert warning.standing is Standing.CANCELLED
    with pytest.raises(WarningStepNotPossible):
        town.run(town.warnings.cancel(warning.number, NIGHT))


def test_a_warning_ends_by_its_time_and_a_longer_update_keeps_it(town):
    short, longer = town.sent(a_warning(hours=1)), town.sent(a_warning(hours=1))
    town.run(town.warnings.draft(a_warning(hours=8), NIGHT, number=longer.number))
    town.run(town.warnings.send(longer.number, NIGHT))
    town.pass_time(hours=2)
    town.run(town.warnings.end_what_is_over())
    assert short.standing is Standing.EXPIRED
    assert longer.is_active
    assert [one["number"] for one in town.warnings.active("ko")] == [longer.number]


def test_the_room_is_the_same_after_a_restart(town):
    town.sent(a_warning(), incident="urn:ngsi-ld:Incident:7")
    town.sent(a_warning(where=DALSEO))
    before = town.warnings.known.warnings
    again = town.again().known.warnings
    assert again == before
    assert [one.number for one in town.warnings.of_incident("urn:ngsi-ld:Incident:7")] == [1]


def test_what_belongs_to_an_incident_stands_in_its_timeline(town):
    town.sent(a_warning(), incident="urn:ngsi-ld:Incident:7")
    logbook = town.platform.rooms.ground.logbook
    assert [type(e.deed).__name__ for e in logbook.about("urn:ngsi-ld:Incident:7")] == [
        "Drafted",
        "Sent",
    ]


def test_what_is_extreme_waits_for_a_second_person(town):
    warning = town.sent(a_warning(severity=Severity.EXTREME))
    assert (warning.standing, warning.messages) == (Standing.WAITING, [])
    assert town.warnings.active("ko") == []
    with pytest.raises(SecondPersonRequired):
        town.run(town.warnings.send(warning.number, NIGHT))
    town.run(town.warnings.send(warning.number, CHIEF))
    assert warning.is_active


def test_a_changed_proposal_is_looked_at_anew(town):
    warning = town.sent(a_warning(severity=Severity.EXTREME))
    changed = a_warning(severity=Severity.EXTREME, hours=9)
    town.run(town.warnings.draft(changed, CHIEF, number=warning.number))
    town.run(town.warnings.send(warning.number, CHIEF))
    assert warning.standing is Standing.WAITING


def test_an_exercise_goes_at_once_and_says_so(town):
    warning = town.sent(a_warning(severity=Severity.EXTREME, is_exercise=True))
    assert warning.newest.alert.status == "Exercise"
    assert "훈련" in warning.newest.alert.note


def test_the_rule_of_the_second_person_can_be_laid_down(town):
    import msgspec

    office = msgspec.structs.replace(town.warnings.known.office, needs_second=False)
    town.run(town.warnings.set_office(office, ADMIN))
    assert town.sent(a_warning(severity=Severity.EXTREME)).is_active


def test_an_operator_of_a_district_warns_there_and_nowhere_else(town):
    assert town.sent(a_warning(), SUSEONG).is_active
    for where in (DALSEO, BOTH):
        with pytest.raises(DistrictNotAllowed):
            town.run(town.warnings.draft(a_warning(where=where), SUSEONG))
    other = town.run(town.warnings.draft(a_warning(where=BOTH), NIGHT))
    with pytest.raises(DistrictNotAllowed):
        town.run(town.warnings.send(other.number, SUSEONG))
    # nor can a draft of others be drawn into the own district
    with pytest.raises(DistrictNotAllowed):
        town.run(town.warnings.draft(a_warning(), SUSEONG, number=other.number))


def test_who_only_looks_warns_nobody(town):
    with pytest.raises(OperationNotAllowed):
        town.run(town.warnings.draft(a_warning(), SEES))


def test_a_draft_that_is_put_away_is_never_sent(town):
    warning = town.run(town.warnings.draft(a_warning(), NIGHT))
    town.run(town.warnings.discard(warning.number, NIGHT))
    with pytest.raises(WarningStepNotPossible):
        town.run(town.warnings.send(warning.number, NIGHT))


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"en": Words("", "x")}, ContentInvalid),
        ({"ko": Words("가" * 161, "x")}, ContentInvalid),
        ({"ko": Words("가\x00", "x")}, ContentInvalid),
        ({"hours": 0.0}, ContentInvalid),
        ({"hazard": "dragon"}, ContentInvalid),
        ({"where": Where(Shape.DONGS, dongs=("9",))}, AreaInvalid),
        ({"where": Where(Shape.CIRCLE, centre=(2.35, 48.85), radius_km=1)}, AreaInvalid),
        ({"where": Where(Shape.POLYGON, ring=((128.5, 35.8), (128.6, 35.9)))}, AreaInvalid),
        (
            {
                "where": Where(
                    Shape.POLYGON,
                    ring=((128.5, 35.8), (128.6, 35.9), (128.6, 35.8), (128.5, 35.9)),
                )
            },
            AreaInvalid,
        ),
    ],
)
def test_what_people_could_not_use_is_refused(town, more, refusal):
    with pytest.raises(refusal):
        town.run(town.warnings.draft(a_warning(**more), NIGHT))
    assert town.warnings.known.warnings == {}


def test_who_warned_stands_in_the_audit_chain(town):
    town.sent(a_warning(), CHIEF)
    entries = town.run(town.platform.access.audit_entries(ADMIN, limit=100))
    told = [one for _, one in entries if one.operation == "warning.send"]
    assert [(one.actor, one.target) for one in told] == [(CHIEF.id, "urn:ngsi-ld:Warning:1")]


def test_what_runs_behind_the_pages_delivers_and_ends_by_the_citys_clock(town):
    async def a_night():
        work = asyncio.create_task(town.warnings.run())
        drafted = await town.warnings.draft(a_warning(hours=1), NIGHT)
        warning = await town.warnings.send(drafted.number, NIGHT)
        while len(warning.deliveries) < 2:  # noqa: ASYNC110 - the room tells nobody
            await asyncio.sleep(0.005)
        while warning.is_active:
            await town.clock.advance(timedelta(minutes=10))
            await asyncio.sleep(0.005)
        work.cancel()
        return warning

    warning = town.run(asyncio.wait_for(a_night(), 20))
    assert warning.standing is Standing.EXPIRED
    assert {deed.outcome for _, deed in warning.deliveries} == {Outcome.RECORDED}
