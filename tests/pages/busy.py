"""A town in which something of everything goes on: for a walk over all pages."""

from typing import Any

from tests.pages.halls import made_halls
from tests.pages.talk import made_talk

from dalgu.access.actor import Actor, Role
from dalgu.center.cameras.cameras import Asked
from dalgu.center.drills.state import Started
from dalgu.center.incidents.deeds import Commented, Joined, Seen
from dalgu.center.warnings.filling import content_of
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

SUSEONG, DONG = "22060", "2206051"
PLACE = (128.6265, 35.8532)
CAMERA = entity_id("Device", "camera:busy")
CHIEF = Actor("person:chief", Role.ADMINISTRATOR)


def made_busy(town: Any) -> dict[str, str]:
    """Raise, warn, grant, exercise; return the ids that addresses of pages name."""
    rooms = town.platform.rooms
    camera = Device(
        id=CAMERA, category="camera", name=Text("들안길 1", "Deuran-gil 1"), bearing=90.0,
        field_of_view=60.0, reach=120.0, in_service=True, device_state="online",
        location={"type": "Point", "coordinates": list(PLACE)}, observed_at=town.clock.now(),
    )  # fmt: skip
    town.run(town.platform.hub.upsert([camera]))
    alert = town.raise_alert("busy")
    incident = town.raise_incident(
        "Smoke in an alley", "P1", lon=PLACE[0], lat=PLACE[1], district=SUSEONG, dong=DONG
    )
    deeds = [Joined((alert,), ("urn:ngsi-ld:WaterMeter:0",)), Seen(), Commented("On the way")]
    town.run(rooms.incidents.note(incident, deeds, CHIEF))
    sent = {"hazard": ["flood"], "shape": ["dongs"], "dongs": [DONG], "dong": [DONG]}
    content = content_of(town.platform.city, sent)
    warning = town.run(rooms.warnings.draft(content, CHIEF))
    town.run(rooms.warnings.send(warning.number, CHIEF))
    asked = Asked(incident, "112", "desk 3", "crime", 30, (CAMERA,))
    _, secret = town.run(rooms.cameras.grant(CHIEF, asked))
    started = Started(
        scenario="market-fire", lon=PLACE[0], lat=PLACE[1], place_ko="수성구", place_en="Suseong",
        district=SUSEONG, speed=1.0, seed=1, objectives=(),
    )  # fmt: skip
    drill = town.run(rooms.drills.start(CHIEF, started))
    town.run(rooms.drills.stop(CHIEF, drill.number))  # one at a time: others begin their own
    return {
        "incident": str(incident),
        "warning": str(warning.number),
        "grant": secret,
        "drill": str(drill.number),
        "link": town.link,
        **made_talk(town),
        **made_halls(town),
    }
