from datetime import UTC, datetime, timedelta

import numpy as np

from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.alerts import alert_id, alerts
from dalgu.services.water.flags.flag import Kind
from dalgu.services.water.flags.judging import Judged, judge
from dalgu.services.water.hourly import Hourly, Reads

START = datetime(2026, 2, 28, 15, tzinfo=UTC)  # midnight in Daegu
NOW = START + timedelta(days=18)
METER = WaterMeter(id=entity_id("WaterMeter", "gachang", "0001"), origin="synthetic")
NO_READS = Reads(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
RESTFUL = np.tile(np.r_[np.zeros(8), np.full(16, 0.02)], 18)


def findings(used_m3):
    hourly = Hourly(START.timestamp(), used_m3[None], np.zeros((1, len(used_m3)), np.uint8))
    return judge(Judged([METER], hourly, NO_READS))


def running(hours, litres=30):
    return np.r_[RESTFUL[: 432 - hours], np.full(hours, litres / 1000)]


def test_a_leak_is_told_with_its_figures_as_a_suspicion():
    [alert] = alerts(findings(running(96)), {}, NOW)
    assert alert.id == alert_id(METER.id, Kind.CONTINUOUS_FLOW)
    assert (alert.status, alert.severity, alert.origin) == ("open", "high", "synthetic")
    assert alert.data["runningH"] >= 96
    assert alert.data["leastM3d"] == 0.72
    assert "의심" in alert.description.ko
    assert "suspected" in alert.description.en


def test_the_first_day_of_a_small_flow_is_of_low_severity():
    [alert] = alerts(findings(running(24, litres=3)), {}, NOW)
    assert alert.severity == "low"


def test_a_second_look_at_the_same_hours_writes_nothing():
    found = findings(running(96))
    held = {alert.id: alert for alert in alerts(found, {}, NOW)}
    assert alerts(found, held, NOW + timedelta(minutes=5)) == []


def test_new_figures_keep_the_first_day_and_a_persons_acknowledgement():
    [first] = alerts(findings(running(72)), {}, NOW)
    acknowledged = type(first)(**{**vars(first), "status": "acknowledged"})
    [again] = alerts(findings(running(120)), {first.id: acknowledged}, NOW + timedelta(days=2))
    assert (again.status, again.date_issued) == ("acknowledged", first.date_issued)


def test_the_alert_closes_when_the_meter_rests_again():
    [alert] = alerts(findings(running(96)), {}, NOW)
    [closed] = alerts(findings(RESTFUL), {alert.id: alert}, NOW + timedelta(days=1))
    assert (closed.id, closed.status) == (alert.id, "closed")
    assert closed.valid_to is not None


def test_missing_reads_close_nothing():
    [alert] = alerts(findings(running(96)), {}, NOW)
    assert alerts(findings(np.full(432, np.nan)), {alert.id: alert}, NOW) == []


def test_a_new_leak_after_a_closed_one_is_issued_anew():
    [alert] = alerts(findings(running(96)), {}, NOW)
    closed = type(alert)(**{**vars(alert), "status": "closed"})
    later = NOW + timedelta(days=30)
    [again] = alerts(findings(running(96)), {alert.id: closed}, later)
    assert again.status == "open"
    assert again.date_issued != alert.date_issued


def test_no_use_is_told_with_the_use_before():
    silent = np.r_[RESTFUL[:336], np.zeros(96)]
    [alert] = alerts(findings(silent), {}, NOW)
    assert alert.sub_category == "noUse"
    assert alert.data["beforeM3d"] == 0.32
