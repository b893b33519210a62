"""Any message that can be told round-trips in every version; places are what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from dalgu.center.warnings.cap.checking import check
from dalgu.center.warnings.cap.message import Alert, Area, Info, Pair, Resource, instant
from dalgu.center.warnings.cap.reading import read
from dalgu.center.warnings.cap.rules import LAWS, Rule
from dalgu.center.warnings.cap.shapes import area_of, circle_text, disc, polygon_text, ring
from dalgu.center.warnings.cap.words import Version
from dalgu.center.warnings.cap.writing import write
from dalgu.kernel.geo import distance_m

# XML 1.0, 2.2 and 2.11: no control signs, and a return is read as a line's end.
SIGNS = st.characters(
    blacklist_categories=("Cs", "Cc"),
    blacklist_characters="\ufffe\uffff",
    whitelist_characters="\n",
)
TEXT = st.text(SIGNS, max_size=30)
NAME = st.text(SIGNS.filter(lambda sign: sign not in "=\n"), min_size=1, max_size=10)
MAYBE = st.none() | TEXT
PAIRS = st.lists(st.builds(Pair, NAME, TEXT), max_size=2).map(tuple)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)


def areas():
    return st.builds(Area, TEXT, TEXTS, TEXTS, PAIRS, MAYBE, MAYBE)


def infos(version):
    responses = TEXTS if version is not Version.CAP10 else st.just(())
    deref = MAYBE if version is not Version.CAP10 else st.none()
    resources = st.builds(Resource, TEXT, TEXT, MAYBE, MAYBE, deref, MAYBE)
    return st.builds(
        Info,
        language=MAYBE,
        categories=st.lists(TEXT, min_size=1, max_size=2).map(tuple),
        event=TEXT,
        response_types=responses,
        urgency=TEXT,
        severity=TEXT,
        certainty=TEXT,
        event_codes=PAIRS,
        expires=MAYBE,
        headline=MAYBE,
        description=MAYBE,
        parameters=PAIRS,
        resources=st.lists(resources, max_size=1).map(tuple),
        areas=st.lists(areas(), max_size=2).map(tuple),
    )


def alerts(version):
    return st.builds(
        Alert,
        version=st.just(version),
        identifier=TEXT,
        sender=TEXT,
        sent=TEXT,
        status=TEXT,
        kind=TEXT,
        scope=TEXT,
        note=MAYBE,
        codes=TEXTS,
        references=MAYBE,
        infos=st.lists(infos(version), max_size=2).map(tuple),
    )


@settings(max_examples=60, deadline=None)
@given(alert=st.sampled_from(Version).flatmap(alerts))
def test_whatever_a_message_says_is_read_as_it_was_written(alert):
    assert read(write(alert)) == alert
    check(alert)


def test_every_rule_has_a_clause_and_a_sentence():
    assert set(LAWS) == set(Rule)
    assert all(law.clause and law.asks.endswith(".") for law in LAWS.values())


@given(
    lon=st.floats(128.3, 128.8),
    lat=st.floats(35.6, 36.1),
    radius_km=st.integers(1, 100).map(lambda n: n / 20),
)
def test_a_circle_covers_what_lies_within_its_radius(lon, lat, radius_km):
    told = disc(circle_text((lon, lat), radius_km))
    assert told is not None
    info = Info(areas=(Area("d", circles=(circle_text((lon, lat), radius_km),)),))
    covered = area_of(Alert(infos=(info,)))
    [west, _, east, _] = covered.bounds
    assert covered.contains(Point(lon, lat))
    across_m = distance_m((west, lat), (east, lat))
    assert across_m == pytest.approx(2000 * radius_km, rel=0.01, abs=1)


def test_a_polygon_is_closed_when_it_is_written():
    text = polygon_text([(128.5, 35.8), (128.6, 35.8), (128.6, 35.9)])
    assert ring(text) == [(128.5, 35.8), (128.6, 35.8), (128.6, 35.9), (128.5, 35.8)]


@pytest.mark.parametrize(
    "text", ["2026-11-29T03:00:00Z", "2026-11-29", "2026-11-29T24:00:00+09:00", "", None, "내일"]
)
def test_what_is_no_instant_of_cap_is_none(text):
    assert instant(text) is None
