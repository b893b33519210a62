"""FIWARE documents, held to the Smart Data Model that ships with the hub."""

import pytest
from tests.certification.export.dossiers import DIGEST, a_dossier

from dalgu.certification.export.kpi import documents, standing
from dalgu.hub.document import parse_entity
from dalgu.hub.smart_data_models.catalogue import catalogue
from dalgu.hub.smart_data_models.check import Check

MODEL = catalogue().find("dataModel.KeyPerformanceIndicator/KeyPerformanceIndicator")
SOURCE = "https://city.example"


@pytest.fixture(scope="module")
def found():
    return documents(a_dossier(), source=SOURCE)


@pytest.mark.parametrize("name", ["kr-scc-2021", "u4ssc"])
def test_each_document_fits_the_model(name):
    # The model types kpiValue as text and says "it can be of any type": a number is written.
    check = Check(MODEL, free=["kpiValue"])
    for document in documents(a_dossier(name), source=SOURCE):
        body = {key: value for key, value in document.items() if key != "@context"}
        assert check.misfits(body, body, whole=True) == []
        assert parse_entity(document)["id"] == document["id"]


def test_a_document_says_how_the_value_came_about(found):
    first, indicator = found[0], a_dossier().entries[0].indicator
    assert first["kpiValue"]["value"] == 85.25
    assert first["calculationFormula"]["value"] == indicator.formula
    assert first["calculationMethod"]["value"] == "semiautomatic"
    assert first["calculationPeriod"]["value"] == {
        "from": "2025-06-30T15:00:00Z",
        "to": "2026-06-30T15:00:00Z",
    }
    assert first["category"]["value"][0] == "quantitative"
    assert first["currentStanding"]["value"] == "good"
    assert first["source"]["value"] == SOURCE
    assert first["evidence"]["value"] == DIGEST
    assert first["name"]["languageMap"] == {"ko": indicator.name.ko, "en": indicator.name.en}


def test_what_has_no_value_is_not_published(found):
    valued = [one for one in a_dossier().entries if one.value is not None]
    assert [one["indicatorCode"]["value"] for one in found] == [
        one.indicator.code for one in valued
    ]
    assert "qualitative" in {one["category"]["value"][0] for one in found}


def test_codes_with_spaces_make_good_identifiers():
    [first, *_] = documents(a_dossier("u4ssc"), source=SOURCE)
    assert first["id"] == "urn:ngsi-ld:KeyPerformanceIndicator:27000:u4ssc:EC-ICT-ICT-1C"


def test_standings_are_fifths_of_the_points():
    shares = (0.0, 0.19, 0.2, 0.5, 0.79, 0.8, 1.0)
    assert [standing(one) for one in shares] == [
        "veryBad",
        "veryBad",
        "bad",
        "fair",
        "good",
        "veryGood",
        "veryGood",
    ]
