"""What a scan may leave aside changes no answer."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.query.narrow import reader_of, texts_of
from dalgu.hub.query.q import compile_q

TEXTS = ["free", "occupied", "대구", 'a"b', "2026-01-01T00:00:00Z", "urn:x:1", "back\\slash"]
KINDS = {"Property": "value", "VocabProperty": "vocab", "ListProperty": "valueList"}

texts = st.sampled_from(TEXTS)
values = st.one_of(texts, st.integers(0, 3), st.lists(texts, max_size=2), st.just({"ko": "free"}))


@st.composite
def attributes(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    return {"type": kind, KINDS[kind]: draw(texts if kind == "VocabProperty" else values)}


documents = st.fixed_dictionaries(
    {"id": st.just("urn:x:1"), "type": st.just("A")},
    optional={"status": attributes(), "kind": st.lists(attributes(), min_size=1, max_size=2)},
)
terms = st.builds(
    lambda name, sign, text: f"{name}{sign}{msgspec.json.encode(text).decode()}",
    st.sampled_from(["status", "kind", "status[ko]", "type"]),
    st.sampled_from(["==", "!="]),
    texts,
)
expressions = st.builds(lambda sign, some: sign.join(some), st.sampled_from(";|"),
                        st.lists(terms, min_size=1, max_size=3))  # fmt: skip


@given(documents, expressions)
def test_every_match_holds_the_texts_and_is_one_to_the_narrow_reader(document, q):
    body = msgspec.json.encode(document)
    holds = compile_q(q)

    assert holds(reader_of(q)(body)) == holds(document)
    if holds(document):
        assert all(text in body for text in texts_of(q))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('status=="free"', (b'"free"',)),
        ('status=="free";size>3', (b'"free"',)),
        ('status=="free"|size>3', ()),
        ('status!="free"', ()),
        ('status=="free","busy"', ()),
        ('at=="2026-01-01T00:00:00Z"', ()),
        ('owner{name}=="Kim"', ()),
        ("size==3", ()),
    ],
)
def test_only_what_can_be_equal_to_itself_alone_is_looked_for(q, expected):
    assert texts_of(q) == expected
