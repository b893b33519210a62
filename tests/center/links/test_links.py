import asyncio
import base64
import json
from datetime import timedelta
from io import BytesIO

import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from tests.center.cameras.conftest import CHIEF, MINUTE, NOW, OPERATOR

from dalgu.access.actor import Actor, Role
from dalgu.access.policy import DistrictNotAllowed, OperationNotAllowed
from dalgu.center.links.deeds import Answered, Delivered, Failed, Prepared
from dalgu.center.links.inbound import (
    AgencyInstantInvalid,
    Answer,
    DrillNotTaken,
    NotOpenedByToken,
    Report,
)
from dalgu.center.links.kinds import links, schema
from dalgu.center.links.links import BodyForgotten, LinkNotForCategory, Links
from dalgu.center.links.messages import PersonNamed, readable
from dalgu.center.links.state import LinkMessageNotExisting, Target, Way
from dalgu.center.links.telling import Telling
from dalgu.hub.errors import EntityNotExisting
from dalgu.kernel.ids import entity_id

ADDRESS = "http://city"
ELSEWHERE = Actor("person:elsewhere", Role.OPERATOR, ("22310",))


def send(place, link, incident, note="", **extra):
    telling = Telling(incident.number, note, extra)
    return place.run(place.rooms.links.send(OPERATOR, link, telling, address=ADDRESS))


def told(place, one):
    return json.loads(place.rooms.links.body(one.id))


def deeds(place, subject):
    found = place.rooms.ground.logbook.about(subject)
    return [one.deed for one in found if one.room == "links"]


def connect(place, agency, link="dispatch-119"):
    """Set an endpoint; return the token that the agency shows."""
    return place.run(place.rooms.links.set_endpoint(CHIEF, link, agency.url, "their-token"))


def deliver(place, one):
    """Carry a message while the clock runs."""

    async def carried():
        work = asyncio.ensure_future(place.rooms.links.deliver(one))
        while not work.done():
            await asyncio.sleep(0.002)
            await place.clock.advance(timedelta(milliseconds=500))
        await work

    place.run(carried())


def linked(place, link):
    try:
        return place.run(place.hub.retrieve(entity_id("LinkedSystem", f"link-{link}")))
    except EntityNotExisting:
        return None


@pytest.mark.parametrize("link", links(), ids=lambda one: one.code)
def test_each_message_holds_to_its_schema_and_is_kept_as_sent(place, link):
    incident = place.incident(category=(link.categories or ("fire",))[0])
    one = send(place, link.code, incident, "연기가 많음", person="dementia", appearance="빨간 외투")
    body = told(place, one)
    Draft202012Validator(schema(link)).validate(body)
    assert set(body) - {"version", "message", "link", "city", "sent_at", "is_drill"} <= set(
        link.fields
    )
    assert (one.target, one.way) == (Target.RECORDED, Way.DELIVERED)
    assert [type(deed) for deed in deeds(place, incident.id)] == [Prepared, Delivered]
    assert [entry.target for entry in place.audit("link.send")] == [incident.id]
    assert linked(place, link.code) is None  # nothing was really carried


def test_119_gets_stills_of_the_cameras_that_see_the_place_and_each_look_is_audited(place):
    body = told(place, send(place, "dispatch-119", place.incident()))
    [still] = body["stills"]
    assert still["camera"].endswith("camera:1")
    assert Image.open(BytesIO(base64.b64decode(still["base64"]))).size == (640, 360)
    assert [entry.purpose for entry in place.audit("camera.see")] == ["life"]


def test_112_gets_a_link_that_really_opens_the_images_and_ends(place):
    incident = place.incident()
    body = told(place, send(place, "video-112", incident))
    secret = body["video_link"].removeprefix("http://city/grants/")
    assert place.run(place.cameras.see_by_grant(secret, "camera:1")).is_clear
    [grant] = place.cameras.grants.open_ones()
    assert (grant.receiver, grant.purpose, grant.incident) == ("112", "crime", incident.id)
    assert grant.until == place.clock.now() + 30 * MINUTE


def test_read_again_a_message_opens_no_images(place):
    one = send(place, "video-112", place.incident())
    again = readable(place.rooms.links.body(one.id), with_images=True)
    assert again["video_link"] == "http://city/grants/…"
    one = send(place, "dispatch-119", place.incident())
    again = readable(place.rooms.links.body(one.id), with_images=False)
    assert {still["base64"] for still in again["stills"]} == {"…"}


def test_vulnerable_people_are_told_of_only_where_the_incident_is_about_them(place):
    with pytest.raises(LinkNotForCategory):
        send(place, "vulnerable", place.incident("fire"), person="child")
    body = told(place, send(place, "vulnerable", place.incident("missing"), person="child"))
    assert body["person"] == "child"
    assert "title_ko" not in body  # a title may say a name


@pytest.mark.parametrize("text", ["010-1234-5678", "보호자 01012345678", "500101-1234567"])
def test_numbers_of_persons_are_not_sent(place, text):
    incident = place.incident("missing")
    for words in ({"note": text}, {"appearance": text}):
        with pytest.raises(PersonNamed):
            send(place, "vulnerable", incident, **words)
    assert deeds(place, incident.id) == []


def test_an_actor_of_another_district_tells_nobody(place):
    telling = Telling(place.incident().number)
    with pytest.raises(DistrictNotAllowed):
        place.run(place.rooms.links.send(ELSEWHERE, "video-112", telling, address=ADDRESS))
    assert place.cameras.grants.all == {}


def test_a_message_reaches_the_agency_with_token_and_key(place, agency):
    connect(place, agency)
    incident = place.incident()
    one = send(place, "dispatch-119", incident)
    assert (one.target, one.way) == (Target.HTTP, Way.ON_ITS_WAY)
    deliver(place, one)
    [(headers, body)] = agency.heard
    assert body == place.rooms.links.body(one.id)
    assert headers["Authorization"] == "Bearer their-token"
    assert headers["Idempotency-Key"] == one.id
    assert (one.way, one.attempts) == (Way.DELIVERED, 1)
    system = linked(place, "dispatch-119")
    assert system["isLinked"]["value"] is True
    assert system["lastEventAt"]["value"] >= NOW.isoformat()[:19]


def test_a_failing_agency_is_asked_again_with_the_same_key(place, agency):
    agency.answers = [503, 429, 200]
    connect(place, agency)
    one = send(place, "dispatch-119", place.incident())
    deliver(place, one)
    assert (one.way, one.attempts) == (Way.DELIVERED, 3)
    assert {headers["Idempotency-Key"] for headers, _ in agency.heard} == {one.id}


@pytest.mark.parametrize(("status", "attempts"), [(500, 5), (400, 1), (401, 1)])
def test_a_message_that_cannot_be_delivered_is_given_up_and_says_why(
    place, agency, status, attempts
):
    agency.answers = [status]
    connect(place, agency)
    incident = place.incident()
    one = send(place, "dispatch-119", incident)
    deliver(place, one)
    assert (one.way, one.attempts, one.reason) == (Way.FAILED, attempts, f"status-{status}")
    assert isinstance(deeds(place, incident.id)[-1], Failed)
    assert linked(place, "dispatch-119") is None


def test_what_waits_at_a_power_cut_is_carried_after_it(place, agency):
    connect(place, agency)
    one = send(place, "dispatch-119", place.incident())
    ground = place.rooms.ground
    again = Links(ground, place.rooms.incidents, place.cameras)
    for entry in ground.logbook.after(0):
        if entry.room == "links":
            again.ledger.take(entry)
    assert [waiting.id for waiting in again.ledger.pending()] == [one.id]
    again_one = again.ledger.get(one.id)
    place.run(again.deliver(again_one))
    assert len(agency.heard) == 1


def test_a_drill_goes_to_the_record_alone(place, agency):
    connect(place, agency)
    one = send(place, "dispatch-119", place.incident(drill="drill:1"))
    assert (one.target, one.is_drill) == (Target.RECORDED, True)
    assert told(place, one)["is_drill"] is True
    assert agency.heard == []
    assert linked(place, "dispatch-119") is None


def test_a_test_goes_the_real_way_and_says_that_it_is_one(place, agency):
    connect(place, agency)
    one = place.run(place.rooms.links.test(OPERATOR, "dispatch-119"))
    deliver(place, one)
    [(headers, body)] = agency.heard
    assert headers["Dalgu-Drill"] == "true"
    assert json.loads(body)["is_drill"] is True
    assert linked(place, "dispatch-119") is None


def test_only_an_administrator_says_where_a_link_goes(place, agency):
    with pytest.raises(OperationNotAllowed):
        place.run(place.rooms.links.set_endpoint(OPERATOR, "disaster", agency.url, ""))
    assert place.rooms.links.ledger.link("disaster").host == ""


def answer(place, token, one, status="arrived", at=None, link="dispatch-119"):
    given = Answer(one.id, status, at or place.clock.now())
    return place.run(place.rooms.links.answer(link, token, given))


def test_the_time_of_arrival_comes_back(place, agency):
    token = connect(place, agency)
    incident = place.incident()
    one = send(place, "dispatch-119", incident)
    place.run(place.clock.advance(8 * MINUTE))
    arrived = place.clock.now()
    answer(place, token, one, "dispatched", arrived - 5 * MINUTE)
    for _ in range(2):  # a repeated answer changes nothing
        answer(place, token, one, "arrived", arrived)
    assert incident.arrived_at == arrived
    answered = [deed for deed in deeds(place, incident.id) if isinstance(deed, Answered)]
    assert [deed.status for deed in answered] == ["dispatched", "arrived"]
    assert linked(place, "dispatch-119") is not None


def test_an_answer_needs_the_token_of_its_own_link(place, agency):
    token, incident = connect(place, agency), place.incident()
    other = connect(place, agency, "disaster")
    one = send(place, "dispatch-119", incident)
    for wrong in ("", "x", other):
        with pytest.raises(NotOpenedByToken):
            answer(place, wrong, one)
    with pytest.raises(LinkMessageNotExisting):
        answer(place, other, one, link="disaster")
    with pytest.raises(NotOpenedByToken):  # a link that nobody has set up has no token
        answer(place, "", one, link="vulnerable")
    with pytest.raises(AgencyInstantInvalid):
        answer(place, token, one, at=place.clock.now() + timedelta(hours=1))
    assert incident.arrived_at is None


def test_an_agencys_report_becomes_an_alert_once(place, agency):
    token = connect(place, agency)
    report = Report("119-2026-1", "아파트 화재", "fire", 128.6, 35.868)
    rooms = place.rooms
    for _ in range(2):
        alert = place.run(rooms.links.hear("dispatch-119", token, report))
    document = place.run(place.hub.retrieve(alert))
    assert document["category"]["value"] == "fire"
    assert document["status"]["value"] == "open"
    assert rooms.links.ledger.link("dispatch-119").reported == 1
    assert linked(place, "dispatch-119") is not None
    drill = Report("2", "훈련", "fire", 128.6, 35.868, is_drill=True)
    with pytest.raises(DrillNotTaken):
        place.run(rooms.links.hear("dispatch-119", token, drill))


def test_what_messages_said_is_forgotten_after_a_month(place):
    old = send(place, "dispatch-119", place.incident())
    place.run(place.clock.advance(timedelta(days=31)))
    new = send(place, "disaster", place.incident())
    assert place.run(place.rooms.links.forget_old()) == 1
    with pytest.raises(BodyForgotten):
        place.rooms.links.body(old.id)
    assert place.rooms.links.body(new.id)
    assert old.digest


def test_what_is_sent_is_carried_by_itself(place, agency):
    connect(place, agency)
    incident, links = place.incident(), place.rooms.links
    book = place.rooms.ground.logbook

    async def a_while():
        work = asyncio.ensure_future(links.run())
        telling = Telling(incident.number)
        one = await links.send(OPERATOR, "dispatch-119", telling, address=ADDRESS)
        async with asyncio.timeout(5):
            while one.way is Way.ON_ITS_WAY:
                await book.wait(book.head)
        work.cancel()
        return one

    assert place.run(a_while()).way is Way.DELIVERED
    assert len(agency.heard) == 1
