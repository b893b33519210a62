from datetime import UTC, datetime, timedelta

import pytest

from dalgu import cities
from dalgu.center import near_picture
from dalgu.center.incidents.state import Incident, Step
from dalgu.center.incidents.words import Outcome, Priority, Status
from dalgu.center.neighbourhood import deeds, outages
from dalgu.kernel.text import Text

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
CITY = cities.load("daegu")
HERE = next(dong for dong in CITY.dongs if dong.code == "2201054")


def an_incident(number, *, status=Status.IN_HAND, category="power", sub="outage", **more):
    at = NOW - timedelta(hours=number)
    steps = [Step(Status.RAISED, at, "system"), Step(status, at, "person:night")]
    one = Incident(
        number, Text("정전", "Power cut"), category, sub, Priority.P2, at, "power-cut",
        dong=HERE.code, status=status, steps=steps,
    )  # fmt: skip
    for name, value in more.items():
        setattr(one, name, value)
    return one


def test_an_outage_is_told_once_a_person_has_it_in_hand():
    assert [one.kind for one in outages([an_incident(1)], HERE)] == ["power"]
    assert outages([an_incident(1, status=Status.RAISED)], HERE) == []
    assert outages([an_incident(1, dong="2206072")], HERE) == []
    assert [one.place for one in outages([an_incident(1, dong="2206072")], None)] == ["2206072"]


def test_a_drill_is_nobodys_outage_and_none_of_the_citys_deeds():
    drills = [an_incident(n, is_drill=True) for n in range(1, 9)]
    assert outages(drills, None) == []
    assert deeds(drills, None, NOW).noticed == 0


def test_what_concerns_single_homes_is_never_told():
    homes = [an_incident(n, category="care", sub="careNoUse") for n in range(1, 9)]
    assert deeds(homes, HERE, NOW).noticed == 0
    assert outages([an_incident(1, category="water", sub="noUse")], HERE) == []


@pytest.mark.parametrize("count", [1, 4])
def test_few_things_are_not_told_one_by_one(count):
    told = deeds([an_incident(n) for n in range(1, count + 1)], HERE, NOW)
    assert (told.is_few, told.noticed, told.handled, told.closed_p50_min) == (
        True,
        None,
        None,
        None,
    )


def test_many_things_are_told_with_the_time_they_took():
    some = [
        an_incident(n, status=Status.CLOSED, outcome=Outcome.RESOLVED,
                    closed_at=NOW - timedelta(hours=n) + timedelta(minutes=10 * n))
        for n in range(1, 6)
    ]  # fmt: skip
    waiting = [an_incident(6, status=Status.RAISED)]
    old = [an_incident(24 * 8)]
    told = deeds([*some, *waiting, *old], HERE, NOW)
    assert (told.is_few, told.noticed, told.handled, told.closed_p50_min) == (False, 6, 5, 30.0)


def test_the_whole_city_is_a_link_for_each_neighbourhood_in_a_few_kilobytes():
    import gzip

    drawn = near_picture.whole(CITY, "ko", "지도")
    assert drawn.count("<a href") == len(CITY.dongs) == 149
    assert len(gzip.compress(drawn.encode())) < 8_000


def test_a_neighbourhood_is_drawn_with_those_around_it_and_its_signs():
    point = {"type": "Point", "coordinates": list(HERE.centre)}
    said = {"name": "<주차장>", "state": "good", "text": "5"}
    drawn = near_picture.near(CITY, "en", HERE, "map", [{"geometry": point, "properties": said}])
    assert drawn.count('class="here"') == 1
    assert 2 <= drawn.count("<a href") < 40
    assert f"?dong={HERE.code}" not in drawn
    assert "&lt;주차장&gt; 5" in drawn
