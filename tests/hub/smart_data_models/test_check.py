"""Whether an entity fits its model."""

import pytest

from dalgu.hub.document import parse_entity
from dalgu.hub.smart_data_models.catalogue import catalogue
from dalgu.hub.smart_data_models.check import Check

PARK = catalogue().find("OffStreetParking")
POINT = {"type": "Point", "coordinates": [128.6, 35.87]}


def misfits(model=PARK, *, whole=False, free=(), **attributes):
    body = {"id": "urn:ngsi-ld:X:1", "type": model.name, **attributes}
    document = parse_entity(body)
    return [
        (one.attribute, one.expected)
        for one in Check(model, free).misfits(document, document, whole=whole)
    ]


@pytest.mark.parametrize(
    ("attributes", "attribute", "expected"),
    [
        ({"availableSpotNumber": "many"}, "availableSpotNumber", "must be a number"),
        ({"availableSpotNumber": True}, "availableSpotNumber", "must be a number"),
        ({"occupancy": 1.5}, "occupancy", "must be a number from 0 to 1"),
        ({"totalSpotNumber": -1}, "totalSpotNumber", "must be a number of at least 0"),
        (
            {"averageSpotLength": {"value": 5, "unitCode": "CMT"}},
            "averageSpotLength",
            "must be in unit MTR",
        ),
        ({"occupancyModified": "yesterday"}, "occupancyModified", "must be an instant"),
        ({"refParkingSpot": "urn:ngsi-ld:A:1"}, "refParkingSpot", "must be a Relationship"),
        ({"address": "Main street 1"}, "address", "must be an object"),
        ({"name": 5}, "name", "must be text"),
    ],
)
def test_what_does_not_fit_is_named(attributes, attribute, expected):
    [(named, said)] = misfits(**attributes)
    assert named == attribute
    assert said.startswith(expected)


@pytest.mark.parametrize(
    "attributes",
    [
        {"availableSpotNumber": 3},
        {"name": {"type": "LanguageProperty", "languageMap": {"ko": "주차장"}}},
        {"status": "open"},  # one value of an array
        {"status": ["open", "full"]},
        {"averageSpotLength": {"value": 5, "unitCode": "MTR"}},
        {"averageSpotLength": 5},
        {"occupancyModified": {"value": {"@type": "DateTime", "@value": "2026-01-02T03:04:05Z"}}},
        {"refParkingSpot": {"object": "urn:ngsi-ld:ParkingSpot:1"}},
        {"somethingOfOurs": {"value": [1, {"a": None}]}},
    ],
)
def test_what_fits_is_let_through(attributes):
    assert misfits(**attributes) == []


def test_enumerations_are_closed():
    model = catalogue().find("Alert")
    [(named, expected)] = misfits(model, severity="terrible")
    assert named == "severity"
    assert "informational, low, medium, high, critical" in expected


def test_only_a_whole_entity_has_gaps():
    assert misfits(whole=True) == [("location", "is required")]
    assert misfits() == []
    assert misfits(whole=True, location={"type": "GeoProperty", "value": POINT}) == []


def test_names_are_met_as_terms_and_as_iris():
    iri = "https://smartdatamodels.org/dataModel.Parking/occupancy"
    assert misfits(**{iri: 7}) == [("occupancy", "must be a number from 0 to 1")]


def test_each_instance_is_looked_at():
    instances = [{"value": 0.5}, {"value": 2, "datasetId": "urn:x:a"}]
    assert len(misfits(occupancy=instances)) == 1


def test_what_a_declared_type_departs_in_is_free():
    assert misfits(free=("occupancy", "location"), whole=True, occupancy=7) == []
