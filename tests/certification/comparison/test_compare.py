import msgspec
import numpy as np
import pytest
from tests.certification.comparison.cities import a_profile
from tests.certification.scoring.frameworks import framework, of_63, quantitative

from dalgu.certification.comparison.compare import compare
from dalgu.certification.comparison.errors import (
    CityTwice,
    CityTypesDiffer,
    ComparisonTooSmall,
    DefinitionsDiffer,
    FrameworksDiffer,
)

ONE = of_63()


def rng():
    return np.random.default_rng(5)


def test_cities_of_one_kind_are_ranked_with_interval_profile_and_peers():
    entrants = [(a_profile(ONE, n, 60 + 3 * n), ONE) for n in range(5)]
    found = compare(entrants, rng(), draws=200)
    assert found.comparable
    assert [x.rank.rank for x in found.cities] == [1, 2, 3, 4, 5]
    best = found.cities[0]
    assert len(best.items) == 10
    assert len(best.peers) == 3
    assert best.profile.city not in {peer.city for peer in best.peers}


def other_version():
    return msgspec.structs.replace(ONE, name="test-2022", year=2022)


def other_formula():
    changed = msgspec.structs.replace(ONE.indicators[0], formula="2 * x")
    return msgspec.structs.replace(ONE, indicators=[changed, *ONE.indicators[1:]])


@pytest.mark.parametrize(
    ("entrant", "refusal", "word"),
    [
        ((a_profile(other_version(), 2), other_version()), FrameworksDiffer, "test-2022"),
        ((a_profile(other_version(), 2), ONE), FrameworksDiffer, "test-2022"),
        ((a_profile(ONE, 2, city_type="small"), ONE), CityTypesDiffer, "large, small"),
        ((a_profile(other_formula(), 2), ONE), DefinitionsDiffer, "I1-Q0"),
    ],
)
def test_what_cannot_be_compared_is_refused_or_shown_as_such(entrant, refusal, word):
    entrants = [(a_profile(ONE, 1), ONE), entrant]
    with pytest.raises(refusal, match=word):
        compare(entrants, rng())
    shown = compare(entrants, rng(), as_not_comparable=True)
    assert not shown.comparable
    assert shown.why_not.say("ko")
    assert all(x.rank is None and not x.peers for x in shown.cities)


def test_one_city_or_the_same_twice_is_no_comparison():
    city = (a_profile(ONE, 1), ONE)
    with pytest.raises(ComparisonTooSmall):
        compare([city], rng())
    with pytest.raises(CityTwice, match="city-01"):
        compare([city, city], rng())


def test_a_corrected_word_in_the_framework_does_not_part_cities():
    small = framework([quantitative("A", "I1", 40)])
    reworded = msgspec.structs.replace(
        small, indicators=[msgspec.structs.replace(small.indicators[0], provenance="other")]
    )
    entrants = [(a_profile(small, 1), reworded), (a_profile(reworded, 2), reworded)]
    assert compare(entrants, rng(), draws=50).comparable
