"""A city with a few cameras and one incident, behind the real rooms of a real platform."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.access.actor import Actor, Role
from dalgu.app.folder import Folder
from dalgu.app.platform import opened
from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.words import Priority
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
HERE = (128.6, 35.868)  # in Jung-gu
MINUTE = timedelta(minutes=1)
NORTH_DEG = 1 / 111_195  # of one metre
OPERATOR = Actor("person:night", Role.OPERATOR)
CHIEF = Actor("person:chief", Role.ADMINISTRATOR)


def a_camera(key, *, south_m=50.0, bearing=0.0, origin="synthetic"):
    return Device(
        id=entity_id("Device", "camera", key),
        name=Text(f"카메라 {key}", f"Camera {key}"),
        category="camera",
        bearing=bearing,
        field_of_view=80.0,
        reach=120.0,
        location={"type": "Point", "coordinates": [HERE[0], HERE[1] - south_m * NORTH_DEG]},
        origin=origin,
    )


class Place:
    """One platform on one loop."""

    def __init__(self, runner, platform, clock):
        self.run, self.platform, self.clock = runner.run, platform, clock
        self.rooms, self.hub = platform.rooms, platform.hub
        self.cameras = platform.rooms.cameras

    def incident(self, category="fire", drill=None):
        raised = Raised(
            title_ko="시장 화재",
            title_en="Fire in the market",
            category=category,
            sub_category="smoke",
            priority=Priority.P1,
            rule="hand",
            lon=HERE[0],
            lat=HERE[1],
            district=self.district,
            drill=drill,
        )
        return self.run(self.rooms.incidents.raise_incident(raised))

    @property
    def district(self):
        return self.run(self.cameras.camera("camera:1")).district

    def audit(self, operation):
        entries = self.run(self.platform.access.audit_entries(CHIEF, limit=1000))
        return [entry for _, entry in entries if entry.operation == operation]

    def book(self, incident):
        found = self.rooms.ground.logbook.about(incident.id)
        return [(one.actor, one.deed) for one in found if one.room == "cameras"]


@pytest.fixture
def place(tmp_path):
    clock = ManualClock(NOW)
    with Folder(tmp_path / "city") as kept, asyncio.Runner() as runner:
        settings = Settings(data_dir=str(tmp_path / "city"))
        opening = opened(settings, kept, lambda _: clock)
        platform = runner.run(opening.__aenter__())
        looking, away = a_camera("1"), a_camera("2", south_m=20, bearing=180)
        runner.run(platform.hub.upsert([looking, away, a_camera("3", south_m=900)]))
        yield Place(runner, platform, clock)
        runner.run(opening.__aexit__(None, None, None))
