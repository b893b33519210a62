import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.retention import KEEP_ALL, MessageEmptied, Retention, RetentionInvalid, load
from dalgu.hub.retiring import Emptied, empty_messages, going, messages_going
from dalgu.hub.sealing import Sealing
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id

NOW = datetime(2026, 5, 20, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, tzinfo=UTC)
METER, LAMP = entity_id("WaterMeter", "a"), entity_id("Lamp", "a")
HOUR = timedelta(hours=1)

RULES = """
[[history]]
type = "WaterMeter"
attribute = "volume"
steps = [
  { after_days = 30, keep = "hour", value = "last" },
  { after_days = 365, keep = "day", value = "avg" },
  { after_days = 3650, keep = "nothing" },
]

[messages]
body_days = 30
"""


def rules(folder: Path, text: str = RULES) -> Retention:
    (folder / "retention.toml").write_text(text)
    return load(folder)


def due_at(kept: Retention, now: datetime):
    return lambda until: kept.due(until, now)


def a_reading(at: datetime, volume: object, entity: str = METER) -> dict:
    stamp = at.isoformat().replace("+00:00", "Z")
    told = {"type": "Property", "value": volume, "unitCode": "MTQ", "observedAt": stamp}
    return {"id": entity, "type": entity.split(":")[2], "volume": told}


def lived(folder: Path, work):
    """Run work on a hub with two hours of readings each quarter of an hour, long ago."""

    async def life():
        hub = LocalHub.open(folder / "city.db", ManualClock(NOW))
        try:
            for entity in (METER, LAMP):
                quarters = [(MARCH + n * HOUR / 4, n / 2) for n in range(8)]
                await hub.upsert([a_reading(at, value, entity) for at, value in quarters])
            return await work(hub, due_at(rules(folder), NOW))
        finally:
            await hub.close()

    return asyncio.run(life())


async def told(hub: LocalHub, entity: str = METER) -> list[dict]:
    found = [instance for instance, _ in await hub.history(entity, "volume")]
    return found[::-1]


def test_hours_keep_their_last_value_and_say_what_they_stand_for(tmp_path):
    async def work(hub, due):
        await Sealing(hub.store, None, due).run(NOW)
        return await told(hub), await told(hub, LAMP)

    (first, second), lamp = lived(tmp_path, work)

    assert (first["value"], first["observedAt"]) == (1.5, "2026-03-02T00:45:00Z")
    assert (second["value"], second["unitCode"]) == (3.5, "MTQ")
    assert first["downsampled"] == {
        "type": "Property",
        "value": {
            "period": "PT1H",
            "start": "2026-03-02T00:00:00Z",
            "value": "last",
            "count": 4,
            "avg": 0.75,
            "sum": 3.0,
            "min": 0.0,
            "max": 1.5,
            "first": 0.0,
            "last": 1.5,
        },
    }
    assert len(lamp) == 8


def test_a_day_sums_up_its_hours_and_the_raw_rows_that_came_late(tmp_path):
    async def work(hub, due):
        await Sealing(hub.store, None, due).run(NOW)
        await hub.upsert([a_reading(MARCH + 5 * HOUR, 10.5)])
        later = due_at(rules(tmp_path), NOW + timedelta(days=365))
        await Sealing(hub.store, None, later).run(NOW)
        [day] = await told(hub)
        last = due_at(rules(tmp_path), NOW + timedelta(days=3_650))
        await Sealing(hub.store, None, last).run(NOW)
        return day, await told(hub), len(await told(hub, LAMP))

    day, after, lamp = lived(tmp_path, work)

    sums = day["downsampled"]["value"]
    assert (sums["period"], sums["count"], sums["sum"]) == ("P1D", 9, 24.5)
    assert day["value"] == pytest.approx(24.5 / 9)
    assert (sums["first"], sums["last"], sums["max"]) == (0.0, 10.5, 10.5)
    assert day["observedAt"] == "2026-03-02T05:00:00Z"
    assert after == []
    assert lamp == 8


def test_a_second_run_finds_nothing_due(tmp_path):
    async def work(hub, due):
        before = await going(hub.store, due)
        await Sealing(hub.store).run(NOW)
        foreseen = await going(hub.store, due)
        await Sealing(hub.store, None, due).run(NOW)
        once = await told(hub)
        again = await Sealing(hub.store, None, due).run(NOW)
        return before, foreseen, once, again, await going(hub.store, due), await told(hub)

    before, foreseen, once, again, after, twice = lived(tmp_path, work)

    assert before == after == again == []
    assert [(one.rows, one.left) for one in foreseen] == [(16, 10)]
    assert foreseen[0].freed_bytes > 0
    assert once == twice


def test_what_is_no_number_stays_until_it_is_dropped(tmp_path):
    async def work(hub, due):
        await hub.upsert([a_reading(MARCH + 3 * HOUR, text) for text in ("open",)])
        await Sealing(hub.store, None, due).run(NOW)
        return [one["value"] for one in await told(hub)]

    assert lived(tmp_path, work) == [1.5, 3.5, "open"]


def test_old_messages_are_emptied_but_for_those_cited_and_refused(tmp_path):
    async def work():
        hub = LocalHub.open(tmp_path / "city.db", ManualClock(NOW))
        try:
            for at, refusal in ((MARCH, None), (MARCH, None), (MARCH, "why"), (NOW, None)):
                message = Message(at, "http", "test", "d", b"body", refusal)
                await hub.ingest([Delivery(message, [])])
            foreseen = await messages_going(hub.store, NOW, {2})
            done = await empty_messages(hub.store, NOW, {2})
            again = await empty_messages(hub.store, NOW, {2})
            kept = [(await hub.message(number)).body for number in (2, 3, 4)]
            with pytest.raises(MessageEmptied, match="2026-03-02"):
                await hub.message(1)
            return foreseen, done, again, kept
        finally:
            await hub.close()

    foreseen, done, again, kept = asyncio.run(work())

    assert foreseen == done == Emptied(1, 4)
    assert again == Emptied(0, 0)
    assert kept == [b"body"] * 3


def test_without_a_file_all_is_kept(tmp_path):
    assert load(tmp_path) == KEEP_ALL


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[history]]\nsteps = []", "must grow"),
        ('[[history]]\nsteps = [{ after_days = 9, keep = "week" }]', "week"),
        ('[[history]]\ntpye = "X"\nsteps = []', "tpye"),
        (
            '[[history]]\nsteps = [{ after_days = 9, keep = "day" }, '
            '{ after_days = 99, keep = "hour" }]',
            "hours, then days",
        ),
        ("history = ", "invalid"),
    ],
)
def test_wrong_rules_are_refused_before_anything_goes(tmp_path, text, why):
    with pytest.raises(RetentionInvalid, match=why):
        rules(tmp_path, text)
