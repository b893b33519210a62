"""The platform's own types beside their models: whole, served, and known to the hub itself."""

import pytest

from dalgu import services
from dalgu.app.platform import declared_types
from dalgu.hub.smart_data_models.declared import DeclaredType, Standing, registry

TYPES = declared_types(tuple(services.load()))
PARKING_CONTEXT = "https://smart-data-models.github.io/dataModel.Parking/context.jsonld"
LINKED = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


@pytest.mark.parametrize("entity", TYPES, ids=lambda one: one.type)
def test_each_type_follows_a_model_or_says_why_not(entity):
    assert (DeclaredType(entity).model is None) == (entity.unmodelled is not None)


@pytest.mark.parametrize("entity", TYPES, ids=lambda one: one.type)
def test_each_attribute_says_in_both_languages_what_it_means(entity):
    assert not [one.name for one in entity.attributes if not (one.meaning.ko and one.meaning.en)]


def test_an_attribute_stands_to_its_model_as_it_is_declared():
    alert = registry(TYPES)["Alert"]
    standing = {one.name: one.standing for one in alert.attributes}
    assert standing["severity"] is Standing.MODEL
    assert standing["category"] is Standing.DEPARTS
    assert standing["acknowledgedBy"] is Standing.OWN


def test_the_types_are_listed_with_their_counts(house):
    told = {one["type"]: one for one in house.ask("GET", "/hub/v1/models", "viewer").json()}
    assert told["OffStreetParking"]["model"] == "dataModel.Parking/OffStreetParking"
    assert told["WaterMeter"]["unmodelled"]["ko"]
    assert told["WaterMeter"]["entities"] == 0


def test_models_are_searched_in_korean(house):
    answer = house.ask("GET", "/hub/v1/models", "viewer", params={"search": "주차"})
    assert answer.json()["models"][0]["subject"] == "dataModel.Parking"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("OffStreetParking", 200),
        ("WaterMeter", 200),
        ("dataModel.Parking/ParkingSpot", 200),
        ("dataModel.Parking%2FParkingSpot", 200),
        ("Nix", 404),
        ("Building", 404),
    ],
)
def test_one_model_is_told(house, path, status):
    answer = house.ask("GET", f"/hub/v1/models/{path}", "viewer")
    assert answer.status_code == status


def test_the_hub_serves_the_context_of_its_types_and_knows_it(house):
    context = house.ask("GET", "/hub/v1/context.jsonld")
    assert context.headers["content-type"] == "application/ld+json"
    terms = context.json()["@context"][0]
    assert terms["WaterMeter"] == "https://uri.etsi.org/ngsi-ld/default-context/WaterMeter"
    assert "location" not in terms  # the core's
    link = LINKED.format("http://localhost:9090/hub/v1/context.jsonld")
    found = house.ask(
        "GET", "/ngsi-ld/v1/entities?type=WaterMeter", "viewer", headers={"link": link}
    )
    assert found.status_code == 200


def test_a_client_of_smart_data_models_needs_no_network(house):
    entity = {
        "id": "urn:ngsi-ld:ParkingSpot:1",
        "type": "ParkingSpot",
        "status": {"type": "Property", "value": "free"},
        "@context": PARKING_CONTEXT,
    }
    headers = {"content-type": "application/ld+json"}
    made = house.ask("POST", "/ngsi-ld/v1/entities", "administrator", json=entity, headers=headers)
    assert made.status_code == 201
    assert (
        "https://smartdatamodels.org/dataModel.Parking/ParkingSpot"
        in house.ask("GET", "/ngsi-ld/v1/types", "viewer").text
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("models", "WaterMeter"),
        ("models?q=주차", "OffStreetParking"),
        ("models?q=parkng", "parking"),
        ("models/OffStreetParking", "availableSpotNumber"),
        ("models/WaterMeter", "batteryLevel"),
    ],
)
def test_an_analyst_finds_a_model_on_a_page(house, language, path, words):
    answer = house.ask("GET", f"/{language}/center/{path}", "analyst")
    assert answer.status_code == 200
    assert words in answer.text
