"""A sample that nobody could choose and everybody can draw again."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.certification.process.sampling import (
    commitment_of,
    draw,
    generator_of,
    is_secret,
    new_secret,
)

POOL = [f"site {number}" for number in range(100)]
SECRETS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_a_secret_draws_the_sample_it_has_always_drawn():
    assert draw(generator_of("5e" * 32), POOL, 5) == [
        "site 11",
        "site 31",
        "site 46",
        "site 50",
        "site 53",
    ]


def test_the_commitment_is_the_sha256_of_the_secret():
    assert commitment_of("5e" * 32) == hashlib.sha256(bytes([0x5E] * 32)).hexdigest()


def test_new_secrets_are_whole_and_follow_their_generator():
    first, second = (new_secret(np.random.default_rng(seed)) for seed in (1, 2))
    assert is_secret(first)
    assert first == new_secret(np.random.default_rng(1)) != second


@pytest.mark.parametrize("text", ["", "5e", "zz" * 32, "5E" * 32])
def test_other_texts_are_no_secrets(text):
    assert not is_secret(text)


@settings(deadline=None)
@given(SECRETS, st.integers(0, 120))
def test_a_sample_has_its_size_no_doubles_and_the_order_of_the_pool(secret, size):
    sample = draw(generator_of(secret), POOL, size)
    assert len(sample) == len(set(sample)) == min(size, len(POOL))
    assert sample == sorted(sample, key=POOL.index)


def test_each_entry_is_drawn_about_equally_often():
    draws = 2_000
    counts = dict.fromkeys(POOL, 0)
    rng = np.random.default_rng(7)
    for _ in range(draws):
        for place in draw(generator_of(new_secret(rng)), POOL, 10):
            counts[place] += 1
    expected = draws * 10 / len(POOL)
    chi2 = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi2 < 148  # the 99.9th percentile of chi-square with 99 degrees of freedom


def test_an_empty_pool_gives_an_empty_sample():
    assert draw(generator_of("5e" * 32), [], 3) == []
