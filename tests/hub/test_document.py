"""Entities on their way in and out: every form, every kind, and what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.context import CORE
from dalgu.hub.document import parse_attribute, parse_entity, parse_fragment, parse_temporal
from dalgu.hub.errors import DocumentInvalid, HubError
from dalgu.hub.merge import merge_document
from dalgu.hub.represent import Form, Representation, represent
from dalgu.hub.values import MAX_DEPTH, NULL

ID = "urn:ngsi-ld:Room:1"


def entity(**attributes):
    return {"id": ID, "type": "Room", **attributes}


EVERY_KIND = entity(
    heat={
        "type": "Property",
        "value": 21.5,
        "unitCode": "CEL",
        "observedAt": "2026-01-02T03:04:05Z",
        "accuracy": {"type": "Property", "value": 0.5},
    },
    inside={"type": "Relationship", "object": "urn:ngsi-ld:House:1", "objectType": "House"},
    doors={"type": "Relationship", "object": ["urn:ngsi-ld:Door:1", "urn:ngsi-ld:Door:2"]},
    location={"type": "GeoProperty", "value": {"type": "Point", "coordinates": [128.6, 35.9]}},
    title={"type": "LanguageProperty", "languageMap": {"ko": "방", "en": ["room", "chamber"]}},
    use={"type": "VocabProperty", "vocab": ["Sleeping", "Living"]},
    levels={"type": "ListProperty", "valueList": [1, 2.5, "three"]},
    visitors={"type": "ListRelationship", "objectList": [{"object": "urn:ngsi-ld:Person:1"}]},
    plan={"type": "JsonProperty", "json": {"rows": [1, None, {"a": "urn:ngsi-ld:null"}]}},
    price=[
        {"type": "Property", "value": 1},
        {"type": "Property", "value": 2, "datasetId": "urn:ngsi-ld:Dataset:summer"},
    ],
)


def test_all_kinds_of_attribute_are_canonical_already():
    assert parse_entity(EVERY_KIND) == EVERY_KIND


@pytest.mark.parametrize("form", [Form.NORMALIZED, Form.CONCISE])
def test_what_is_shown_in_full_reads_back_as_it_was(form):
    shown = represent(EVERY_KIND, Representation(form=form))
    assert parse_entity(shown) == EVERY_KIND


def test_the_simplified_form_keeps_values_and_kinds_where_it_can():
    shown = represent(EVERY_KIND, Representation(form=Form.SIMPLIFIED))
    again = parse_entity(shown, simplified=True)
    assert again["heat"] == {"type": "Property", "value": 21.5}
    assert again["inside"] == {"type": "Property", "value": "urn:ngsi-ld:House:1"}
    assert again["levels"] == {"type": "Property", "value": [1, 2.5, "three"]}  # 4.5.4
    for name in ("location", "title", "use", "plan", "price"):
        assert again[name] == EVERY_KIND[name]


json_values = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "urn:" not in text),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(categories=["L"]), min_size=3).filter(
                lambda key: key not in ("type", "value", "object", "vocab", "json", "languageMap")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(json_values)
def test_a_value_of_any_shape_survives_every_form(value):
    document = parse_entity(entity(heat={"type": "Property", "value": value}))
    for form in (Form.NORMALIZED, Form.CONCISE):
        assert parse_entity(represent(document, Representation(form=form))) == document
    simplified = represent(document, Representation(form=Form.SIMPLIFIED))
    assert simplified["heat"] == value
    assert parse_entity(simplified, simplified=True) == document


deep: list = []
for _ in range(MAX_DEPTH + 5):
    deep = [deep]
deep_attribute: dict = {"value": 1}
for _ in range(MAX_DEPTH + 5):
    deep_attribute = {"value": 1, "inner": deep_attribute}


@pytest.mark.parametrize(
    "attribute",
    [
        None,
        "urn:ngsi-ld:null",
        {"type": "Property"},
        {"type": "Speed", "value": 1},
        {"type": "Property", "value": None},
        {"type": "Property", "value": float("nan")},
        {"type": "Property", "value": float("-inf")},
        {"type": "Property", "value": 2**70},
        {"type": "Property", "value": "\ud800"},
        {"type": "Property", "value": {"\udfff": 1}},
        {"type": "Property", "value": deep},
        deep_attribute,
        {"value": 1, "object": "urn:x:1"},
        {"value": 1, "observedAt": "yesterday"},
        {"value": 1, "observedAt": "2026-02-30T00:00:00Z"},
        {"value": 1, "observedAt": "2026-01-02T03:04:05"},
        {"value": 1, "observedAt": "0001-01-01T00:00:00+23:59"},
        {"value": 1, "datasetId": "summer"},
        {"value": 1, "unitCode": 5},
        {"type": "Relationship", "object": "House 1"},
        {"type": "Relationship", "object": []},
        {"type": "GeoProperty", "value": {"type": "Circle", "coordinates": [1, 2]}},
        {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 91]}},
        {"type": "GeoProperty", "value": {"type": "Point", "coordinates": ["1", 2]}},
        {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [True, 2]}},
        {"type": "GeoProperty", "value": {"type": "LineString", "coordinates": [[1, 2]]}},
        {
            "type": "GeoProperty",
            "value": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        },
        {"type": "LanguageProperty", "languageMap": {"한국어": "물"}},
        {"type": "LanguageProperty", "languageMap": {"ko": 1}},
        {"type": "VocabProperty", "vocab": 1},
        {"type": "ListProperty", "valueList": 1},
        {"type": "ListRelationship", "objectList": ["no uri"]},
        [{"type": "Property", "value": 1}, {"type": "Property", "value": 2}],
    ],
)
def test_what_is_no_attribute_is_refused_by_name(attribute):
    with pytest.raises(DocumentInvalid) as refusal:
        parse_entity(entity(heat=attribute))
    assert refusal.value.status == 400
    assert refusal.value.problem_type == "https://uri.etsi.org/ngsi-ld/errors/BadRequestData"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "entity",
        {"type": "Room"},
        {"id": ID},
        {"id": "room 1", "type": "Room"},
        {"id": 1, "type": "Room"},
        {"id": ID, "type": []},
        {"id": ID, "type": "Living Room"},
        {"id": ID, "type": "Room", "a<b": 1},
        {"id": ID, "type": "Room", "": 1},
        {"id": ID, "type": "Room", "scope": [1]},
    ],
)
def test_what_is_no_entity_is_refused(body):
    with pytest.raises(HubError):
        parse_entity(body)


@pytest.mark.parametrize(
    "members",
    [
        {"datasetId": 1},
        {"@invalid": 1},
        {"9lives": 1},
        {"location": {"type": "Property", "value": 7}},
        {"scope": "/a//b"},
        {"scope": ["/fine", "9bad"]},
        {"scope": "urn:ngsi-ld:null"},
        {"expiresAt": "2026-13-45T00:00:00Z"},
        {"heat": {"type": "Property", "value": 1, "previousValue": 2}},
        {"heat": {"type": "Property", "value": 1, "entityIdSealed": "urn:x:1"}},
        {"heat": {"type": "Property", "value": {"deep": ["urn:ngsi-ld:null"]}}},
        {"heat": {"type": "Property", "value": 1, "observedAt": "2026-01-01T00:00:00+09:00"}},
        {"near": {"type": "Relationship", "object": "urn:x:1", "unitCode": "MTR"}},
        {"near": {"type": "Relationship", "object": "urn:x:\u200b1"}},
        {"name": {"type": "LanguageProperty", "languageMap": {"@none": "urn:ngsi-ld:null"}}},
        {"name": {"type": "LanguageProperty", "languageMap": {"ko": "x"}, "valueType": "text"}},
        {"plan": {"type": "JsonProperty", "json": 5}},
        {"ngsildproof": {"type": "Property", "value": "text"}},
    ],
)
def test_what_only_looks_like_an_entity_is_refused(members):
    with pytest.raises(DocumentInvalid):
        parse_entity(entity(**members))


def test_a_proof_keeps_its_sealed_members_bare():
    sealed = {"value": {"proofValue": "z"}, "entityIdSealed": "urn:x:1", "entityTypeSealed": "Room"}
    document = parse_entity(entity(ngsildproof=sealed))
    assert document["ngsildproof"] == {"type": "Property", **sealed}


def test_the_keywords_of_json_ld_are_read():
    assert parse_entity({"@id": "urn:x:1", "@type": "Room"}) == {"id": "urn:x:1", "type": "Room"}


def test_a_geometry_may_come_as_text():
    place = {"type": "GeoProperty", "value": '{"type": "Point", "coordinates": [128.6, 35.9]}'}
    document = parse_entity(entity(location=place))
    assert document["location"]["value"] == {"type": "Point", "coordinates": [128.6, 35.9]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-01-02T03:00:00.000Z", "2026-01-02T03:00:00.000Z"),
        ("2026-01-02T03:00:00,5Z", "2026-01-02T03:00:00.500000Z"),
        ("2026-01-02T03:00:00.1234567Z", "2026-01-02T03:00:00.123456Z"),
    ],
)
def test_an_instant_is_kept_as_written_where_a_response_may_have_it(given, kept):
    document = parse_entity(entity(heat={"value": 1, "observedAt": given}))
    assert document["heat"]["observedAt"] == kept


def test_a_geometry_may_have_members_of_others_but_is_no_feature():
    place = {"type": "Point", "coordinates": [1, 2], "accuracy_m": 3}
    assert parse_entity(entity(location={"value": place}))["location"]["value"] == place
    for wrong in ({"properties": {}}, {"note": "urn:ngsi-ld:null"}):
        with pytest.raises(DocumentInvalid):
            parse_entity(entity(location={"type": "GeoProperty", "value": place | wrong}))


def test_the_end_of_an_entity_is_stored_in_one_form():
    document = parse_entity(entity(expiresAt="2026-01-02T03:00:00.000Z"))
    assert document["expiresAt"] == "2026-01-02T03:00:00Z"


def test_stamps_and_instance_ids_of_a_client_are_left_out():
    document = parse_entity(
        entity(
            createdAt="2020-01-01T00:00:00Z",
            heat={"value": 1, "modifiedAt": "2020-01-01T00:00:00Z", "instanceId": "urn:x:1"},
        )
    )
    assert document == entity(heat={"type": "Property", "value": 1})


def test_a_fragment_may_delete_and_a_whole_entity_may_not():
    assert parse_fragment({"heat": "urn:ngsi-ld:null"}) == {"heat": "urn:ngsi-ld:null"}
    with pytest.raises(DocumentInvalid):
        parse_fragment({"heat": "urn:ngsi-ld:null"}, patch=False)


def test_a_partial_attribute_may_lack_type_and_value():
    name, instance = parse_attribute("heat", {"observedAt": "2026-01-01T00:00:00Z"}, partial=True)
    assert (name, instance) == ("heat", {"observedAt": "2026-01-01T00:00:00Z"})


def test_a_temporal_body_becomes_one_document_for_each_instant():
    documents = parse_temporal(
        entity(heat=[{"value": 1}, {"value": 2}], light=[{"value": 3}]), CORE
    )
    assert [document["heat"]["value"] for document in documents] == [1, 2]
    assert ["light" in document for document in documents] == [True, False]


def test_a_language_is_chosen_by_preference():
    shown = represent(EVERY_KIND, Representation(lang="fr,ko;q=0.9"))
    assert shown["title"] == {"type": "Property", "value": "방", "lang": "ko"}


def test_stamps_are_shown_only_when_asked_for():
    document, _ = merge_document(None, EVERY_KIND, datetime(2026, 1, 1, tzinfo=UTC))
    assert represent(document, Representation()) == EVERY_KIND
    shown = represent(document, Representation(sys_attrs=True))
    assert shown["createdAt"] == shown["heat"]["createdAt"] == "2026-01-01T00:00:00Z"


def test_pick_and_omit_reduce_an_entity_to_its_members():
    picked = represent(EVERY_KIND, Representation(pick=frozenset(("id", "heat"))))
    assert picked.keys() == {"id", "heat"}
    rest = represent(EVERY_KIND, Representation(omit=frozenset(("type", "heat"))))
    assert rest.keys() == EVERY_KIND.keys() - {"type", "heat"}


@pytest.mark.parametrize("value", [[NULL], {"b": [NULL]}, [{"b": NULL}]])
def test_a_null_within_a_list_deletes_nothing_and_is_refused(value):
    for parse in (parse_fragment, lambda body: parse_entity({"id": ID, "type": "T", **body})):
        with pytest.raises(DocumentInvalid, match="as a member of an object"):
            parse({"a": {"value": value}})
