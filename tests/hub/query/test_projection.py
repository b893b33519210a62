import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.errors import HubError
from dalgu.hub.query.projection import depth, parse_projection

names = st.sampled_from(["id", "type", "name", "owner", "locatedAt"])
projections = st.recursive(
    st.dictionaries(names, st.just({}), min_size=1),
    lambda below: st.dictionaries(names, below, min_size=1),
    max_leaves=8,
)


def written(projection):
    return ",".join(
        name + (f"{{{written(below)}}}" if below else "") for name, below in projection.items()
    )


@given(projections)
def test_what_is_written_reads_back(projection):
    assert parse_projection(written(projection)) == projection


def test_the_bar_is_a_comma_and_braces_are_hops():
    assert parse_projection("a|b{c|d{e}}") == parse_projection("a,b{c,d{e}}")
    assert depth(parse_projection("a,b{c,d{e}}")) == 2


@pytest.mark.parametrize(
    "text", ["", "a,,b", "a{b", "a{{b}", "a{}", "a{,b}", "a;b", "a}", "{a}", "a{" * 30 + "b"]
)
def test_what_is_no_projection_is_refused(text):
    with pytest.raises(HubError) as refusal:
        parse_projection(text)
    assert refusal.value.status in (400, 403)
