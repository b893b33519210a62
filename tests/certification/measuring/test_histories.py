"""Observed variables over hot, sealed and thawed history, against a count in plain loops."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.certification.measuring.cities import (
    DAY,
    HOUR,
    NOW,
    city_of,
    entity,
    indicator,
    urn,
)

from dalgu.certification.measurement import Status

SEEN = {"type": ["Pump"], "attribute": "state"}
PUMPS = {"type": ["Pump"], "where": "isUsed==true"}
PERIOD_DAYS = 10


def of_measure(measure, **more):
    told = {**PUMPS, "observed": SEEN, "measure": measure, "max_age_s": 7_200, **more}
    return indicator("x", code=f"T-{measure}", period_days=PERIOD_DAYS, variables={"x": told})


MEASURES = [of_measure(one) for one in ("any", "days", "hours", "time")]


@pytest.fixture
def city(tmp_path):
    made = city_of(tmp_path, *MEASURES)
    yield made
    made.close()


def is_fresh(at, instants):
    return any(timedelta(0) <= at - one <= timedelta(seconds=7_200) for one in instants)


def plain_share(measure, instants, since):
    """Share of [since, NOW) that one pump was observed, by asking each hour, day and minute."""
    seen = [at for at in instants if NOW - PERIOD_DAYS * DAY <= at < NOW]
    korea = 9 * HOUR
    if measure == "any":
        return float(bool(seen))
    if measure == "days":
        first = (since + korea - timedelta(microseconds=1)).date() + DAY
        days = [first + n * DAY for n in range(((NOW + korea).date() - first).days)]
        days = days or [
            (since + korea).date() + n * DAY
            for n in range(((NOW + korea).date() - (since + korea).date()).days + 1)
        ]
        heard = {(at + korea).date() for at in seen}
        return sum(day in heard for day in days) / len(days)
    if measure == "hours":
        hours, at = [], since.replace(minute=0, second=0) + HOUR
        while at <= NOW:
            hours.append(at)
            at += HOUR
        return sum(is_fresh(at, seen) for at in hours) / len(hours) if hours else 0.0
    covered, ends = timedelta(0), since
    for at in sorted(seen):
        begin = max(at, ends)
        ends = max(ends, min(NOW, at + timedelta(seconds=7_200)))
        covered += max(timedelta(0), ends - begin)
    return covered / (NOW - since)


minutes = st.lists(
    st.integers(1, 12 * 24 * 60).map(lambda m: NOW - timedelta(minutes=m)), max_size=9
)


@settings(max_examples=25, deadline=None)
@given(st.lists(minutes, min_size=1, max_size=3), minutes, st.integers(0, 11), st.booleans())
def test_a_share_is_what_plain_loops_say(tmp_path_factory, told, late, sealed_days, is_used):
    city = city_of(tmp_path_factory.mktemp("pumps"), *MEASURES)
    names = [urn("Pump", n) for n in range(len(told))]
    city.put(*(entity("Pump", n, isUsed=True) for n in range(len(told))))
    city.put(entity("Pump", "other", isUsed=is_used and None))
    for name, instants in zip(names, told, strict=True):
        city.observe(name, "state", *instants)
    city.seal(NOW.replace(hour=0) - sealed_days * DAY)
    city.observe(names[0], "state", *late)  # brings what was sealed of it back
    city.observe(urn("Pump", "other"), "state", NOW - HOUR)
    heard = [[*told[0], *late], *told[1:]]
    found = city.assess("test").measurements
    city.close()
    within = [at for one in heard for at in one if at >= NOW - PERIOD_DAYS * DAY]
    since = min(within, default=NOW - DAY)
    for one in MEASURES:
        expected = sum(plain_share(one.variables["x"].measure, each, since) for each in heard)
        is_told = bool(within) and NOW - since >= timedelta(seconds=7_200)
        value = found[one.code].value
        assert value == (pytest.approx(expected, abs=1e-9) if is_told else None), one.code


def test_without_an_observation_nothing_is_available(city):
    city.put(entity("Pump", 1, isUsed=True))
    for one in city.assess("test").measurements.values():
        assert (one.status, one.value, one.coverage) == (Status.NOT_AVAILABLE, None, 0.0)


def test_a_subject_is_found_through_links(tmp_path):
    observed = {"type": ["Device"], "attribute": "state", "via": ["feed", "department"]}
    told = {"type": ["Department"], "observed": observed, "measure": "any"}
    city = city_of(tmp_path, indicator("x", period_days=1, variables={"x": told}))
    city.put(
        entity("Department", "a"), entity("Department", "b"), entity("Department", "c"),
        entity("Feed", 1, department=urn("Department", "a")),
        entity("Feed", 2, department=urn("Department", "b")),
        entity("Device", 1, feed=urn("Feed", 1)), entity("Device", 2, feed=urn("Feed", 2)),
        entity("Device", 3, feed=urn("Feed", 1)), entity("Device", 4, feed=urn("Feed", "none")),
    )  # fmt: skip
    city.observe(urn("Device", 1), "state", NOW - 2 * HOUR)
    city.observe(urn("Device", 3), "state", NOW - HOUR)
    city.observe(urn("Device", 2), "state", NOW - 30 * HOUR)
    city.observe(urn("Device", 4), "state", NOW - HOUR)
    found = city.assess("test").measured["T-1"]
    [told] = found.snapshot.variables
    rows = city.run(city.certification.rows(told.rows))
    city.close()
    assert found.snapshot.value == 1.0
    assert dict(zip(rows.subject, rows.share.tolist(), strict=True)) == {
        urn("Department", "a"): 1.0, urn("Department", "b"): 0.0, urn("Department", "c"): 0.0,
    }  # fmt: skip
    assert rows.message.tolist() == [2, 0, 0]


def test_observations_that_do_not_fulfil_the_condition_do_not_count(tmp_path):
    observed = {"type": ["Signal"], "attribute": "active", "condition": "value == 1"}
    told = {"type": ["Signal"], "measure": "days", "min_share": 0.9, "observed": observed}
    city = city_of(tmp_path, indicator("x", period_days=4, variables={"x": told}))
    city.put(entity("Signal", "a"), entity("Signal", "b"))
    instants = [NOW - n * DAY for n in (1, 2, 3)] + [NOW - 4 * DAY + HOUR]
    city.observe(urn("Signal", "a"), "active", *instants, value=1)
    city.observe(urn("Signal", "b"), "active", *instants[1:], value=1)
    city.observe(urn("Signal", "b"), "active", instants[0], value=0)
    city.seal(NOW.replace(hour=0) - DAY)
    assert city.assess("test").measurements["T-1"].value == 1.0
    city.close()


def test_hours_are_counted_for_each_subject(tmp_path):
    told = {"type": ["Pump"], "observed": SEEN, "measure": "hours", "max_age_intervals": 2,
            "per_hour": True}  # fmt: skip
    expected = {"type": ["Pump"], "per_hour": True}
    one = indicator("100 * x / y", period_days=1, variables={"x": told, "y": expected})
    city = city_of(tmp_path, one)
    city.put(entity("Pump", 1, declaredInterval=3600), entity("Pump", 2, declaredInterval=60))
    city.observe(urn("Pump", 1), "state", *(NOW - n * HOUR for n in range(1, 25)))
    city.observe(urn("Pump", 2), "state", NOW - 90 * timedelta(minutes=1))
    measured = city.assess("test").measurements["T-1"]
    city.close()
    assert (measured.value, measured.coverage) == (50.0, 1.0)


@pytest.mark.parametrize("kinds", [(3600, 60), tuple(range(60, 3660, 90))])
def test_sealed_hours_follow_the_interval_that_each_subject_declares(tmp_path, kinds):
    told = {"type": ["Pump"], "observed": SEEN, "measure": "hours", "max_age_intervals": 2}
    city = city_of(tmp_path, indicator("x", period_days=3, variables={"x": told}))
    instants = [NOW - n * HOUR - timedelta(minutes=7) for n in range(1, 60)]
    for n, interval in enumerate(kinds):
        city.put(entity("Pump", n, declaredInterval=interval))
        city.observe(urn("Pump", n), "state", *instants)
    city.seal(NOW.replace(hour=0))
    value = city.assess("test").measurements["T-1"].value
    city.close()
    hours = [NOW - n * HOUR for n in range(60)]
    ages = [timedelta(seconds=2 * one) for one in kinds]
    fresh = [any(timedelta(0) <= h - at <= age for at in instants) for age in ages for h in hours]
    assert value == pytest.approx(sum(fresh) / len(hours), abs=1e-9)
