"""Fuzzing within the normal tests: all seeds again, and bugs that words find at once."""

import pytest
from tests.fuzz.planted import PLANTED
from tests.fuzz.targets import TARGETS
from tests.fuzz.words import look

from dalgu.certification.formula import parsing
from dalgu.hub.query import pattern, q

SOON = (
    "q-and-is-or",
    "q-absent-is-unequal",
    "q-nests-without-end",
    "types-and-is-or",
    "scope-below-only",
    "context-shadows-the-core",
    "entity-loses-datasets",
    "merge-is-shallow",
    "formula-divides-by-nothing",
    "formula-least-is-most",
    "certificate-with-a-tail",
    "status-in-any-form",
    "rows-that-nobody-tells-of",
)


@pytest.fixture(autouse=True)
def fresh_caches():
    """What was read before a bug was planted must not answer for it, nor the other way round."""
    caches = (q.compile_q, pattern.compile_pattern, parsing.parse)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda one: one.name)
def test_each_seed_is_read_or_refused_and_holds_to_its_oracle(target):
    for seed in target.seeds:
        target(seed)


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda one: one.name)
def test_a_short_campaign_finds_nothing(target):
    assert look(target, 60) is None


@pytest.mark.parametrize("name", SOON)
def test_a_planted_bug_is_found(name, monkeypatch):
    planted = PLANTED[name]
    planted.lay(monkeypatch.setattr)
    assert look(TARGETS[planted.target], 600) is not None
