from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.validation.rules import Check, RulesInvalid, load_rules


def test_every_rule_has_words_a_source_and_its_bit():
    rules = load_rules()
    assert [rule.id for rule in rules.entries] == [check.slug for check in Check]
    assert all(rule.ko and rule.en and rule.clause for rule in rules.entries)
    assert len(rules.entries) <= 32


def test_a_city_overrides_a_limit_and_the_digest_tells():
    own = load_rules(b"[limits.spike]\ntimes = 5\n[consequences]\nstuck = 'refuse'\n")
    assert own.limit(Check.SPIKE, "times") == 5
    assert own.limit(Check.SPIKE, "least_l") == load_rules().limit(Check.SPIKE, "least_l")
    assert own.refuses(Check.STUCK)
    assert own.digest != load_rules().digest


@pytest.mark.parametrize(
    "own",
    [
        b"[limits.nothing]\na = 1",
        b"[limits.spike]\nnothing = 1",
        b"[limits.spike]\ntimes = -1",
        b"[limits.spike]\ntimes = nan",
        b"[limits.spike]\ntimes = 'x'",
        b"[consequences]\nspike = 'refuse'",
        b"[consequences]\nstuck = 'pardon'",
        b"[others]\na = 1",
        b"\xff",
        b"= 1",
        b"#" * 200_000,
    ],
)
def test_a_file_that_is_no_limits_is_refused(own):
    with pytest.raises(RulesInvalid):
        load_rules(own)


@given(st.binary(max_size=200))
def test_any_bytes_are_rules_or_refused(own):
    with suppress(RulesInvalid):
        assert len(load_rules(own).entries) == len(Check)
