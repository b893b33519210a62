"""JSON-LD contexts without the network."""

import pytest

from dalgu.hub.context import CORE, ContextInvalid, ContextSet, full_name
from dalgu.hub.document import parse_entity
from dalgu.hub.errors import ContextNotAvailable, DocumentInvalid
from dalgu.hub.represent import Representation, represent

URL = "https://city.example/context.jsonld"
PARKING = "https://smartdatamodels.org/dataModel.Parking/"


@pytest.fixture
def contexts():
    return ContextSet(
        {
            URL: {
                "@context": {
                    "parking": PARKING,
                    "free": "parking:freeSpots",
                    "total": {"@id": PARKING + "totalSpots", "@type": "@vocab"},
                    "OffStreetParking": PARKING + "OffStreetParking",
                    "location": "https://elsewhere.example/location",
                    "speed": "https://elsewhere.example/speed",
                }
            }
        }
    )


def test_names_of_the_default_vocabulary_are_bare():
    assert CORE.expand("speed") == "speed"
    assert CORE.expand("https://uri.etsi.org/ngsi-ld/default-context/speed") == "speed"
    assert full_name("speed") == "https://uri.etsi.org/ngsi-ld/default-context/speed"


def test_names_of_another_vocabulary_are_iris_and_come_back_as_terms(contexts):
    context = contexts.resolve(URL)
    body = {"id": "urn:x:1", "type": "OffStreetParking", "free": 3, "parking:colour": "red"}
    document = parse_entity(body, context)
    assert document["type"] == PARKING + "OffStreetParking"
    assert document[PARKING + "freeSpots"]["value"] == 3
    shown = represent(document, Representation(context=context))
    assert shown.keys() == body.keys()
    assert represent(document, Representation())[PARKING + "freeSpots"]["value"] == 3


def test_the_core_context_wins(contexts):
    assert contexts.resolve(URL).expand("location") == "location"


def test_a_term_that_means_something_else_is_shown_by_its_vocabulary(contexts):
    context = contexts.resolve(URL)
    assert context.compact("speed") == "ngsi-ld:default-context/speed"
    assert context.expand(context.compact("speed")) == "speed"


def test_inline_contexts_and_lists_are_read(contexts):
    context = contexts.resolve([URL, {"free": "https://mine.example/free"}])
    assert context.expand("free") == "https://mine.example/free"
    assert context.expand("total") == PARKING + "totalSpots"


def test_all_published_core_contexts_are_held(contexts):
    core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
    assert contexts.resolve(f"{core}-v1.3.jsonld") is CORE
    assert contexts.resolve(f"{core}.jsonld") is CORE
    with pytest.raises(ContextNotAvailable) as refusal:
        contexts.resolve(f"{core}-non-existing.jsonld")
    assert refusal.value.status == 504


@pytest.mark.parametrize(
    "source",
    [
        5,
        {"a": 1},
        {"a": "b:x", "b": "a:y"},
        [[[[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]]]],
        {"a b": "urn:x"},
    ],
)
def test_what_is_no_context_is_refused(contexts, source):
    with pytest.raises((ContextInvalid, DocumentInvalid)):
        contexts.resolve(source)


def test_a_context_that_names_itself_is_refused(contexts):
    with pytest.raises((ContextInvalid, ContextNotAvailable)):
        contexts.add("https://a.example/", {"@context": "https://a.example/"})


def test_foreign_names_do_not_fill_the_memory():
    context = ContextSet().resolve({"a": "https://a.example/"})
    for number in range(20_050):
        context.expand(f"name{number}")
    assert len(context.names) <= 20_000
