"""The models by name, and what ships of them."""

import socket

import pytest

from dalgu.hub.document import parse_entity
from dalgu.hub.smart_data_models import catalogue as module
from dalgu.hub.smart_data_models.catalogue import ModelAmbiguous, ModelNotExisting, catalogue
from dalgu.hub.smart_data_models.check import Check
from dalgu.hub.smart_data_models.example import example_of
from dalgu.hub.smart_data_models.shipped import shipped_context
from dalgu.kernel.errors import DalguError


@pytest.mark.parametrize(
    "name",
    [
        "OffStreetParking",
        "offstreetparking",
        "Parking/OffStreetParking",
        "dataModel.Parking/OffStreetParking",
        "https://smartdatamodels.org/dataModel.Parking/OffStreetParking",
    ],
)
def test_a_model_is_found_by_each_of_its_names(name):
    assert catalogue().find(name).full_name == "dataModel.Parking/OffStreetParking"


def test_a_model_has_its_attributes_and_none_of_the_parts_of_their_values():
    model = catalogue().find("OffStreetParking")
    assert model.required == ("location",)
    assert model.by_name["availableSpotNumber"].type == "number"
    assert (model.by_name["occupancy"].low, model.by_name["occupancy"].high) == (0, 1)
    assert model.by_name["averageSpotLength"].units == "meters"
    assert model.by_name["location"].kind == "GeoProperty"
    assert not {"coordinates", "bbox", "streetAddress", "addressCountry"} & set(model.by_name)


def test_a_wrong_name_is_answered_by_those_near_it():
    with pytest.raises(ModelNotExisting, match="Near to it are OffStreetParking"):
        catalogue().find("OffStretParking")


def test_a_name_of_several_models_is_answered_by_their_whole_names():
    with pytest.raises(ModelAmbiguous, match=r"dataModel\.Building/Building"):
        catalogue().find("Building")


def test_the_models_are_read_without_the_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a socket is opened")

    monkeypatch.setattr(socket, "socket", refuse)
    module.catalogue.cache_clear()
    assert len(catalogue().models) > 900


def test_no_model_ships_whose_origin_has_another_licence():
    assert not {"dataModel.OCF", "dataModel.Hl7"} & set(catalogue().subjects)
    assert not [one.full_name for one in catalogue().models if "eupl" in one.licence]


def test_the_example_of_every_model_fits_it():
    for model in catalogue().models:
        try:
            document = parse_entity(example_of(model))
        except DalguError:
            continue  # a few models name attributes as NGSI-LD does not allow
        assert Check(model).misfits(document, document, whole=True) == [], model.full_name


def test_a_subjects_context_ships_under_each_published_address():
    for url in (
        "https://raw.githubusercontent.com/smart-data-models/dataModel.Parking/master/context.jsonld",
        "https://smart-data-models.github.io/dataModel.Parking/context.jsonld",
    ):
        terms = shipped_context(url)["@context"]
        assert terms["OffStreetParking"].endswith("/dataModel.Parking/OffStreetParking")
        assert terms["streetAddress"] == "https://smartdatamodels.org/streetAddress"


@pytest.mark.parametrize(
    "url",
    [
        "https://smart-data-models.github.io/dataModel.Nix/context.jsonld",
        "https://evil.example/smart-data-models/dataModel.Parking/master/context.jsonld",
        "https://smart-data-models.github.io/dataModel.Parking/context.jsonld?x=1",
    ],
)
def test_no_other_context_ships(url):
    assert shipped_context(url) is None
