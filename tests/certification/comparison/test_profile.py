import msgspec
import pytest
from tests.certification.comparison.cities import a_profile
from tests.certification.scoring.frameworks import framework, of_63, quantitative

from dalgu.certification.comparison.errors import ProfileInvalid
from dalgu.certification.comparison.profile import (
    definition,
    differing,
    measured_alike,
    read_profile,
    write_profile,
)
from dalgu.certification.framework.model import Goalposts
from dalgu.kernel.text import Text


def test_a_profile_survives_its_json():
    city = a_profile(of_63(), 3)
    body = write_profile(city)
    assert read_profile(body, "a.json") == city
    assert write_profile(read_profile(body, "a.json")) == body
    assert city.basis.score(of_63()).total == read_profile(body, "a").basis.score(of_63()).total


@pytest.mark.parametrize("body", [b"", b"{}", b'{"city": 3}', b"\xff", b'{"form": "other/1"}'])
def test_a_file_that_is_no_profile_is_refused_with_its_name(body):
    with pytest.raises(ProfileInvalid, match=r"a\.json"):
        read_profile(body, "a.json")


def test_a_corrected_word_is_no_other_definition_and_another_formula_is():
    one = quantitative("A", "I1", 40)
    replaced = msgspec.structs.replace
    assert definition(replaced(one, name=Text("나", "b"), provenance="law")) == definition(one)
    for change in (
        {"formula": "y"},
        {"points": 41},
        {"goalposts": {"any": Goalposts(0, 1)}},
        {"period_days": 30.0},
        {"direction": "lower"},
    ):
        assert definition(replaced(one, **change)) != definition(one)


def test_the_same_measure_under_other_points_is_measured_alike():
    one = quantitative("A", "I1", 40)
    other = quantitative("B", "G1", 10, goalposts={"any": Goalposts(5, 6)})
    assert measured_alike(one, other)
    assert not measured_alike(one, msgspec.structs.replace(other, formula="y"))


def test_the_indicators_that_differ_are_named():
    city = a_profile(framework([quantitative("A", "I1", 40), quantitative("B", "I1", 40)]), 1)
    now = framework([quantitative("A", "I1", 40), quantitative("B", "I1", 40, formula="2 * x")])
    assert differing(now, city) == ("B",)
    assert differing(framework([quantitative("A", "I1", 40)]), city) == ("B",)
