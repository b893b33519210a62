"""Random registers, counted by columns and again in plain Python loops, row by row."""

import itertools
import math
import statistics
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.certification.measuring.cities import NOW, TestCity, entity, urn, variable

from dalgu.certification.measuring.city import City
from dalgu.certification.measuring.rows import Counting, count
from dalgu.certification.measuring.subjects import subjects_of
from dalgu.hub.query.q import compile_q

TODAY = date(2026, 11, 22)
number = st.one_of(st.none(), st.integers(0, 9), st.floats(0, 9).map(lambda v: round(v, 2)))
day = st.one_of(
    st.none(),
    st.integers(-800, 40).map(lambda days: (TODAY + timedelta(days=days)).isoformat()),
    st.sampled_from(["2026-11-22T02:00:00Z", "2026-11-22T09:00:00Z", "2026-11-21T20:00:00Z"]),
)
job = st.fixed_dictionaries(
    {
        "family": st.sampled_from(["data", "ict", "other", None]),
        "fte": number,
        "share": number,
        "since": day,
        "until": day,
        "doneOn": day,
        "open": st.sampled_from([True, False, None]),
        "unit": st.sampled_from(["1", "2", "9", None]).map(lambda n: n and urn("Unit", n)),
    }
)
unit = st.fixed_dictionaries({"isActive": st.booleans(), "since": day})

WHERES = ["", 'family=="data","ict"', "fte>=3;open==true", "fte!=3", "open!=true|family"]
VALIDS = [None, {"since": "since"}, {"since": "since", "until": "until"}]
WINDOWS = [None, "30 days", "12 months", "1 years", "2 fiscal years"]
LINKS = [None, {"where": ""}, {"where": "isActive==true", "valid": {"since": "since"}}]
GROUPS = [None, {"at_least": 2}, {"at_least": 6, "total": "fte"}]
CONDITIONS = ["", "until - since > 8640000 or fte == 2", "not has(share)", "since <= doneOn"]
KINDS = itertools.count()


def span(told):
    """First and last second of a date or instant, as seconds of Korea's clock."""
    if told is None:
        return None
    if len(told) == 10:
        first = (date.fromisoformat(told) - date(1970, 1, 1)).days * 86_400
        return first, first + 86_400 - 1e-6
    at = datetime.fromisoformat(told).timestamp() + 9 * 3600
    return at, at


REFERENCE = (NOW.timestamp() + 9 * 3600,) * 2


def in_force(row, valid):
    since = span(row[valid["since"]])
    until = span(row[valid["until"]]) if "until" in valid else None
    return (
        since is not None
        and since[0] <= REFERENCE[0]
        and (until is None or until[1] >= REFERENCE[0])
    )


def first_day(window):
    return {
        "30 days": date(2026, 10, 24),
        "12 months": date(2025, 11, 23),
        "1 years": date(2025, 11, 23),
        "2 fiscal years": date(2024, 1, 1),
    }[window]


def within(row, window):
    done = span(row["doneOn"])
    last = date(2025, 12, 31) if "fiscal" in window else TODAY
    seconds = [(one - date(1970, 1, 1)).days * 86_400 for one in (first_day(window), last)]
    return done is not None and seconds[0] <= done[0] < seconds[1] + 86_400


def fulfils(row, condition):
    since, until, done = (span(row[name]) for name in ("since", "until", "doneOn"))
    return {
        "": True,
        "until - since > 8640000 or fte == 2": row["fte"] == 2
        or (since and until and until[0] - since[0] > 8_640_000),
        "not has(share)": row["share"] is None,
        "since <= doneOn": bool(since and done and since[0] <= done[1]),
    }[condition]


def leads(row, link, units):
    name = row["unit"] and row["unit"].rpartition(":")[2]
    target = units.get(name)
    if target is None:
        return False
    if link["where"] and not target["isActive"]:
        return False
    return "valid" not in link or in_force(target, link["valid"])


def plain_number(aggregate, values):
    there = [v for v in values if v is not None]
    if aggregate in ("mean", "median", "p90") and not there:
        return None
    ordered = sorted(there)
    place = 0.9 * (len(there) - 1)
    low = math.floor(place)
    high = min(low + 1, len(there) - 1)
    return {
        "count": lambda: len(there),
        "sum": lambda: math.fsum(there),
        "mean": lambda: math.fsum(there) / len(there),
        "median": lambda: statistics.median(ordered),
        "p90": lambda: ordered[low] + (ordered[high] - ordered[low]) * (place - low),
        "distinct": lambda: len(set(there)),
    }[aggregate]()


def large_groups(group, rows):
    if not group:
        return rows
    totals = {}
    for row in rows:
        adds = (row["fte"] or 0) if "total" in group else 1
        totals[row["family"]] = totals.get(row["family"], 0) + adds
    large = {key for key, total in totals.items() if key and total >= group["at_least"]}
    return [row for row in rows if row["family"] in large]


def declared(asked, kind, target):
    """Return the fields of a variable in a framework's file."""
    parts = {
        "valid": asked["valid"],
        "during": asked["window"] and {"attribute": "doneOn", "window": asked["window"]},
        "linked": asked["linked"] and [{"via": "unit", "type": target, **asked["linked"]}],
        "group": asked["group"] and {"by": "family", **asked["group"]},
    }
    plain = {name: asked[name] for name in ("where", "condition", "aggregate")}
    there = {name: told for name, told in parts.items() if told}
    return {"type": [kind], "of": "fte", **plain, **there}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    made = TestCity(tmp_path_factory.mktemp("oracle"))
    yield made
    made.close()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(job, max_size=12),
    st.fixed_dictionaries({"1": unit, "2": unit}),
    st.fixed_dictionaries(
        {
            "where": st.sampled_from(WHERES),
            "valid": st.sampled_from(VALIDS),
            "window": st.sampled_from(WINDOWS),
            "linked": st.sampled_from(LINKS),
            "group": st.sampled_from(GROUPS),
            "condition": st.sampled_from(CONDITIONS),
            "aggregate": st.sampled_from(["count", "sum", "mean", "median", "p90", "distinct"]),
        }
    ),
)
def test_columns_count_what_plain_loops_count(city, jobs, units, asked):
    tag = next(KINDS)
    kind, target = f"Job{tag}", f"Unit{tag}"
    rename = {urn("Unit", n): urn(target, n) for n in ("1", "2", "9")}
    rows = [{**one, "unit": rename.get(one["unit"])} for one in jobs]
    documents = [entity(kind, n, **one) for n, one in enumerate(rows)]
    city.put(*documents, *(entity(target, n, **one) for n, one in units.items()))
    one = variable(**declared(asked, kind, target))
    subjects = city.run(
        city.hub.look(lambda view: subjects_of(City(view, NOW, [one], lambda read: None), one))
    )
    found = count(subjects.rows, Counting(one.aggregate)).total

    kept = large_groups(
        asked["group"],
        [
            row
            for row, document in zip(rows, documents, strict=True)
            if (not asked["where"] or compile_q(asked["where"])(document))
            and fulfils(row, asked["condition"])
            and (not asked["valid"] or in_force(row, asked["valid"]))
            and (not asked["window"] or within(row, asked["window"]))
            and (not asked["linked"] or leads(row, asked["linked"], units))
        ],
    )
    expected = plain_number(asked["aggregate"], [row["fte"] for row in kept])
    assert found == (expected if expected is None else pytest.approx(expected, rel=1e-12))
    assert len(subjects.rows) == len(kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(job, min_size=1, max_size=8), st.sampled_from(["count", "sum", "distinct"]))
def test_one_more_entry_never_lowers_a_count(city, jobs, aggregate):
    tag = next(KINDS)
    one = variable(type=[f"Job{tag}"], where="open==true", aggregate=aggregate, of="fte")

    def total():
        subjects = city.run(
            city.hub.look(lambda view: subjects_of(City(view, NOW, [one], lambda read: None), one))
        )
        return count(subjects.rows, Counting(aggregate)).total

    before = 0.0
    for n, told in enumerate(jobs):
        city.put(entity(f"Job{tag}", n, **told))
        after = total()
        assert after >= before
        before = after
