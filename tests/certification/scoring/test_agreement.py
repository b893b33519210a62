import pytest

from dalgu.certification.scoring.agreement import Reliability, agreement

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section E: four observers,
# twelve units, nominal levels 1 to 5; ordinal alpha of the same data is 0.815.
PUBLISHED = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}


def by_reviewer(rows):
    return {
        who: {f"U{n:02}": level for n, level in enumerate(levels) if level is not None}
        for who, levels in rows.items()
    }


def test_the_published_example_gives_its_alpha():
    found = agreement(by_reviewer(PUBLISHED))
    assert found.alpha == pytest.approx(0.815, abs=0.0005)
    assert found.why is None
    assert found.reliability is Reliability.RELIABLE
    assert (found.reviewer_count, found.indicator_count) == (4, 11)  # unit 12 has one observer


def test_levels_more_than_two_apart_are_adjudicated_the_widest_first():
    found = agreement({"a": {"X": 1, "Y": 2, "Z": 0}, "b": {"X": 3, "Y": 5, "Z": 5}, "c": {"Y": 4}})
    assert [(one.indicator, one.lowest, one.highest) for one in found.adjudicate] == [
        ("Z", 0, 5),
        ("Y", 2, 5),
    ]
    assert found.adjudicate[1].levels == (("a", 2), ("c", 4), ("b", 5))


@pytest.mark.parametrize(
    ("levels", "word"),
    [
        ({}, "two reviewers"),
        ({"a": {"X": 1}}, "two reviewers"),
        ({"a": {"X": 1}, "b": {}}, "two reviewers"),
        ({"a": {"X": 1}, "b": {"Y": 2}}, "No indicator"),
        ({"a": {"X": 3, "Y": 3}, "b": {"X": 3, "Y": 3}}, "chance"),
    ],
)
def test_where_alpha_cannot_be_computed_the_reason_is_told(levels, word):
    found = agreement(levels)
    assert found.alpha is None
    assert word in found.why.say("en")
    assert found.why.say("ko")
    assert found.reliability is Reliability.UNKNOWN


def test_opposite_reviewers_are_unreliable():
    found = agreement({"a": {"X": 1, "Y": 3}, "b": {"X": 3, "Y": 1}})
    assert found.alpha < 0
    assert found.reliability is Reliability.UNRELIABLE
