import math

import pytest

from dalgu.korean.bm25 import Bm25


def an_index(*bags):
    index = Bm25()
    for bag in bags:
        index.add(bag)
    return index


def test_a_score_is_the_one_of_the_formula():
    index = an_index(["a", "b"], ["b", "c"])
    # one of two texts of mean length: ln(1 + (2 - 1 + 0.5) / (1 + 0.5)), nothing for saturation
    assert index.ask(["a"]).score.tolist() == pytest.approx([math.log(2), 0])


def test_covered_counts_one_term_more_than_was_asked():
    index = an_index(["a", "b"], ["b", "c"])
    rare, unseen = math.log(2), math.log(1 + 2.5 / 0.5)
    assert index.ask(["a"]).covered.tolist() == pytest.approx([rare / (rare + unseen), 0])


def test_a_repeated_term_adds_ever_less():
    once, twice, often = (
        an_index(["a"] * times + ["x"] * (9 - times), ["b"] * 9).ask(["a"]).score[0]
        for times in (1, 2, 3)
    )
    assert 0 < often - twice < twice - once


def test_a_dropped_text_is_as_if_it_had_never_been():
    index = an_index(["a", "b"], ["a", "c"], ["d"])
    index.drop(1)
    assert index.ask(["a"]).score.tolist() == an_index(["a", "b"], ["d"]).ask(["a"]).score.tolist()


def test_an_empty_index_answers_nothing():
    assert Bm25().ask(["a"]).score.shape == (0,)
