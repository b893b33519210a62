"""Principal components."""

import numpy as np
import pytest

from dalgu.certification.composite.components import Missing, principal_components
from dalgu.certification.composite.errors import RangeZero, TooFewValues, ValueMissing

NAN = np.nan


def test_the_variances_of_the_sustainability_pillars_are_the_reference(result):
    found = principal_components(result.scores, result.raw.structure.below("Sust", 2))
    np.testing.assert_allclose(found.variance, [0.37213, 0.35309, 0.27478], atol=5e-6)


def test_variances_are_the_eigenvalues_of_the_correlation_matrix(result):
    codes = result.raw.structure.below("Conn", 1)
    found = principal_components(result.scores, codes)
    matrix = np.corrcoef(result.scores.columns(codes).values, rowvar=False)
    values = np.linalg.eigvalsh(matrix)[::-1] / len(codes)
    np.testing.assert_allclose(found.variance, values, atol=1e-12)
    loadings = found.loadings[:, 0]
    np.testing.assert_allclose(matrix @ loadings, values[0] * len(codes) * loadings, atol=1e-10)
    assert loadings.sum() >= 0


def test_units_with_gaps_go_only_where_that_is_asked(flat):
    table = flat([1.0, 2, 4, 3, NAN], [2.0, 1, 5, 3, 9]).table
    assert principal_components(table, table.codes, missing=Missing.LISTWISE).units == 4
    with pytest.raises(ValueMissing, match="unit 'e'"):
        principal_components(table, table.codes)


@pytest.mark.parametrize(
    ("columns", "error"),
    [(([1.0, 2], [2.0, 1]), TooFewValues), (([1.0, 2, 3], [2.0, 2, 2]), RangeZero)],
)
def test_what_has_no_components_is_refused(flat, columns, error):
    table = flat(*columns).table
    with pytest.raises(error):
        principal_components(table, table.codes)
