"""A framework of 63 indicators and 2,000 points, and cities under it, for the tests of scoring."""

import numpy as np

from dalgu.certification.framework.model import (
    Area,
    CityType,
    Framework,
    Goalposts,
    Grade,
    Indicator,
    Item,
    StatusRule,
)
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.kernel.text import Text

T = Text("가", "a")
ITEMS = {  # quantitative, qualitative, points of the quantitative
    "I1": (4, 2, 80),
    "I2": (5, 2, 105),
    "I3": (3, 2, 95),
    "G1": (4, 2, 120),
    "G2": (4, 2, 80),
    "G3": (3, 2, 60),
    "S1": (10, 2, 260),
    "S2": (4, 2, 100),
    "S3": (3, 2, 50),
    "S4": (3, 2, 50),
}
AREAS = {"INN": "I", "GOV": "G", "SVC": "S"}
GRADES = [
    Grade(1, 0.9, True, "reconstructed"),
    Grade(2, 0.8, True, "reconstructed"),
    Grade(3, 0.7, True, "attested"),
    Grade(4, 0.6, False, "reconstructed"),
    Grade(5, 0.0, False, "reconstructed"),
]


def quantitative(code: str, item: str, points: float, **options) -> Indicator:
    """An indicator from 0 to 100 for large cities, 0 to 50 for small ones."""
    given = {
        "goalposts": {"large": Goalposts(0, 100), "small": Goalposts(0, 50)},
        "points": points,
        "formula": "x",
    } | options
    return Indicator(
        code, T, T, "quantitative", "output", T, "reconstructed", "ours", item=item, **given
    )


def qualitative(code: str, item: str, points: float = 50) -> Indicator:
    return Indicator(
        code, T, T, "qualitative", "process", T, "reconstructed", "ours", item=item, points=points
    )


def framework(indicators: list[Indicator], **options) -> Framework:
    """A framework of the ten items with these indicators."""
    areas = [
        Area(area, T, [Item(code, T) for code in ITEMS if code[0] == letter])
        for area, letter in AREAS.items()
    ]
    given = {
        "areas": areas,
        "grades": GRADES,
        "city_types": [CityType("large", T), CityType("small", T)],
        "earning": StatusRule(),
        "scoring": "points",
        "indicators": indicators,
    } | options
    return Framework(
        name="test-2021",
        family="test",
        year=2021,
        title=T,
        owner=T,
        legal_basis=T,
        official_status="reconstructed",
        notice=T,
        **given,
    )


def of_63(**options) -> Framework:
    """43 quantitative and 20 qualitative indicators, 2,000 points."""
    indicators = []
    for item, (values, levels, points) in ITEMS.items():
        each = [points // values + (n < points % values) for n in range(values)]
        indicators += [quantitative(f"{item}-Q{n}", item, p) for n, p in enumerate(each)]
        indicators += [qualitative(f"{item}-L{n}", item) for n in range(levels)]
    return framework(indicators, **options)


def measured(code: str, value: float, **options) -> Measurement:
    """A value of the hub with its evidence."""
    return Measurement(
        code,
        options.pop("status", Status.MEASURED),
        value,
        coverage=options.pop("coverage", 1.0),
        snapshot=options.pop("snapshot", "digest"),
        **options,
    )


def a_city(one: Framework, rng: np.random.Generator, middle: float = 70.0, spread: float = 15.0):
    """Measurements and maturities of a city whose values lie about a middle of 100."""
    measurements, maturities = {}, {}
    for indicator in one.indicators:
        value = float(np.round(rng.normal(middle, spread), 2))
        if indicator.kind == "quantitative":
            error = float(rng.uniform(0.5, 3))
            measurements[indicator.code] = measured(indicator.code, value, standard_error=error)
        else:
            level = int(np.clip(round(value / 20), 0, 5))
            maturities[indicator.code] = Maturity(indicator.code, level, (level,) * 3)
    return measurements, maturities
