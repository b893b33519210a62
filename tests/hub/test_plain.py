"""The short way for plain attributes says what the long way of `merge` says."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub import merge
from dalgu.hub.merge import Mode, merge_document
from dalgu.hub.plain import replaced

NULL = "urn:ngsi-ld:null"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)

values = st.sampled_from(
    [1, 1.0, True, 0, False, "a", NULL, {"a": 1}, {"a": NULL}, [1], [NULL],
     {"type": "Point", "coordinates": [5, 6]}, {"type": "Point", "coordinates": [5.0, 6]}]
)  # fmt: skip
datasets = st.sampled_from([{}, {}, {"datasetId": "urn:x:d"}])
below = st.sampled_from([{}, {}, {"accuracy": {"type": "Property", "value": 1}}])


@st.composite
def attributes(draw):
    whole = {"type": "Property", "value": draw(values)}
    if draw(st.booleans()):
        whole["unitCode"] = draw(st.sampled_from(["MTR", "CMT"]))
    return {**whole, **draw(datasets), **draw(below)}


@given(attributes(), attributes(), st.sampled_from([Mode.APPEND, Mode.UPDATE, Mode.REPLACE]))
def test_the_short_way_says_what_the_long_way_says(first, second, mode):
    current, _ = merge_document(None, {"id": "urn:x:1", "type": "A", "heat": first}, BEGIN)
    short = merge_document(current, {"heat": second}, LATER, mode)

    kept, merge.replaced = merge.replaced, lambda *_: None
    try:
        long = merge_document(current, {"heat": second}, LATER, mode)
    finally:
        merge.replaced = kept

    assert short == long
    assert repr(short) == repr(long)  # 1, 1.0 and True are equal, and not the same


def test_a_value_that_json_tells_apart_is_a_change():
    held = {"type": "Property", "value": 1, "createdAt": "c", "modifiedAt": "m"}

    assert replaced(held, {"type": "Property", "value": 1}, "s") is held
    assert replaced(held, {"type": "Property", "value": 1.0}, "s")["modifiedAt"] == "s"
    assert replaced(held, {"type": "Property", "value": {"a": 1}}, "s") is None
