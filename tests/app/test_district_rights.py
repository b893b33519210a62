"""What lies in one district is shown to nobody who serves another: every route, every role.

One incident lies in Jung-gu, with a mark in all that people wrote about it. Every route of the
site is asked by each role for all districts, for Jung-gu and for Suseong-gu: the mark must not
come to those of Suseong-gu, and nothing they send may change the incident.
"""

import re

import pytest
from tests.app.conftest import NOW
from tests.app.test_rights import SITE

from dalgu.access.actor import CONSOLE, Role
from dalgu.center.incidents.deeds import Commented, Raised
from dalgu.center.incidents.words import Priority
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

JUNG, SUSEONG = "22010", "22060"
DONG = "2201054"
PLACE = (128.5955, 35.8690)
MARK = "MARK-OF-JUNG"
CAMERA = entity_id("Device", "camera:jung")
HOME = entity_id("Device", "gateway:care-jung")
OF_PERSONS = [Role.VIEWER, Role.OPERATOR, Role.ANALYST, Role.EVALUATOR, Role.ADMINISTRATOR]
HOLDING = re.compile(r"\{(\w+)(?::\w+)?\}")
ROOMS = ("/incidents", "/cameras", "/links", "/center/", "/replay", "/live", "/map", "/warnings")


@pytest.fixture(scope="module")
def jung(house):
    """The house with a marked incident, a camera and a home in care in Jung-gu."""
    platform, incidents = house.platform, house.platform.rooms.incidents
    point = {"type": "Point", "coordinates": list(PLACE)}
    things = [
        Device(id=CAMERA, category="camera", name=Text(MARK, MARK), location=point,
               bearing=90.0, in_service=True, observed_at=NOW, device_state="online"),
        Device(id=HOME, category="careGateway", name=Text(MARK, MARK), location=point,
               in_service=True, observed_at=NOW, device_state="online"),
    ]  # fmt: skip
    house.run(platform.hub.upsert(things))
    raised = Raised(
        title_ko=MARK, title_en=MARK, category="fire", sub_category="building",
        priority=Priority.P1, rule="hand", lon=PLACE[0], lat=PLACE[1], district=JUNG, dong=DONG,
    )  # fmt: skip
    house.run(incidents.raise_incident(raised, actor=CONSOLE))
    house.run(incidents.note(1, [Commented(MARK)], CONSOLE))
    for role in OF_PERSONS:
        for district in (JUNG, SUSEONG):
            house.headers[f"{role}-{district}"] = house.token(role, district)
    return house


IDS = {
    "number": "1",
    "incident": "1",
    "camera": CAMERA,
    "entity": HOME,
    "deed": "seen",
    "layer": "care",
    "page": "0",
    "panel": "0",
    "layout": "situation",
}


def concrete(path):
    return HOLDING.sub(lambda found: IDS.get(found[1], "1"), path)


def routes(*methods):
    return sorted(
        (method, path)
        for method, path in SITE
        if method in methods and not path.startswith("/ko") and "sign-out" not in path
    )


def asked(house, who, method, path, **more):
    address = concrete(path)
    joint = "&" if "?" in address else "?"
    told = f"{joint}language=en&incident=1&lon={PLACE[0]}&lat={PLACE[1]}&at=2026-11-22T03:00:00Z"
    headers = {"accept": "application/json", **more.pop("headers", {})}
    return house.ask(method, address + told, who, headers=headers, **more)


@pytest.mark.parametrize("role", OF_PERSONS)
def test_what_lies_in_a_district_comes_to_nobody_of_another(jung, role):
    shown = {}
    for who in (f"{role}-{SUSEONG}", f"{role}-{JUNG}"):
        answers = {path: asked(jung, who, *key) for key in routes("GET") for path in [key[1]]}
        shown[who] = {path for path, answer in answers.items() if MARK in answer.text}
        assert {path: one.text for path, one in answers.items() if one.status_code >= 500} == {}
    open_to_all = {"/en/center/entities/{entity:path}"}  # as all of the hub is to whoever signs in
    assert shown[f"{role}-{SUSEONG}"] - open_to_all == set()
    assert "/incidents.json" in shown[f"{role}-{JUNG}"]  # or the mark would prove nothing


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
def test_nothing_sent_from_another_district_changes_an_incident(jung, role):
    rooms = jung.platform.rooms
    incident = rooms.incidents.get(1)
    for method, path in routes("POST"):
        if not path.removeprefix("/en").startswith(ROOMS):
            continue
        before = len(rooms.ground.logbook.about(incident.id))
        body = {"text": "x", "reason": "x", "incident": 1, "number": 1, "purpose": "fire"}
        answer = asked(jung, f"{role}-{SUSEONG}", method, path, json=body)
        assert answer.status_code < 500, (path, answer.text)
        assert len(rooms.ground.logbook.about(incident.id)) == before, path


def test_every_look_at_an_incident_and_a_refused_one_are_written_down(jung):
    access = jung.platform.access
    before = jung.run(access.audit_entries(CONSOLE, limit=100_000))[-1][0]
    for district in (JUNG, SUSEONG):  # a room that stays open is written down once an hour
        jung.headers["night"] = jung.token(Role.OPERATOR, district)
        asked(jung, "night", "GET", "/en/center/incidents/{number:int}")
    found = jung.run(access.audit_entries(CONSOLE, after=before, limit=100))
    told = [(e.operation, e.outcome) for _, e in found if e.operation == "incident.read"]
    assert told == [("incident.read", "done"), ("incident.read", "refused")]
