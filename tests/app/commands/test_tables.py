"""What `dalgu certify run` and `check` print."""

import msgspec
import pytest
from tests.certification.measuring.cities import TestCity, city_of, entity, indicator

from dalgu.app.commands.tables import (
    aligned,
    check_lines,
    scorecard_json,
    scorecard_lines,
    shortened,
    width,
)
from dalgu.certification.measuring.dryrun import check


@pytest.fixture
def assessed(tmp_path):
    city = TestCity(tmp_path, city_kind="metropolitan")
    city.put(
        entity("Staff", 1, jobFamily="ict", fte=2, since="2020-01-01", quality="estimated"),
        entity("Staff", 2, jobFamily="other", fte=38, since="2020-01-01"),
        entity("MaturitySelfAssessment", 1, framework="kr-scc-2021", indicator="K63-05", level=3,
               assessedOn="2026-01-01"),
    )  # fmt: skip
    found = city.assess()
    city.close()
    return found


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ["추정", "평가 대기", "자체 3단계", "재구성", "공식 지표집이 아니다",
                "43개 중 1개 측정"]),
        ("en", ["estimated", "awaiting review", "own level 3", "reconstructed",
                "not the official set", "1 of 43 measured, 20 awaiting review"]),
    ],
)  # fmt: skip
def test_all_63_are_shown_with_their_standing(assessed, language, words):
    lines = list(scorecard_lines(assessed, language))
    codes = [line.split()[0] for line in lines if line.startswith("K63-")]
    assert codes == [f"K63-{n:02d}" for n in range(1, 64)]
    text = "\n".join(lines)
    assert [word for word in words if word not in text] == []
    [first] = [line for line in lines if line.startswith("K63-01")]
    assert "50.00" in first
    assert "2/40" in first
    assert "25.00/25" in first  # of 1,000 FTE 50 are specialists; 30 earn all


def test_what_has_no_value_says_why(assessed):
    lines = list(scorecard_lines(assessed, "en"))
    assert "  K63-02  The hub holds no entity of type Training" in lines


def test_json_holds_all_that_programs_need(assessed):
    [told] = msgspec.json.decode(scorecard_json([assessed]))
    assert told["framework"] == "kr-scc-2021"
    assert told["measurements"]["K63-01"]["status"] == "estimated"
    assert told["maturities"]["K63-05"]["self_level"] == 3
    assert told["sheet"]["total"] == assessed.sheet.total
    assert len(told["measurements"]) == 43


def test_a_check_names_faults_and_what_is_lacking(tmp_path):
    told = {"type": ["Nobody"], "unit": "person"}
    city = city_of(tmp_path, indicator("x + y", variables={"x": told}))
    found = city.run(city.hub.look(lambda view: check(city.certification.framework("test"), view)))
    city.close()
    text = "\n".join(check_lines(found, "en"))
    assert "error" in text
    assert "variable-unknown" in text
    assert "1 indicators cannot be measured for want of entities: T-1" in text


def test_columns_stand_below_each_other_in_either_script():
    lines = list(aligned([("가나", "1"), ("ab", "2"), ("", "3")]))
    assert [width(line[: line.index(n)]) for line, n in zip(lines, "123", strict=True)] == [6, 6, 6]
    assert width(shortened("스마트도시 데이터", 9)) <= 9
