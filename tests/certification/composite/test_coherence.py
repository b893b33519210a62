"""Whether indicators belong together."""

import numpy as np
import pytest
from scipy import stats

from dalgu.certification.composite.coherence import (
    Kind,
    Warn,
    between_levels,
    correlations,
    cronbach_alpha,
    flags,
    size_flags,
    with_denominators,
)
from dalgu.certification.composite.components import Missing
from dalgu.certification.composite.errors import (
    ParameterInvalid,
    RangeZero,
    TooFewValues,
    ValueMissing,
)

NAN = np.nan


def test_the_correlation_of_the_sub_indices_is_the_reference(result):
    found = between_levels(result.scores, result.raw.structure, 3, 3)
    assert found.value("Conn", "Sust") == pytest.approx(0.6014585, abs=5e-8)
    assert found.value("Conn", "Conn") == 1


def test_the_alpha_of_people_to_people_is_the_reference(asem):
    codes = asem.structure.below("P2P")
    alpha = cronbach_alpha(asem.table, codes, missing=Missing.PAIRWISE)
    assert alpha == pytest.approx(0.05126659, abs=5e-9)


def test_the_alpha_of_copies_is_one(flat):
    table = flat([1.0, 2, 4], [1.0, 2, 4], [1.0, 2, 4]).table
    assert cronbach_alpha(table, table.codes) == pytest.approx(1)


@pytest.mark.parametrize("kind", Kind)
def test_pairs_are_correlated_over_the_units_that_have_both(flat, kind):
    table = flat([1.0, 2, 4, 3, NAN], [NAN, 1, 5, 3, 9]).table
    found = correlations(table, ["x0"], ["x1"], kind=kind)
    test = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}
    outside = test[kind]([2, 4, 3], [1, 5, 3])
    assert found.value("x0", "x1") == pytest.approx(outside.statistic)
    assert found.p[0, 0] == pytest.approx(outside.pvalue, nan_ok=True)
    assert found.pairs[0, 0] == 3


def test_pairs_of_a_group_warn_of_what_they_are(flat):
    x = [1.0, 2, 3, 4, 5, 6]
    dataset = flat(x, [1.0, 2, 3, 4, 5, 7], [-value for value in x], [2.0, 1, 4, 1, 3, 2])
    found = {(one.first, one.second): one.warns for one in flags(dataset.table, dataset.structure)}
    assert found[("x0", "x1")] is Warn.STRONG
    assert found[("x0", "x2")] is Warn.NEGATIVE
    assert found[("x0", "x3")] is Warn.WEAK


def test_an_indicator_that_goes_with_a_denominator_is_told(asem, flat):
    dataset = flat(
        [1.0, 2, 3, 4], [4.0, 1, 2, 3], denominators={"people": np.array([1.0, 2, 3, 5])}
    )
    assert [(one.first, one.second) for one in size_flags(dataset)] == [("x0", "people")]
    table = with_denominators(asem)
    goods, gdp = asem.table.column("Goods"), asem.denominators.column("GDP")
    assert table.value("Goods", "GDP") == pytest.approx(np.corrcoef(goods, gdp)[0, 1])


@pytest.mark.parametrize(
    ("columns", "error"),
    [(([1.0, 2, NAN], [2.0, 1, 3]), TooFewValues), (([1.0, 2, 3], [2.0, 2, 2]), RangeZero)],
)
def test_what_has_no_correlation_is_refused(flat, columns, error):
    with pytest.raises(error):
        correlations(flat(*columns).table, ["x0"], ["x1"])


def test_alpha_is_refused_with_gaps_and_for_one_indicator(flat):
    table = flat([1.0, 2, NAN, 5], [2.0, 1, 3, 4]).table
    with pytest.raises(ValueMissing):
        cronbach_alpha(table, table.codes)
    with pytest.raises(TooFewValues):
        cronbach_alpha(table, ["x1"])
    with pytest.raises(ParameterInvalid):
        flags(table, flat([1.0, 2]).structure, strong=0.1, weak=0.3)
