import pytest

from dalgu.certification.errors import FrameworkNotExisting, IndicatorNotExisting
from dalgu.certification.framework import Goalposts, load, names


def test_the_korean_framework_has_63_indicators_and_2000_points():
    framework = load("kr-scc-2021")
    items = [item for area in framework.areas for item in area.items]
    assert len(items) == 10
    assert sum(item.indicator_count for item in items) == 63
    assert sum(item.points for item in items) == framework.total_points == 2000


def test_the_first_five_indicators_are_entries_of_the_framework():
    codes = [indicator.code for indicator in load("kr-scc-2021").indicators]
    assert codes == ["K63-27", "K63-42", "K63-43", "K63-50", "K63-60"]


def test_no_indicator_passes_for_official():
    for name in names():
        for indicator in load(name).indicators:
            assert indicator.official_status in ("official", "attested", "reconstructed")
            assert indicator.provenance


def test_points_stay_between_the_goalposts():
    rising, falling = Goalposts(1, 60), Goalposts(2.0, 1.15)
    assert [rising.share(x) for x in (0, 1, 60, 99)] == [0, 0, 1, 1]
    assert [falling.share(x) for x in (3.0, 1.0)] == [0, 1]


def test_grade_lines_include_their_edge():
    framework = load("kr-scc-2021")
    assert framework.grade_of(1400.0 / 2000).grade == 3
    assert framework.grade_of(1399.99 / 2000).grade == 4


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(FrameworkNotExisting, match="kr-scc-2021"):
        load("nowhere")
    with pytest.raises(IndicatorNotExisting):
        load("kr-scc-2021").indicator("K63-99")
