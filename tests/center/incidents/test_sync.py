"""What the hub learns of incidents; a real hub over the same store."""

import asyncio
from datetime import timedelta

import pytest
from tests.center.incidents.around import NIGHT, NOW, a_fire

from dalgu.access import passwords
from dalgu.app.folder import Folder
from dalgu.app.platform import opened
from dalgu.center.incidents import deeds as d
from dalgu.center.incidents.incidents import ROOM
from dalgu.center.incidents.sync import Mirror
from dalgu.hub.types import Alert
from dalgu.kernel.clock import ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings

CLOSED = d.Closed("resolved", "꺼졌다", "끝")


class Town:
    """A platform in whose hub alerts lie."""

    def __init__(self, runner, platform, clock):
        self.runner, self.platform, self.clock = runner, platform, clock
        self.hub, self.incidents = platform.hub, platform.rooms.incidents

    def mirror(self):
        ground = self.platform.rooms.ground
        mirror = Mirror(ground, self.incidents.all, self.incidents.by_alert, ROOM)
        self.runner.run(mirror.catch_up())
        return mirror

    def alert(self, key, **parts):
        alert = Alert(
            id=entity_id("Alert", key),
            category="fire",
            status="open",
            date_issued=iso(NOW),
            **parts,
        )
        self.runner.run(self.hub.upsert([alert]))
        return alert.id

    def raise_one(self, *alerts, **parts):
        raised = self.incidents.raise_incident(a_fire(**parts), d.Joined(tuple(alerts)), NIGHT)
        return self.runner.run(raised)

    def note(self, number, *deeds):
        self.runner.run(self.clock.advance(timedelta(seconds=1)))
        self.runner.run(self.incidents.note(number, deeds, NIGHT))

    def said(self, entity, *names):
        document = self.runner.run(self.hub.retrieve(entity))
        return [document.get(name, {}).get("value") for name in names]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "city"
    clock = ManualClock(NOW)
    with asyncio.Runner() as runner, Folder(folder) as kept, pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 64)
        context = opened(Settings(data_dir=str(folder)), kept, lambda _: clock)
        platform = runner.run(context.__aenter__())
        yield Town(runner, platform, clock)
        runner.run(context.__aexit__(None, None, None))


def test_the_hub_knows_an_incident_and_its_alerts_follow_its_steps(town):
    alert = town.alert("follow")
    one = town.raise_one(alert)
    town.mirror()
    assert town.said(one.id, "status", "priority", "alertCount") == ["raised", "P1", 1]
    assert town.said(alert, "status") == ["open"]
    town.note(one.number, d.Seen())
    town.mirror()
    assert town.said(alert, "status", "acknowledgedBy") == ["acknowledged", NIGHT.id]
    town.note(one.number, d.TakenInHand(), CLOSED)
    town.mirror()
    closed_at = iso(one.closed_at)
    assert town.said(alert, "status", "closedBy", "closedAt") == ["closed", NIGHT.id, closed_at]
    assert town.said(one.id, "status", "outcome") == ["closed", "resolved"]
    town.note(one.number, d.Reopened("다시"))
    town.mirror()
    assert town.said(alert, "status") == ["acknowledged"]


def test_an_alert_that_comes_to_a_seen_incident_is_seen_too(town):
    one = town.raise_one(town.alert("first"))
    town.note(one.number, d.Seen())
    late = town.alert("late")
    town.note(one.number, d.Joined((late,)))
    town.mirror()
    assert town.said(late, "status") == ["acknowledged"]


def test_an_alert_whose_cause_is_gone_stays_as_its_service_left_it(town):
    alert = town.alert("gone", valid_to=iso(NOW))
    town.runner.run(town.hub.upsert([Alert(id=alert, status="closed")]))
    one = town.raise_one(alert)
    town.note(one.number, d.Seen(), CLOSED)
    town.note(one.number, d.Reopened("다시"))
    town.mirror()
    assert town.said(alert, "status", "closedBy") == ["closed", None]


def test_a_drill_never_enters_the_hub(town):
    alert = town.alert("drill")
    one = town.raise_one(alert, drill="urn:ngsi-ld:Drill:1")
    town.note(one.number, d.Seen())
    town.mirror()
    assert town.said(alert, "status") == ["open"]
    known = town.runner.run(town.hub.count("Incident"))
    assert known == sum(not one.is_drill for one in town.incidents.all.values())


def test_what_was_written_before_a_stop_is_mirrored_after_it_and_only_once(town):
    one = town.raise_one(town.alert("stop"))
    assert town.mirror().cursor() == town.platform.rooms.ground.logbook.head
    head = town.runner.run(town.hub.head())
    town.mirror()
    assert town.runner.run(town.hub.head()) == head
    town.note(one.number, d.Changed(priority="P2"))
    assert town.mirror().cursor() == town.platform.rooms.ground.logbook.head
    assert town.said(one.id, "priority") == ["P2"]


def test_a_merged_incident_is_closed_and_its_alerts_follow_the_other(town):
    one, other = town.raise_one(town.alert("m1")), town.raise_one(town.alert("m2"))
    town.runner.run(town.clock.advance(timedelta(seconds=1)))
    town.runner.run(town.incidents.merge(one.number, other.number, NIGHT))
    town.mirror()
    assert town.said(one.id, "status", "outcome") == ["closed", "merged"]
    assert town.said(entity_id("Alert", "m1"), "status") == ["open"]
    town.note(other.number, d.Seen())
    town.mirror()
    assert town.said(entity_id("Alert", "m1"), "status") == ["acknowledged"]


def test_the_room_mirrors_by_itself_while_it_runs(town):
    async def live():
        head = await town.hub.head()
        task = asyncio.create_task(town.incidents.run())
        await town.incidents.raise_incident(a_fire(), None, NIGHT)
        async with asyncio.timeout(5):
            await town.hub.wait(head)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return {event.type for event in await town.hub.events(head)}

    assert town.runner.run(live()) == {"Incident"}
