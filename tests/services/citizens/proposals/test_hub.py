"""What the hub knows of proposals, and what proposals know of the hub."""

from datetime import date, timedelta

import pytest

from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.moderation.words import rules
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.figures import effect, near, spans
from dalgu.services.citizens.proposals.refusals import FigureNotPublic, FigureSilent
from dalgu.services.citizens.proposals.similar import Similar
from dalgu.services.citizens.proposals.words import Decision, Side
from dalgu.services.parking.entities import OffStreetParking
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter

HERE = (128.6265, 35.8532)


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


def lot(name, lon, free, at):
    return OffStreetParking(
        id=entity_id("OffStreetParking", name), name=Text(name, name), total_spot_number=80,
        available_spot_number=free, location=point(lon, HERE[1]), observed_at=at,
    )  # fmt: skip


def test_a_proposal_is_an_entity_with_its_history(talk):
    number = talk.propose(place=d.Place(*HERE))
    [first] = talk.town.mirrored("Proposal")
    assert first["status"]["value"] == "maturing"
    assert first["location"]["value"]["coordinates"] == list(HERE)
    talk.support(number, *talk.citizens(3))
    talk.do("route", number, "safety")
    talk.do("answer", number, talk.answer(Decision.PARTLY))
    [now] = talk.town.mirrored("Proposal")
    values = {
        key: now[key]["value"] for key in ("status", "decision", "supportCount", "department")
    }
    assert values == {
        "status": "answered", "decision": "partly", "supportCount": 3, "department": "safety",
    }  # fmt: skip
    counts = talk.town.run(talk.town.ground.hub.history(now["id"], "status"))
    assert [one["value"] for one, _ in counts] == ["answered", "maturing"]


def test_petitions_and_questions_are_entities_too(talk):
    talk.propose(space="petition")
    closes = talk.town.clock.now() + timedelta(days=9)
    asked = d.Published(0, "ask", "물음", "글", closes_at=closes, department="traffic")
    number = talk.do("ask", asked)
    talk.town.run(talk.room.comment(talk.town.citizen(), number, Side.AGAINST, "아니요"))
    [petition], [question] = talk.town.mirrored("Petition"), talk.town.mirrored("CityQuestion")
    assert petition["signatureCount"]["value"] == 0
    assert question["againstCount"]["value"] == 1


def test_what_is_taken_off_keeps_no_title_in_the_hub_nor_on_the_record(talk):
    number = talk.reached(title="나쁜 제목")
    rule, moderation = next(iter(rules())), talk.town.rooms.moderation
    talk.town.run(moderation.hide(talk.town.staff, f"proposal:{number}", rule, "규칙 위반"))
    [entity] = talk.town.mirrored("Proposal")
    assert entity["name"]["languageMap"]["ko"] == "가려진 글"
    assert [one.title.ko for one in talk.town.rooms.clocks.owed()] == ["가려진 글"]


def test_who_takes_part_is_counted_once_by_a_pseudonym(talk):
    author, other = talk.town.citizen(), talk.town.citizen()
    numbers = [talk.propose(f"제안 {n}", actor=author) for n in range(3)]
    for number in numbers:
        talk.support(number, other)
    told = talk.town.mirrored("Participation")
    assert sorted(one["action"]["value"] for one in told) == ["proposal", "vote"]
    people = {one["person"]["value"] for one in told}
    assert len(people) == 2
    assert not people & {author.id, other.id}


def test_what_is_measured_near_a_place_comes_with_its_age(talk):
    now = talk.town.clock.now()
    hub = talk.town.ground.hub
    things = [
        lot("가까운", HERE[0] + 0.001, 12, now),
        lot("먼", HERE[0] + 0.02, 40, now),
        lot("오래된", HERE[0] + 0.002, 7, now - timedelta(hours=3)),
        lot("말이 없는", HERE[0], None, None),
        TrafficFlowObserved(
            id=entity_id("TrafficFlowObserved", "1"), name=Text("교차로", "Crossing"),
            intensity=840.0, location=point(*HERE), observed_at=now,
        ),
        WaterMeter(id=entity_id("WaterMeter", "home"), volume=3.0, location=point(*HERE)),
        DistrictMeteredArea(
            id=entity_id("DistrictMeteredArea", "few"), consumption=1.0, meter_count=3,
            location=point(*HERE), observed_at=now,
        ),
    ]  # fmt: skip
    talk.town.run(hub.upsert(things))
    found = talk.town.run(near(hub, HERE, now))
    assert [(one.name.ko, one.value, one.is_stale) for one in found] == [
        ("가까운", 12.0, False), ("오래된", 7.0, True), ("교차로", 840.0, False),
    ]  # fmt: skip
    assert found[0].of == 80
    assert found[0].distance_m == pytest.approx(90, abs=1)  # 0.001 degrees at 35.85 north


def test_an_effect_is_read_from_the_series_of_the_hub(talk):
    hub, now = talk.town.ground.hub, talk.town.clock.now()
    for days, free in ((20, 4), (19, 6), (3, 20), (2, 30)):
        talk.town.run(hub.upsert([lot("봉산", HERE[0], free, now - timedelta(days=days))]))
    told = talk.town.run(
        effect(
            hub, entity_id("OffStreetParking", "봉산"), "availableSpotNumber",
            (date(2026, 11, 1), date(2026, 11, 15)), (date(2026, 11, 25), date(2026, 11, 29)),
        )
    )  # fmt: skip
    assert (told.before, told.after, told.before_count, told.after_count) == (5.0, 25.0, 2, 2)


@pytest.mark.parametrize("entity", ["urn:ngsi-ld:WaterMeter:home", "urn:ngsi-ld:Nothing:1"])
def test_a_private_or_unknown_figure_shows_no_effect(talk, entity):
    hub = talk.town.ground.hub
    meter = WaterMeter(id=entity_id("WaterMeter", "home"), volume=3.0)
    talk.town.run(hub.upsert([meter, Device(id=entity_id("Device", "x"))]))
    days = (date(2026, 11, 1), date(2026, 11, 2))
    with pytest.raises(FigureNotPublic):
        talk.town.run(effect(hub, entity, "volume", days, days))


def test_days_without_a_value_show_no_effect(talk):
    hub, now = talk.town.ground.hub, talk.town.clock.now()
    talk.town.run(hub.upsert([lot("봉산", HERE[0], 4, now)]))
    days = (date(2026, 10, 1), date(2026, 10, 2)), (date(2026, 11, 1), date(2026, 11, 30))
    with pytest.raises(FigureSilent):
        talk.town.run(
            effect(hub, entity_id("OffStreetParking", "봉산"), "availableSpotNumber", *days)
        )


def test_spans_of_days_come_in_their_order():
    good = ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-03"]
    assert spans(good)[1] == (date(2026, 11, 3), date(2026, 11, 3))
    for wrong in ([*good[:2], "2026-11-02", "2026-11-04"], ["x", *good[1:]], good[::-1]):
        with pytest.raises(ValueError):  # noqa: PT011 - of dates and of order alike
            spans(wrong)


def test_a_proposal_that_says_the_same_in_other_words_comes_first(talk):
    texts = {
        "어두운 골목에 가로등을 더 달아 주세요": "밤에 무섭습니다.",
        "놀이터에 그늘막 설치": "여름에 뜨겁습니다.",
        "버스 배차 간격을 줄여 주세요": "출근길에 오래 기다립니다.",
    }
    for title, text in texts.items():
        talk.propose(title, text=text)
    found = talk.town.run(
        Similar().to("골목길 가로등 추가 설치", "밤길이 어두워요", talk.room.all.values())
    )
    assert found[0].proposal.number == 1
    assert 3 not in [one.proposal.number for one in found]
    assert talk.town.run(Similar().to("", "", talk.room.all.values())) == []
