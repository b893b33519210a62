"""What a change makes of an entity."""

from datetime import UTC, datetime, timedelta

import pytest

from dalgu.hub.change import Action, Change, apply_change
from dalgu.hub.document import parse_attribute, parse_entity, parse_fragment
from dalgu.hub.errors import (
    AttributeNotExisting,
    DocumentInvalid,
    EntityAlreadyExists,
    EntityNotExisting,
)
from dalgu.hub.represent import Form, Representation, represent

ID = "urn:ngsi-ld:Room:1"
NULL = "urn:ngsi-ld:null"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = BEGIN + timedelta(hours=1)
SUMMER = "urn:ngsi-ld:Dataset:summer"


def held(**attributes):
    document = parse_entity({"id": ID, "type": "Room", **attributes})
    return apply_change(None, Change(Action.CREATE, ID, document), BEGIN).document


def lay(action, current, **attributes):
    return apply_change(current, Change(action, ID, parse_fragment(attributes)), LATER)


def simple(applied):
    return represent(applied.document, Representation(form=Form.SIMPLIFIED))


def test_an_entity_is_created_once():
    with pytest.raises(EntityAlreadyExists):
        apply_change(held(), Change(Action.CREATE, ID, held()), LATER)


@pytest.mark.parametrize(
    "action", [Action.MERGE, Action.APPEND, Action.UPDATE, Action.REPLACE, Action.DELETE]
)
def test_what_does_not_exist_cannot_change(action):
    with pytest.raises(EntityNotExisting):
        apply_change(None, Change(action, ID), LATER)


def test_a_merge_reaches_into_values_and_deletes_by_null():
    room = held(heat=21, size={"value": {"w": 2, "h": {"m": 3, "cm": 1}}}, light=1)
    applied = lay(Action.MERGE, room, size={"value": {"w": NULL, "h": {"cm": 5}}}, light=NULL)
    assert simple(applied)["size"] == {"h": {"m": 3, "cm": 5}}
    assert "light" not in applied.document
    assert set(applied.changed) == {"size", "light"}


def test_a_merge_keeps_sub_attributes_that_it_does_not_name():
    room = held(heat={"value": 21, "accuracy": {"value": 1}, "unitCode": "CEL"})
    applied = lay(Action.MERGE, room, heat={"value": 22, "accuracy": {"value": 2}})
    assert applied.document["heat"]["unitCode"] == "CEL"
    assert applied.document["heat"]["accuracy"] == {"type": "Property", "value": 2}
    assert applied.document["heat"]["createdAt"] == "2026-01-01T00:00:00Z"
    assert applied.document["heat"]["modifiedAt"] == "2026-01-01T01:00:00Z"


def test_json_of_a_json_property_is_replaced_whole():
    room = held(plan={"json": {"a": 1}})
    applied = lay(Action.MERGE, room, plan={"json": {"b": NULL}})
    assert applied.document["plan"]["json"] == {"b": NULL}


def test_the_same_again_changes_nothing():
    room = held(heat={"value": 21, "observedAt": "2026-01-01T00:00:00Z"}, open=True)
    applied = lay(
        Action.APPEND, room, heat={"value": 21, "observedAt": "2026-01-01T00:00:00Z"}, open=True
    )
    assert applied.kind == "unchanged"
    assert applied.document == room
    assert applied.changed == ()


def test_one_and_true_are_not_the_same():
    assert lay(Action.APPEND, held(open=1), open=True).changed == ("open",)


def test_an_instance_of_one_dataset_leaves_the_others():
    room = held(price=[{"value": 1}, {"value": 2, "datasetId": SUMMER}])
    applied = lay(Action.MERGE, room, price={"value": 3, "datasetId": SUMMER})
    assert [one["value"] for one in applied.document["price"]] == [1, 3]
    gone = apply_change(
        room, Change(Action.DELETE_ATTRIBUTE, ID, attribute="price", dataset=SUMMER), LATER
    )
    assert gone.document["price"]["value"] == 1


def test_an_update_appends_and_leaves_a_scope_that_is_not_there_out():
    room = held(heat=21)
    fragment = {"light": room["heat"], "scope": "/Daegu"}
    updated = apply_change(room, Change(Action.UPDATE, ID, fragment), LATER)
    assert (updated.changed, updated.skipped) == (("light",), ("scope",))
    assert "scope" not in updated.document
    scoped = {**room, "scope": "/Seoul"}
    assert apply_change(scoped, Change(Action.UPDATE, ID, fragment), LATER).document["scope"] == (
        "/Daegu"
    )


def test_a_change_is_bound_to_the_types_it_names():
    room = held(heat=21)
    with pytest.raises(EntityNotExisting):
        apply_change(room, Change(Action.DELETE, ID, types=("Hall",)), LATER)
    assert apply_change(room, Change(Action.DELETE, ID, types=("Room",)), LATER).document is None


def test_a_scope_is_deleted_as_an_attribute_is():
    room = {**held(heat=21), "scope": "/Daegu"}
    applied = apply_change(room, Change(Action.DELETE_ATTRIBUTE, ID, attribute="scope"), LATER)
    assert "scope" not in applied.document


def test_append_new_says_what_it_left_out():
    room = held(heat=21)
    added = lay(Action.APPEND_NEW, room, heat=22, light=1)
    assert (simple(added)["heat"], added.changed, added.skipped) == (21, ("light",), ("heat",))


def test_a_replacement_leaves_nothing_of_the_old():
    applied = lay(Action.REPLACE, held(heat=21, light=1), heat=22)
    assert simple(applied) == {"id": ID, "type": "Room", "heat": 22}
    assert applied.document["createdAt"] == "2026-01-01T00:00:00Z"
    assert set(applied.changed) == {"heat", "light"}


def test_an_older_observation_does_not_change_the_state():
    room = held(heat={"value": 21, "observedAt": "2026-01-01T00:00:00.5Z"})
    older = lay(Action.OBSERVE, room, heat={"value": 5, "observedAt": "2026-01-01T00:00:00Z"})
    newer = lay(Action.OBSERVE, room, heat={"value": 5, "observedAt": "2026-01-01T00:00:01Z"})
    assert (older.kind, newer.changed) == ("unchanged", ("heat",))


def test_types_are_added_and_not_taken_away():
    document = parse_fragment({"type": ["Room", "Kitchen"]})
    applied = apply_change(held(), Change(Action.MERGE, ID, document), LATER)
    assert applied.document["type"] == ["Room", "Kitchen"]


def attribute_change(action, current, name, body, *, partial=True):
    stored, instance = parse_attribute(name, body, partial=partial)
    return apply_change(current, Change(action, ID, {stored: instance}, stored), LATER)


def test_a_partial_update_changes_members_of_one_instance():
    room = held(heat={"value": 21, "unitCode": "CEL", "accuracy": {"value": 1}})
    applied = attribute_change(Action.UPDATE_ATTRIBUTE, room, "heat", {"value": 23})
    assert applied.document["heat"]["unitCode"] == "CEL"
    assert applied.document["heat"]["value"] == 23
    gone = attribute_change(Action.UPDATE_ATTRIBUTE, room, "heat", {"accuracy": NULL})
    assert "accuracy" not in gone.document["heat"]


def test_a_partial_update_cannot_change_the_kind():
    place = {"type": "Point", "coordinates": [1, 2]}
    room = held(heat=21, location=place)
    with pytest.raises(DocumentInvalid):
        attribute_change(Action.UPDATE_ATTRIBUTE, room, "heat", {"object": "urn:x:1"})
    with pytest.raises(DocumentInvalid):
        attribute_change(Action.UPDATE_ATTRIBUTE, room, "location", {"value": 5})
    moved = {"value": {"type": "Point", "coordinates": [3, 4]}}
    applied = attribute_change(Action.UPDATE_ATTRIBUTE, room, "location", moved)
    assert applied.document["location"]["type"] == "GeoProperty"


def test_a_replaced_attribute_keeps_only_its_birthday():
    room = held(heat={"value": 21, "unitCode": "CEL"})
    applied = attribute_change(Action.REPLACE_ATTRIBUTE, room, "heat", {"value": 5}, partial=False)
    assert applied.document["heat"] == {
        "type": "Property",
        "value": 5,
        "createdAt": "2026-01-01T00:00:00Z",
        "modifiedAt": "2026-01-01T01:00:00Z",
    }


@pytest.mark.parametrize("action", [Action.UPDATE_ATTRIBUTE, Action.DELETE_ATTRIBUTE])
def test_an_attribute_that_does_not_exist_is_named(action):
    with pytest.raises(AttributeNotExisting, match="light"):
        attribute_change(action, held(heat=21), "light", {"value": 1})
