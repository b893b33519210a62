"""Frameworks from files: what is at fault is named by file, line and field."""

import pytest

from dalgu.certification.errors import (
    CityTypeUndecided,
    FrameworkInvalid,
    FrameworkNotExisting,
    IndicatorNotExisting,
)
from dalgu.certification.framework.loading import (
    FRAMEWORKS,
    SHARED_FILE,
    content_hash,
    frozen,
    load,
    read,
    thaw,
)
from dalgu.certification.framework.model import Goalposts

KOREA = FRAMEWORKS / "kr-scc-2021"
ITEM = "g2-delivery-system.toml"


@pytest.fixture
def copied(tmp_path):
    """A copy of the framework in which one text of one file is another."""

    def copy(file, old, new):
        for source in KOREA.glob("*.toml"):
            (tmp_path / source.name).write_text(source.read_text("utf-8"), "utf-8")
        text = (KOREA / file).read_text("utf-8")
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return copy


def line_with(file, text):
    lines = (KOREA / file).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


FAULTS = [
    ('nature = "input"', 'nature = "luck"', "nature", "luck"),
    ("points = 25", 'points = "many"', "points", "expected"),
    ("points = 25", "points = 0", "points", "earns some"),
    ('numerator = "dedicated"', 'numerator = "x"', "numerator", "'x'"),
    ("large = { zero_at = 0.3, full_at = 2 }, ", "", "goalposts", "each city type"),
    ("zero_at = 0.3, full_at = 2 }", "zero_at = 2, full_at = 2 }", "goalposts", "differ"),
    ('shared = ["residents"]', 'shared = ["ghosts"]', "shared", "ghosts"),
    ("sdg = [16]", "luck = [16]", "luck", "unknown field"),
]


@pytest.mark.parametrize(("old", "new", "field", "reason"), FAULTS)
def test_a_fault_is_named_by_file_line_and_field(copied, old, new, field, reason):
    with pytest.raises(FrameworkInvalid) as refused:
        read(copied(ITEM, old, new), FRAMEWORKS / SHARED_FILE)
    parts = refused.value.parts
    assert (parts["file"], parts["field"]) == (ITEM, f"indicators[0].{field}")
    assert parts["line"] == line_with(ITEM, old)
    assert reason in parts["reason"]


def test_a_broken_file_is_named_by_its_line(copied):
    with pytest.raises(FrameworkInvalid) as refused:
        read(copied(ITEM, 'nature = "input"', 'nature = "input'), FRAMEWORKS / SHARED_FILE)
    assert refused.value.parts["line"] == line_with(ITEM, 'nature = "input"')


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", '"nan"'])
def test_a_number_that_could_not_come_back_from_frozen_bytes_is_named(copied, points):
    with pytest.raises(FrameworkInvalid, match="no finite number") as refused:
        read(copied(ITEM, "points = 25", f"points = {points}"), FRAMEWORKS / SHARED_FILE)
    assert refused.value.parts["field"] == "indicators[0].points"
    assert refused.value.parts["line"] == line_with(ITEM, "points = 25")


@pytest.mark.parametrize("value", ["[" * 5_000, "9" * 5_000])
def test_a_value_that_breaks_the_reader_is_named_by_its_file(copied, value):
    with pytest.raises(FrameworkInvalid) as refused:
        read(copied(ITEM, "points = 25", f"points = {value}"), FRAMEWORKS / SHARED_FILE)
    assert refused.value.parts["file"] == ITEM


def test_a_file_of_no_item_is_refused(copied):
    with pytest.raises(FrameworkInvalid, match="'G9' is no item of it"):
        read(copied(ITEM, 'item = "G2"', 'item = "G9"'), FRAMEWORKS / SHARED_FILE)


def test_a_rubric_without_a_level_is_refused(copied):
    with pytest.raises(FrameworkInvalid, match="levels 0 to 5, in order"):
        read(copied(ITEM, "level = 3", "level = 4"), FRAMEWORKS / SHARED_FILE)


def test_a_framework_comes_back_from_its_frozen_bytes():
    korea = load("kr-scc-2021")
    assert thaw(frozen(korea)) == korea
    assert content_hash(thaw(frozen(korea))) == content_hash(korea)


def test_one_changed_word_changes_the_content_hash(copied):
    changed = read(copied(ITEM, "points = 25", "points = 26"), FRAMEWORKS / SHARED_FILE)
    assert content_hash(changed) != content_hash(load("kr-scc-2021"))


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(FrameworkNotExisting, match="kr-scc-2021"):
        load("nowhere")
    with pytest.raises(IndicatorNotExisting):
        load("kr-scc-2021").indicator("K63-99")


def test_a_city_that_no_rule_fits_is_undecided(copied):
    rule = '[[city_type_rules]]\ncity_type = "small"\npopulation_below = 500000'
    narrow = read(copied("framework.toml", rule, ""), FRAMEWORKS / SHARED_FILE)
    with pytest.raises(CityTypeUndecided, match=r"499,?999"):
        narrow.city_type_of("si", 499_999)


def test_points_stay_between_the_goalposts():
    rising, falling = Goalposts(1, 60), Goalposts(2.0, 1.15)
    assert [rising.share(x) for x in (0, 1, 60, 99)] == [0, 0, 1, 1]
    assert [falling.share(x) for x in (3.0, 1.0)] == [0, 1]
