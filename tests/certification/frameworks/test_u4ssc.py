"""U4SSC as data: all 91, each whole in both languages, computed by parsed formulas."""

from collections import Counter

import pytest

from dalgu.certification.formula.parsing import parse
from dalgu.certification.formula.units import check_units
from dalgu.certification.framework.loading import load
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.scoring.bands import band_card

U4SSC = load("u4ssc")
KOREA = load("kr-scc-2021")


def test_it_has_91_indicators_in_seven_sub_dimensions():
    assert Counter(one.item for one in U4SSC.indicators) == {
        "EC-ICT": 17,
        "EC-P": 7,
        "EC-I": 21,
        "EN-EN": 13,
        "EN-E": 4,
        "SC-EH": 12,
        "SC-SH": 17,
    }
    assert len({one.code for one in U4SSC.indicators}) == 91
    assert {area.code for area in U4SSC.areas} == {"EC", "EN", "SC"}


def test_the_bands_are_those_of_u4ssc():
    assert [(band.min_share, band.points) for band in U4SSC.bands] == [
        (0.0, 1),
        (0.33, 2),
        (0.66, 3),
        (0.95, 4),
    ]


@pytest.mark.parametrize("indicator", U4SSC.indicators, ids=lambda one: one.code)
def test_each_is_whole(indicator):
    formula = parse(indicator.formula)
    assert not formula.is_condition
    assert formula.variables <= set(indicator.variables)
    units = {name: variable.unit for name, variable in indicator.variables.items()}
    check_units(formula, units, indicator.dimension)
    assert indicator.plausibility
    for rule in indicator.plausibility:
        condition = parse(rule.check)
        assert condition.is_condition
        assert condition.variables <= {"value", *indicator.variables}
        check_units(condition, units | {"value": indicator.dimension}, "dimensionless")
        assert condition.indicators <= {one.code for one in U4SSC.indicators}
        assert rule.question.ko
        assert rule.question.en
    assert {"core": "C", "advanced": "A"}[indicator.tags[0]] == indicator.code[-1]
    assert indicator.name.ko
    assert indicator.provenance


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("EC: ICT: ICT: 1C", "higher"),
        ("EC: P: IN: 3A", "none"),
        ("EC: I: WS: 3C", "lower"),
        ("SC: SH: SI: 1C", "target"),
        ("SC: SH: SA: 9C", "lower"),
    ],
)
def test_directions_are_those_of_the_table(code, direction):
    assert U4SSC.indicator(code).direction == direction


def test_only_fixed_broadband_has_a_published_benchmark():
    attested = {
        one.code
        for one in U4SSC.indicators
        if one.benchmark is not None and one.benchmark.official_status != "reconstructed"
    }
    assert attested == {"EC: ICT: ICT: 2C"}
    assert U4SSC.indicator("EC: ICT: ICT: 2C").benchmark.value == 60


def test_the_parts_of_a_kpi_are_computed_by_hand():
    def value(code, **variables):
        return parse(U4SSC.indicator(code).formula).value(variables)

    assert value("EC: ICT: ICT: 2C", fixed_broadband=45, households=100) == 45
    assert value("EC: I: WS: 3C", water_supplied=200.0, water_billed=170.0) == 15
    assert value("SC: EH: H: 3C", physicians=500, residents=250_000) == 200
    assert value("EN: EN: AQ: 1C", pm10=30, pm25=15, no2=20, so2=4, o3=60) == 3
    assert (
        value(
            "EN: EN: WA: 1C",
            waste_recycled=60,
            waste_landfill=10,
            waste_incinerated=25,
            waste_open_burnt=0,
            waste_open_dump=0,
            waste_other=5,
        )
        == 60
    )
    assert (
        value(
            "EC: I: T: 4A",
            commuters_private=50,
            commuters_transit=30,
            commuters_walking=10,
            commuters_cycling=5,
            commuters_paratransit=5,
        )
        == 45
    )


def test_what_has_no_benchmark_is_shown_and_not_scored():
    values = {"EC: ICT: ICT: 1C": 100.0, "EC: ICT: ICT: 2C": 60.0, "EC: ICT: ICT: 5C": 78.0}
    measured = {
        code: Measurement(indicator=code, status=Status.MEASURED, value=value)
        for code, value in values.items()
    }
    card = band_card(U4SSC, measured)
    found = card.items["EC-ICT"]
    assert (found.points, found.most, found.without_benchmark, found.unreported) == (8, 8, 1, 14)
    assert card.total.coverage == pytest.approx(2 / 91)


@pytest.mark.parametrize(
    ("code", "korean", "names"),
    [
        ("EC: ICT: ICT: 5C", "K63-55", {"hotspots": "access_points"}),
        ("EC: ICT: WS: 1C", "K63-43", {"meters_read": "read", "meters_active": "active"}),
        ("EC: ICT: T: 3A", "K63-40", {"adaptive": "adaptive", "signalised": "signalised"}),
        ("EC: ICT: PS: 1A", "K63-14", {"published": "published", "inventoried": "inventoried"}),
        ("EC: I: T: 5A", "K63-41", {"peak_time": "peak", "free_time": "free_flow"}),
    ],
)
def test_what_the_hub_measures_is_the_same_measurement_in_both_frameworks(code, korean, names):
    ours, theirs = U4SSC.indicator(code), KOREA.indicator(korean)
    for name, other in names.items():
        assert ours.variables[name] == theirs.variables[other]
    assert ours.period_days == theirs.period_days
    assert f"kr-scc-2021 {korean}" in ours.crosswalk
