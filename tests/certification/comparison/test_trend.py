from datetime import date

import msgspec
import pytest
from tests.certification.scoring.frameworks import framework, measured, quantitative

from dalgu.certification.comparison.trend import Year, trend
from dalgu.certification.framework.model import Goalposts
from dalgu.certification.scoring.basis import Basis


def version(name, *indicators):
    return msgspec.structs.replace(framework(list(indicators)), name=name)


A, B = quantitative("A", "I1", 60), quantitative("B", "I1", 40, formula="y")
OLD = version("kr-2021", A, B)


def year(on, one, city_type="large", **values):
    basis = Basis(city_type, {code: measured(code, value) for code, value in values.items()})
    return Year(date(on, 12, 31), one, basis.score(one))


def test_one_version_is_one_series_in_order_of_time():
    found = trend([year(2022, OLD, A=80, B=60), year(2021, OLD, A=70, B=50)])
    assert [(point.on.year, point.total, point.series) for point in found.points] == [
        (2021, 62, 0),
        (2022, 72, 0),
    ]
    assert found.breaks == ()


def test_another_version_breaks_the_series_and_is_bridged_by_what_is_measured_alike():
    stricter = quantitative("A", "I1", 30, goalposts={"any": Goalposts(0, 200)})
    new = version("kr-2022", stricter, quantitative("C", "I1", 70, formula="z"))
    found = trend([year(2021, OLD, A=80, B=10), year(2022, new, A=90, C=10)])
    assert [point.series for point in found.points] == [0, 1]
    [gap] = found.breaks
    assert (gap.on.year, gap.old, gap.new) == (2022, "kr-2021 large", "kr-2022 large")
    assert gap.bridge.pairs == (("A", "A"),)
    assert (gap.bridge.before, gap.bridge.after) == (pytest.approx(0.8), pytest.approx(0.45))
    assert (gap.bridge.of_old, gap.bridge.of_new, gap.bridge.by_crosswalk) == (2, 2, ())


def test_a_new_code_is_bridged_by_its_crosswalk_and_named_so():
    renamed = quantitative("A1", "I1", 60, crosswalk=["kr-2021 A"])
    [gap] = trend(
        [year(2021, OLD, A=80, B=10), year(2022, version("kr-2022", renamed), A1=80)]
    ).breaks
    assert gap.bridge.pairs == (("A", "A1"),)
    assert gap.bridge.by_crosswalk == ("A1",)


def test_the_same_code_with_another_formula_is_no_bridge():
    other = version("kr-2022", quantitative("A", "I1", 60, formula="2 * x"))
    [gap] = trend([year(2021, OLD, A=80), year(2022, other, A=80)]).breaks
    assert gap.bridge is None


def test_another_city_type_is_a_break_too():
    found = trend([year(2021, OLD, A=40, B=40), year(2022, OLD, "small", A=40, B=40)])
    assert [point.series for point in found.points] == [0, 1]
