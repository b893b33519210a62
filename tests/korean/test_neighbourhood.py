import numpy as np
import pytest

from dalgu.korean.neighbourhood import shared


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def groups_of(rng, *, sizes, within, across):
    """How alike texts of some groups are: `within` a group, `across` groups, with noise."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    alike = np.where(group[:, None] == group, within, across)
    noise = rng.normal(0, 0.03, alike.shape)
    alike = np.clip(alike + (noise + noise.T) / 2, 0, 1)
    np.fill_diagonal(alike, 1)
    return group, alike.astype(np.float32)


def test_who_shares_neighbours_is_near_and_who_does_not_is_far(rng):
    group, alike = groups_of(rng, sizes=[10] * 12, within=0.6, across=0.45)
    company = shared(alike, least=0.3).toarray()
    same = group[:, None] == group
    assert company[same].min() > company[~same].max()


def test_company_has_no_direction_and_stays_between_nothing_and_one(rng):
    _, alike = groups_of(rng, sizes=[3, 5, 9, 1], within=0.7, across=0.2)
    company = shared(alike, least=0.5).toarray()
    assert abs(company - company.T).max() < 1e-9
    assert company.min() >= 0
    assert company.max() < 1 + 1e-9


def test_below_the_least_likeness_a_text_keeps_no_company(rng):
    _, alike = groups_of(rng, sizes=[1] * 20, within=1, across=0.2)
    company = shared(alike, least=0.5).toarray()
    assert np.allclose(company, np.eye(20))
