"""An official table upon a base: official is what it states, the rest stays reconstructed."""

import pytest

from dalgu.certification.framework.loading import load, read
from dalgu.certification.framework.official import Rejected, Source, adopt
from dalgu.certification.framework.table import Row
from dalgu.certification.framework.writing import write

BASE = load("kr-scc-2021")
SOURCE = Source(name="kr-scc-2026", year=2026, table="지표.xlsx", sha256="ab" * 32)
KNOWN = next(one for one in BASE.indicators if one.kind == "quantitative")


def a_row(number=2, **cells):
    given = {"code": KNOWN.code, "item": KNOWN.item, "name_ko": "공식 이름", "points": "40"}
    return Row(number, {key: one for key, one in (given | cells).items() if one is not None})


def adopted(*rows, base=BASE):
    return adopt(base, rows, SOURCE)


def test_what_the_table_states_is_official_and_the_formula_stays_reconstructed():
    found = adopted(a_row(zero_at="10", full_at="90")).framework.indicator(KNOWN.code)
    assert found.official_status == "official"
    assert found.name.ko == "공식 이름"
    assert found.name.en == KNOWN.name.en
    assert found.points == 40
    assert (found.goalposts["any"].zero_at, found.goalposts["any"].full_at) == (10, 90)
    assert found.formula == KNOWN.formula
    assert "formula" in found.reconstructed
    assert "variables" in found.reconstructed
    assert "goalposts" not in found.reconstructed
    assert "row 2, states code, full_at, item, name_ko, points, zero_at" in found.provenance
    assert f"{BASE.name} {KNOWN.code}" in found.crosswalk


def test_goalposts_that_the_table_leaves_open_stay_reconstructed():
    found = adopted(a_row()).framework.indicator(KNOWN.code)
    assert found.goalposts == KNOWN.goalposts
    assert "goalposts" in found.reconstructed


def test_a_new_code_takes_its_formula_by_the_base_column_or_by_crosswalk():
    crossed = next(one for one in BASE.indicators if one.crosswalk and one.formula)
    found = adopted(
        a_row(code="26-1", base=KNOWN.code),
        a_row(3, code=crossed.crosswalk[0], item=crossed.item),
    ).framework
    assert found.indicator("26-1").formula == KNOWN.formula
    assert found.indicator(crossed.crosswalk[0]).formula == crossed.formula


def test_an_indicator_the_base_does_not_know_waits_for_a_declared_value():
    found = adopted(a_row(code="26-9", kind="정량", zero_at="0", full_at="5"))
    one = found.framework.indicator("26-9")
    assert found.declared == ["26-9"]
    assert one.variables["declared"].where == 'statistic=="kr-scc-2026.26-9"'
    assert "formula" in one.reconstructed


def test_a_maturity_the_base_does_not_know_gets_the_general_ladder():
    one = adopted(a_row(code="26-8", kind="정성")).framework.indicator("26-8")
    assert [level.level for level in one.levels] == [0, 1, 2, 3, 4, 5]
    assert "levels" in one.reconstructed


def test_words_of_the_table_are_translated_by_the_mapping():
    source = Source("x-2026", 2026, "t.csv", "00", words={"서술형": "qualitative"})
    found = adopt(BASE, [a_row(code="26-7", kind="서술형")], source)
    assert found.framework.indicator("26-7").kind == "qualitative"


def test_points_and_goalposts_may_differ_by_city_type():
    types = [one.code for one in BASE.city_types]
    cells = {f"points.{one}": str(10 + n) for n, one in enumerate(types)}
    cells |= {f"zero_at.{one}": "0" for one in types} | {f"full_at.{one}": "9" for one in types}
    found = adopted(a_row(points=None, **cells)).framework.indicator(KNOWN.code)
    assert [found.points_for(one) for one in types] == [10 + n for n in range(len(types))]
    assert set(found.goalposts) == set(types)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"name_ko": None}, "name_ko", "required"),
        ({"points": None}, "points", "required"),
        ({"points": "많음"}, "points", "no number"),
        ({"points": "-5"}, "points", "above zero"),
        ({"points": "nan"}, "points", "no number"),
        ({"item": "X9"}, "item", "no item of kr-scc-2021"),
        ({"kind": "객관식"}, "kind", "neither"),
        ({"base": "K63-99"}, "base", "no indicator"),
        ({"code": "26-5"}, "kind", "neither"),
        ({"code": "26-5", "kind": "정량"}, "zero_at", "goalposts"),
        ({"zero_at": "5"}, "full_at", "come together"),
        ({"zero_at": "5", "full_at": "5"}, "zero_at", "differ"),
        ({"points.huge": "5"}, "points.huge", "no city type"),
    ],
)
def test_a_row_that_cannot_be_used_is_reported_with_row_and_column(cells, column, reason):
    found = adopted(a_row(7, **cells))
    [rejected] = found.rejected
    assert (rejected.row, rejected.column) == (7, column)
    assert reason in rejected.reason
    assert found.framework.indicators == []
    assert found.framework.official_status == "attested"


def test_a_code_that_stands_twice_is_rejected_the_second_time():
    found = adopted(a_row(2), a_row(3))
    assert found.rejected == [
        Rejected(3, "code", f"'{KNOWN.code}' stands in an earlier row as well")
    ]


def test_the_framework_adds_up_its_points_and_survives_being_written(tmp_path):
    found = adopted(a_row(), a_row(3, code="26-8", kind="정성", points="60")).framework
    assert (found.name, found.year, found.total_points) == ("kr-scc-2026", 2026, 100)
    assert found.supersedes == "kr-scc-2021"
    assert found.official_status == "official"
    assert "2026" in found.title.ko
    assert "2021" not in found.title.ko
    assert sum(item.points for area in found.areas for item in area.items) == 100
    write(found, tmp_path)
    assert read(tmp_path) == found
