"""What is wrong with a framework, and what a hub lacks for it, are findings, never a crash."""

import msgspec
import pytest
from tests.certification.measuring.cities import city_of, entity, framework, indicator, urn

from dalgu.certification.framework.loading import load
from dalgu.certification.framework.model import Plausibility
from dalgu.certification.framework.shelf import Shelf
from dalgu.certification.measurement import Status
from dalgu.certification.measuring.dryrun import check, check_language
from dalgu.certification.measuring.findings import Kind, Severity
from dalgu.kernel.text import Text

STAFF = {"type": ["Staff"], "unit": "person"}


def rule(text):
    return [Plausibility(text, Text("왜?", "Why?"))]


FAULTS = [
    (indicator("a +", variables={"a": STAFF}), Kind.FORMULA_INVALID, "formula"),
    (indicator("a > 1", variables={"a": STAFF}), Kind.FORMULA_INVALID, "formula"),
    (indicator("a + b", variables={"a": STAFF}), Kind.VARIABLE_UNKNOWN, "formula"),
    (
        indicator("a + b", dimension="person",
                  variables={"a": STAFF, "b": {"type": ["Training"], "unit": "hour"}}),
        Kind.UNIT_CLASH, "formula",
    ),
    (indicator("a", variables={"a": STAFF}), Kind.UNIT_CLASH, "formula"),
    (indicator("a", variables={"a": STAFF | {"unit": "bogus"}}), Kind.UNIT_UNKNOWN, "formula"),
    (indicator("a", dimension="person", variables={"a": STAFF | {"where": "=="}}),
     Kind.QUERY_INVALID, "variables.a.where"),
    (indicator("a", dimension="person", variables={"a": STAFF | {"condition": "1 +"}}),
     Kind.FORMULA_INVALID, "variables.a.condition"),
    (indicator("a", dimension="person", variables={"a": STAFF | {"of": "]"}}),
     Kind.FORMULA_INVALID, "variables.a.of"),
    (indicator("a", dimension="person",
               variables={"a": STAFF | {"during": {"attribute": "on", "window": "a while"}}}),
     Kind.WINDOW_INVALID, "variables.a.during.window"),
    (indicator("a", dimension="person", variables={"a": STAFF}, plausibility=rule("value")),
     Kind.FORMULA_INVALID, "plausibility[0].check"),
    (indicator("a", dimension="person", variables={"a": STAFF}, plausibility=rule("nobody > 1")),
     Kind.VARIABLE_UNKNOWN, "plausibility[0].check"),
    (indicator("a", dimension="person", variables={"a": STAFF},
               plausibility=rule('value < indicator("X")')),
     Kind.INDICATOR_UNKNOWN, "plausibility[0].check"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "kind", "field"), FAULTS)
def test_a_fault_of_the_framework_is_a_finding(faulty, kind, field):
    errors = [one for one in check_language(framework(faulty)) if one.severity is Severity.ERROR]
    assert [(one.kind, one.field, one.indicator) for one in errors] == [(kind, field, "T-1")]
    assert errors[0].reason.ko
    assert errors[0].reason.en


@pytest.mark.parametrize("faulty", [one for one, _, _ in FAULTS])
def test_a_faulty_indicator_is_not_available_and_breaks_nothing(tmp_path, faulty):
    sound = indicator("a", code="T-2", dimension="person", variables={"a": STAFF})
    city = city_of(tmp_path, faulty, sound)
    city.put(entity("Staff", 1, on="2026-11-01"), entity("Training", 1))
    found = city.assess("test").measured
    city.close()
    assert found["T-2"].snapshot.value == 1.0
    snapshot = found["T-1"].snapshot
    assert (snapshot.value is None) == (snapshot.reason is not None)


def test_missing_types_and_attributes_are_named_with_their_indicators(tmp_path):
    told = {"type": ["Staff"], "where": "fte>1", "aggregate": "sum", "of": "hours",
            "linked": [{"via": "unit", "type": "Unit"}],
            "valid": {"since": "since", "until": "until"},
            "observed": {"type": ["Badge"], "attribute": "seen"}}  # fmt: skip
    city = city_of(tmp_path, indicator("a", variables={"a": told}))
    city.put(entity("Staff", 1, fte=1, unit=urn("Unit", 1), since="2026-01-01"))
    found = city.run(city.hub.look(lambda view: check(city.certification.framework("test"), view)))
    city.close()
    assert not found.has_errors
    assert found.not_available == ("T-1",)
    missing = {(one.kind, one.subject) for one in found.findings}
    assert missing == {
        (Kind.TYPE_UNKNOWN, "Unit"),
        (Kind.TYPE_UNKNOWN, "Badge"),
        (Kind.ATTRIBUTE_UNKNOWN, "Staff.hours"),
        (Kind.ATTRIBUTE_UNKNOWN, "seen"),
    }


@pytest.mark.parametrize("name", Shelf().names())
def test_the_frameworks_that_ship_have_no_fault(name):
    assert [one for one in check_language(load(name)) if one.severity is Severity.ERROR] == []


def test_a_zero_denominator_is_a_reason_not_a_crash(tmp_path):
    two = {"a": STAFF, "b": {"type": ["Staff"], "where": "fte>9"}}
    city = city_of(tmp_path, indicator("a / b", variables=two))
    city.put(entity("Staff", 1, fte=1))
    one = city.assess("test").measured["T-1"].snapshot
    city.close()
    assert (one.status, one.value) == (Status.NOT_AVAILABLE, None)
    assert "denominator is zero" in one.reason.en
    assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one
