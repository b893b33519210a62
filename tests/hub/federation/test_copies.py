"""What of a subscription goes to a source: what both speak of, and no more."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.hub.context import CORE
from dalgu.hub.federation.copies import changes, copy_of
from dalgu.hub.federation.registration import read_registration
from dalgu.hub.subscription import read_subscription
from dalgu.hub.values import NULL

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENDPOINT = {"uri": "http://here/ngsi-ld/ex/remote-notify"}


def subscription(**members):
    body = {
        "type": "Subscription",
        "entities": [{"type": "Vehicle"}],
        "notification": {"endpoint": {"uri": "http://subscriber.example/n"}},
    }
    return read_subscription(body | members, CORE, "urn:x:sub")


def registration(**members):
    body = {
        "type": "ContextSourceRegistration",
        "endpoint": "http://there.example",
        "information": [{"entities": [{"type": "Vehicle"}]}],
    }
    return read_registration(body | members, CORE, "urn:x:reg", NOW)


def copied(watched, held):
    return copy_of(subscription(**watched), registration(**held), ENDPOINT)


def held(*entities, names=()):
    return {"information": [{"entities": list(entities), "propertyNames": list(names)}]}


@pytest.mark.parametrize(
    ("entities", "registered", "expected"),
    [
        ([{"type": "Vehicle"}], [{"type": "Vehicle"}], [{"type": "Vehicle"}]),
        ([{"type": "Vehicle,Bus"}], [{"type": "Bus"}], [{"type": "Bus"}]),
        ([{"type": "*"}], [{"type": "Bus"}], [{"type": "Bus"}]),
        (
            [{"type": "Bus"}],
            [{"type": "Bus", "id": "urn:x:1"}],
            [{"type": "Bus", "id": "urn:x:1"}],
        ),
        (
            [{"type": "Bus", "id": "urn:x:1"}],
            [{"type": "Bus", "idPattern": "urn:x:.*"}],
            [{"type": "Bus", "id": "urn:x:1"}],
        ),
        (
            [{"type": "Bus"}, {"type": "Tram"}],
            [{"type": "Tram", "idPattern": "7$"}],
            [{"type": "Tram", "idPattern": "7$"}],
        ),
    ],
)
def test_entities_are_those_that_both_speak_of(entities, registered, expected):
    assert copied({"entities": entities}, held(*registered))["entities"] == expected


def test_nothing_in_common_is_no_copy():
    assert copied({}, held({"type": "Bus"})) is None
    assert copied({"watchedAttributes": ["a"]}, held({"type": "Vehicle"}, names=["b"])) is None


def test_attributes_are_those_that_both_speak_of():
    both = copied({"watchedAttributes": ["a", "b"]}, held({"type": "Vehicle"}, names=["b", "c"]))
    assert both["watchedAttributes"] == ["b"]
    periodic = copied({"timeInterval": 5}, held({"type": "Vehicle"}, names=["b"]))
    assert "watchedAttributes" not in periodic


def test_the_subscribers_address_and_looks_stay_here():
    copy = copied(
        {
            "q": "a>1",
            "notification": {
                "endpoint": {"uri": "http://subscriber.example/n"}, "format": "keyValues",
                "attributes": ["a"], "sysAttrs": True,
            },
        },
        {},
    )  # fmt: skip
    assert copy["notification"] == {"endpoint": ENDPOINT, "sysAttrs": True}
    assert copy["q"] == "a>1"
    split = copied({"q": "a>1", "scopeQ": "/A", "splitEntities": True}, {})
    assert split.keys().isdisjoint(("q", "scopeQ"))
    assert split["splitEntities"] is True


bodies = st.dictionaries(
    st.sampled_from(["q", "isActive", "throttling", "scopeQ"]), st.integers(0, 2)
)


@settings(deadline=None)  # the machine may be busy
@given(before=bodies, after=bodies)
def test_the_fragment_makes_one_copy_the_other(before, after):
    patched = dict(before)
    for name, value in changes(before, after).items():
        if value == NULL:
            del patched[name]
        else:
            patched[name] = value
    assert patched == after
