"""Bands, against the worked examples that ITU prints in its factsheets and verification reports."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from dalgu.certification.framework.model import (
    Area,
    Band,
    Benchmark,
    Direction,
    Framework,
    Indicator,
    Item,
)
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.scoring.bands import (
    Rating,
    Standing,
    band_card,
    band_of,
    group,
    rate,
    share_of_benchmark,
)
from dalgu.kernel.text import Text

BANDS = [Band(0.0, 1), Band(0.33, 2), Band(0.66, 3), Band(0.95, 4)]


def an_indicator(code="FB", item="ICT", benchmark=60.0, direction: Direction = "higher"):
    return Indicator(
        code=code,
        name=Text("유선 초고속인터넷", "Fixed broadband"),
        description=Text("", ""),
        kind="quantitative",
        nature="output",
        unit=Text("%", "%"),
        official_status="reconstructed",
        provenance="",
        direction=direction,
        item=item,
        benchmark=None
        if benchmark is None
        else Benchmark(value=benchmark, official_status="attested", source="ITU"),
    )


def measured(value, code="FB"):
    return Measurement(indicator=code, status=Status.MEASURED, value=value)


def scored(*points):
    return [Rating(str(n), Standing.SCORED, 0.5, one) for n, one in enumerate(points)]


def test_nine_of_sixteen_is_56_25_percent_and_falls_between_33_and_66():
    found = group(BANDS, scored(1, 3, 4, 1))
    assert (found.points, found.most, found.share) == (9, 16, 0.5625)
    assert found.band(BANDS) == Band(0.33, 2)


def test_nine_of_twelve_is_75_percent_and_falls_between_66_and_95():
    found = group(BANDS, scored(3, 4, 2))
    assert (found.points, found.most, found.share) == (9, 12, 0.75)
    assert found.band(BANDS) == Band(0.66, 3)


@pytest.mark.parametrize(
    ("percent", "points"),
    [
        (100.0, 4),
        (57.1, 4),
        (57.0, 4),
        (56.9999, 3),
        (45.0, 3),
        (39.6, 3),
        (39.5999, 2),
        (19.8, 2),
        (19.7999, 1),
        (0.0, 1),
    ],
)
def test_fixed_broadband_against_its_target_of_60_percent(percent, points):
    assert rate(BANDS, an_indicator(), measured(percent)).points == points


def test_an_edge_belongs_to_the_band_above_it_whatever_its_binary_form():
    assert [band_of(BANDS, Fraction(n, 100)).points for n in (32, 33, 65, 66, 94, 95)] == [
        1, 2, 2, 3, 3, 4,
    ]  # fmt: skip


def test_an_unreported_value_is_left_out_and_not_counted_as_zero():
    rating = rate(BANDS, an_indicator(), Measurement("FB", Status.NOT_AVAILABLE))
    assert (rating.standing, rating.points) == (Standing.UNREPORTED, None)
    found = group(BANDS, [*scored(4), rating])
    assert (found.share, found.scored, found.unreported, found.coverage) == (1.0, 1, 1, 0.5)


def test_a_value_without_a_benchmark_is_left_out():
    rating = rate(BANDS, an_indicator(benchmark=None), measured(12.0))
    assert rating.standing == Standing.NO_BENCHMARK
    assert group(BANDS, [*scored(2), rating]).most == 4


def test_a_group_without_scored_values_has_no_share():
    found = group(BANDS, [rate(BANDS, an_indicator(), None)])
    assert (found.share, found.band(BANDS), found.coverage) == (None, None, 0.0)


@pytest.mark.parametrize(
    ("value", "benchmark", "direction", "share"),
    [
        (30.0, 60.0, "higher", 0.5),
        (90.0, 60.0, "higher", 1.0),
        (-5.0, 60.0, "higher", 0.0),
        (10.0, 5.0, "lower", 0.5),
        (2.0, 5.0, "lower", 1.0),
        (0.0, 5.0, "lower", 1.0),
        (0.8, 1.0, "target", 0.8),
        (1.25, 1.0, "target", 0.8),
        (0.0, 1.0, "target", 0.0),
    ],
)
def test_the_share_follows_the_direction(value, benchmark, direction, share):
    assert float(share_of_benchmark(value, benchmark, direction)) == pytest.approx(share)


def test_no_direction_and_no_scale_give_no_share():
    assert share_of_benchmark(5.0, 10.0, "none") is None
    assert share_of_benchmark(5.0, 0.0, "lower") is None


@given(less=floats(0, 1e6), more=floats(0, 1e6))
def test_more_never_earns_less_where_more_is_better(less, more):
    low, high = sorted((less, more))
    rated = [rate(BANDS, an_indicator(), measured(value)).points for value in (low, high)]
    assert rated == sorted(rated)


def test_a_card_groups_by_item_and_area():
    framework = Framework(
        name="x-2026",
        family="x",
        year=2026,
        title=Text("", ""),
        owner=Text("", ""),
        legal_basis=Text("", ""),
        official_status="reconstructed",
        notice=Text("", ""),
        scoring="bands",
        bands=BANDS,
        areas=[Area("EC", Text("", ""), [Item("ICT", Text("", "")), Item("P", Text("", ""))])],
        indicators=[an_indicator("a"), an_indicator("b"), an_indicator("c", "P", None)],
    )
    card = band_card(framework, {"a": measured(60.0, "a"), "b": measured(6.0, "b")})
    assert (card.items["ICT"].points, card.items["ICT"].most) == (5, 8)
    assert card.items["P"].share is None
    assert (card.areas["EC"].share, card.total.share) == (0.625, 0.625)
    assert card.total.coverage == pytest.approx(2 / 3)
