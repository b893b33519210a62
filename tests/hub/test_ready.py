"""Bodies that are sent as the store has them show what `represent` shows."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub import ready
from dalgu.hub.merge import merge_document
from dalgu.hub.represent import Representation, represent

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
STAMPS = {"createdAt": "2026-01-01T00:00:00Z", "modifiedAt": "2026-01-01T00:00:00Z"}

values = st.sampled_from(
    [1, "free", '","createdAt":"x","modifiedAt":"y"', "createdAt", {"a": 1}, {"a": 1, **STAMPS},
     [1, {"b": 2, **STAMPS}], STAMPS, {"modifiedAt": "x"}, "a\nb"]
)  # fmt: skip
instances = st.builds(
    lambda value, more: {"type": "Property", "value": value} | more,
    values,
    st.sampled_from(
        [{}, {"unitCode": "MTR"}, {"expiresAt": "2027-01-01T00:00:00Z"},
         {"exact": {"type": "Property", "value": STAMPS}}]
    ),
)  # fmt: skip
attributes = st.one_of(
    instances,
    st.builds(lambda one, two: [one, two | {"datasetId": "urn:x:d"}], instances, instances),
)
patches = st.dictionaries(st.sampled_from(["heat", "size", "createdBy"]), attributes)


def body_of(document):
    return ready.mark(document, msgspec.json.encode(document))


@given(patches, patches, st.sampled_from(["A", ["A", "B"]]))
def test_a_ready_body_shows_what_represent_shows(first, second, types):
    made, _ = merge_document(None, {"id": "urn:x:1", "type": types, **first}, BEGIN)
    document, _ = merge_document(made, second, LATER)

    [shown] = ready.shown([body_of(document)])

    assert msgspec.json.decode(shown) == represent(document, Representation())


def test_a_usual_body_is_ready_and_a_value_that_looks_like_stamps_keeps_it_from_that():
    usual, _ = merge_document(
        None, {"id": "urn:x:1", "type": "A", "heat": {"type": "Property", "value": 1}}, BEGIN
    )
    trap, _ = merge_document(
        None,
        {"id": "urn:x:1", "type": "A", "heat": {"type": "JsonProperty", "json": STAMPS}},
        BEGIN,
    )

    assert body_of(usual).endswith(ready.MARK)
    assert not body_of(trap).endswith(ready.MARK)
    assert STAMPS["createdAt"].encode() in ready.shown([body_of(trap)])[0]
