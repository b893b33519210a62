"""HTTP parameters become queries, or typed refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.errors import HubError, InvalidRequest, ParameterUnknown
from dalgu.hub.query.parse import (
    QUERY,
    parse_parameters,
    parse_query,
    parse_representation,
)
from dalgu.hub.query.temporal import TEMPORAL, parse_temporal_query
from dalgu.hub.query.types import matches_types, parse_types
from dalgu.hub.represent import Form


def query(text):
    return parse_query(parse_parameters(text.encode(), QUERY))


def status_of(raw):
    try:
        parameters = parse_parameters(raw, QUERY)
        parse_query(parameters)
        parse_representation(parameters)
    except HubError as refusal:
        return refusal.status
    return 200


def test_a_query_is_read_whole():
    asked = query(
        "type=A,B&q=speed%3E5&limit=5&offset=10&options=count&georel=near;maxDistance==100"
        "&geometry=Point&coordinates=[1,2]"
    )
    assert (asked.types, asked.q, asked.limit, asked.offset) == (("A", "B"), "speed>5", 5, 10)
    assert asked.count
    assert asked.geometry == {"type": "Point", "coordinates": [1, 2]}


@pytest.mark.parametrize(
    "text",
    ["", "limit=5", "type=A&limit=-1", "type=A&limit=1001", "type=A&limit=0", "type=", "type=A,",
     "type=A&q=", "type=A&georel=near", "type=A&count=maybe", "type=A&options=magic",
     "type=A&geometry=Point&coordinates=[1,2]&georel=touches", "type=A&idPattern=(",
     "type=A&geometry=Point&coordinates=x&georel=within", "id=no uri", "type=A&offset=99999999999"],
)  # fmt: skip
def test_a_query_that_cannot_be_is_refused(text):
    assert status_of(text.encode()) == 400


def test_an_unknown_parameter_is_an_invalid_request():
    with pytest.raises(ParameterUnknown):
        query("type=A&limti=5")
    with pytest.raises(InvalidRequest):
        query("type=A&type=B")
    with pytest.raises(InvalidRequest):
        query("type=%ff")


def test_options_and_format_choose_the_form():
    assert parse_representation({"options": "keyValues"}).form is Form.SIMPLIFIED
    assert parse_representation({"format": "concise"}).form is Form.CONCISE
    assert parse_representation({"options": "sysAttrs,count"}).sys_attrs


def test_types_may_be_joined_and_chosen():
    selection = parse_types("(A;B),C|(D;(E,F))")
    assert selection == ("A;B", "C", "D;E", "D;F")
    assert matches_types(selection, ["E", "D"])
    assert not matches_types(selection, ["A"])


@pytest.mark.parametrize(
    "text",
    ["timerel=between&timeAt=2026-01-01T00:00:00Z", "timerel=since&timeAt=2026-01-01T00:00:00Z",
     "timerel=before", "timeAt=2026-01-01T00:00:00Z", "timerel=before&timeAt=now",
     "timeproperty=expiresAt", "lastN=-1", "lastN=0", "aggrPeriodDuration=1h",
     "aggrMethods=median&format=aggregatedValues",
     "timerel=before&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-01-01T00:00:00Z"],
)  # fmt: skip
def test_a_temporal_query_that_cannot_be_is_refused(text):
    with pytest.raises(HubError):
        parse_temporal_query(parse_parameters(text.encode(), TEMPORAL), entity="urn:x:1")


@given(st.binary(max_size=40) | st.text('typeidq=&%,;()|[]1AZ"><~', max_size=40).map(str.encode))
def test_any_query_string_is_read_or_refused_by_type(raw):
    assert status_of(raw) in (200, 400, 403, 422)
