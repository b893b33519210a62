"""The meter and the district over a filled hub: what stands on them, and what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu.access.actor import Actor, Role
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Alert, Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.water.balance.pages import BalancePeriodInvalid
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.validation.jobs import validate
from dalgu.services.water.validation.pages import take_edit
from dalgu.services.water.views.district import district
from dalgu.services.water.views.finding import WaterDistrictNotExisting, WaterMeterNotExisting
from dalgu.services.water.views.meter import meter
from dalgu.services.water.views.overview import overview
from dalgu.services.water.words import DISTRICT, METER, WORDS

NOW = datetime(2026, 3, 10, 19, tzinfo=UTC)  # 04:00 on 11 March in Seoul
START = datetime(2026, 2, 28, 15, tzinfo=UTC)
AREA = entity_id("DistrictMeteredArea", "west")
METER_ID = entity_id("WaterMeter", "7")
GAP = range(9 * 24 + 2, 9 * 24 + 5)  # hours of 9 March that were never heard
USE_L = 10


class City:
    """One district with one meter, read by the hour from 1 March on, and its inlet."""

    def __init__(self, folder, runner):
        self.clock = ManualClock(NOW)
        self.hub = LocalHub.open(folder / "city.db", self.clock)
        self.run = runner.run
        self.run(self.hub.upsert(self.things()))
        hours = int((NOW - START) / timedelta(hours=1)) + 1
        at = [START + timedelta(hours=hour) for hour in range(hours)]
        reads = [
            Delivery(
                Message(when, "http", "test", "meter:7", b"\x01"),
                [WaterMeter(id=METER_ID, observed_at=when, volume=50 + hour * USE_L / 1000)],
            )
            for hour, when in enumerate(at)
            if hour not in GAP
        ]
        self.run(self.hub.ingest(reads))
        flows = [
            DistrictMeteredArea(id=AREA, observed_at=when, inflow=0.0125, consumption=0.01)
            for when in at[1:]
        ]
        self.run(self.hub.upsert(flows))
        self.run(validate(self.hub, self.clock))

    def things(self):
        return [
            WaterMeter(
                id=METER_ID,
                name=Text("서쪽 7", "West 7"),
                dma=AREA,
                diameter=15.0,
                gateway="gw-1",
                is_active=True,
                location={"type": "Point", "coordinates": [128.6, 35.8]},
            ),
            DistrictMeteredArea(
                id=AREA,
                name=Text("서쪽", "West"),
                mains_length=5_000.0,
                connections=200,
                mean_pressure=40.0,
            ),
            Device(id=entity_id("Device", "lora:7"), controlled_asset=METER_ID),
            Alert(
                id=entity_id("Alert", "water", "missingReads", "7"),
                category="water",
                sub_category="missingReads",
                status="open",
                severity="low",
                alert_source=METER_ID,
                name=Text("검침 누락", "Missing reads"),
                description=Text("전파가 약합니다.", "Its signal was weak."),
                data={"cause": "radio"},
            ),
        ]

    def meter(self, **query):
        return self.run(meter(self.hub, self.clock, Asked({"meter": METER_ID}, query)))

    def district(self, **query):
        return self.run(district(self.hub, self.clock, Asked({"district": AREA}, query)))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    with asyncio.Runner() as runner:
        built = City(tmp_path_factory.mktemp("water"), runner)
        yield built
        runner.run(built.hub.close())


def test_every_hour_of_a_meter_is_told_how_it_is_known(city):
    page = city.meter()
    rows = {day: [cell.key for cell in cells] for day, _, _, cells in page["strip"].rows}
    assert len(rows) == 7
    assert rows["2026-03-10"].count("estimated") == 4
    assert rows["2026-03-09"] == ["read"] * 24
    assert page["success_pct"] == round(100 * (7 * 24 - 4) / (7 * 24), 1)


def test_each_day_leads_to_the_frames_of_its_registers(city):
    newest = city.meter()["evidence"][0]
    assert newest["end_l"] - newest["start_l"] == newest["total_l"] == 24 * USE_L
    first, last = newest["frames"]
    message = city.run(city.hub.message(first))
    assert (message.device, message.body, first < last) == ("meter:7", b"\x01", True)


def test_a_meter_says_where_it_is_and_why_it_is_not_read(city):
    page = city.meter()
    assert page["meter"]["area"]["name"].en == "West"
    assert page["around"]["mark"] == [128.6, 35.8]
    assert (page["diagnosis"]["is_good"], page["diagnosis"]["text"].en) == (
        False,
        "Its signal was weak.",
    )
    assert [one["name"] for one in page["radio"]["devices"]] == ["lora:7"]
    assert len(page["open_alerts"]) == 1


def test_a_day_shows_its_versions_after_an_edit(tmp_path):
    with asyncio.Runner() as runner:
        own = City(tmp_path, runner)
        sent = {
            "first_hour": "2026-03-08T05:00",
            "values": "10 10",
            "reason": "The dial was photographed",
        }
        asked = Asked({"meter": METER_ID}, {}, sent)
        runner.run(take_edit(own.hub, own.clock, Actor("person:7", Role.OPERATOR), asked))
        page = own.meter(day="2026-03-08")
        assert [row["version"] for row in page["versions"]["rows"]] == [2, 1]
        keys = [cell.key for cell in page["strip"].rows[2][3]]
        assert keys.count("edited") == 2
        runner.run(own.hub.close())


def test_a_district_shows_what_entered_and_where_it_went(city):
    page = city.district()
    balance = page["balance"]
    cells = {cell["key"]: cell for row in balance["rows"] for cell in row}
    assert balance["period"]["key"] == "7d"
    assert (cells["system_input"]["m3"], cells["billed"]["m3"]) == (2.1, 1.7)
    assert cells["non_revenue"]["share_pct"] == 20.0
    # (18 x 5 km + 0.8 x 200) x 40 m = 10 m3 a day, Lambert et al. 1999
    assert balance["index"]["unavoidable_m3d"] == 10.0
    assert balance["index"]["is_indication"]


def test_the_rows_and_columns_of_the_balance_fill_its_table(city):
    rows = city.district()["balance"]["rows"]
    assert sum(cell["rows"] * cell["columns"] for row in rows for cell in row) == 7 * 5


def test_a_district_shows_its_reading_its_sheets_and_its_hours(city):
    page = city.district()
    assert page["reading"] == {"active": 1, "read": 1, "pct": 100.0}
    assert page["sheets"][0]["day"] == "2026-03-10"
    assert page["sheets"][0]["estimated"] == 4
    assert {hour["inflow"] for hour in page["chart"]["hours"]} == {0.01}
    assert np.isfinite([x for x, _ in page["chart"]["drawn"].marks]).all()


def test_a_month_that_is_not_known_says_how_much_of_it_is(city):
    page = city.district(period="2026-02")["balance"]
    assert page["rows"] == []
    assert "672" in page["why_not"].en


@pytest.mark.parametrize("period", ["soon", "2026-13", "2027-01", "2026-3", "0000-01", "9999-12"])
def test_a_period_that_is_none_is_refused(city, period):
    with pytest.raises(BalancePeriodInvalid):
        city.district(period=period)


def test_the_overview_adds_up_the_newest_full_day_and_the_causes(city):
    page = city.run(overview(city.hub, city.clock, Asked()))
    assert page["balance"] == {"areas": 1, "losses_m3": 0.1, "ratio_pct": 80.0}
    assert [(one["name"].en, one["count"]) for one in page["unread"]] == [("Weak radio", 1)]
    assert page["kinds"][0]["alerts"][0]["href"].endswith(METER_ID)
    assert page["meters"]["read_pct"] == 100.0


@pytest.mark.parametrize("wrong", ["urn:ngsi-ld:WaterMeter:none", AREA, "7", "", "x" * 5_000])
def test_what_is_no_meter_is_refused_by_name(city, wrong):
    with pytest.raises(WaterMeterNotExisting):
        city.run(meter(city.hub, city.clock, Asked({"meter": wrong})))


@pytest.mark.parametrize("wrong", ["urn:ngsi-ld:DistrictMeteredArea:none", METER_ID, "", "가"])
def test_what_is_no_district_is_refused_by_name(city, wrong):
    with pytest.raises(WaterDistrictNotExisting):
        city.run(district(city.hub, city.clock, Asked({"district": wrong})))


def test_every_word_is_in_both_languages():
    assert all(word.ko and word.en for words in (WORDS, METER, DISTRICT) for word in words.values())
