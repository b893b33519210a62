"""The CCCEV export, held to the official SHACL shapes of release 2.1.0 without the network."""

import json
from pathlib import Path

import pytest
import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, SKOS
from tests.certification.export.dossiers import DIGEST, QUERY, a_dossier, without_files

from dalgu.certification.export.cccev import document

SHAPES = Path(__file__).parent / "data" / "cccev-ap-SHACL.ttl"
CV = rdflib.Namespace("http://data.europa.eu/m8g/")
# rdflib warns of a class that its own JSON-LD reader still uses.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
BASE = "https://city.example/certification/"


def graph_of(dossier):
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(document(dossier, base=BASE)), format="json-ld")
    return graph


@pytest.fixture(scope="module")
def shapes():
    return rdflib.Graph().parse(SHAPES, format="turtle")


@pytest.fixture(scope="module")
def graph():
    return graph_of(a_dossier())


@pytest.mark.parametrize("name", ["kr-scc-2021", "u4ssc"])
def test_the_export_is_valid_against_the_official_shapes(name, shapes):
    conforms, _, report = validate(graph_of(a_dossier(name)), shacl_graph=shapes)
    assert conforms, report


def test_a_dossier_without_files_is_valid_too(shapes):
    conforms, _, report = validate(graph_of(without_files(a_dossier())), shacl_graph=shapes)
    assert conforms, report


@pytest.mark.parametrize(
    ("subject", "predicate", "wrong"),
    [
        (CV.Criterion, CV.weight, rdflib.Literal("many")),
        (CV.Criterion, CV.hasConcept, rdflib.URIRef("urn:x")),
        (CV.SupportedValue, CV.providesValueFor, rdflib.URIRef("urn:x")),
    ],
)
def test_the_shapes_see_what_is_wrong(subject, predicate, wrong, shapes):
    broken = graph_of(a_dossier())
    broken.add((next(broken.subjects(RDF.type, subject)), predicate, wrong))
    assert not validate(broken, shacl_graph=shapes)[0]


def test_each_indicator_is_a_criterion_of_the_framework(graph):
    dossier = a_dossier()
    criteria = set(graph.subjects(RDF.type, CV.Criterion))
    assert len(criteria) == len(dossier.entries)
    [framework] = graph.subjects(RDF.type, CV.ReferenceFramework)
    assert all((one, CV.isDerivedFrom, framework) in graph for one in criteria)


def test_a_value_carries_its_number_and_its_query(graph):
    first = a_dossier().entries[0].indicator
    about = rdflib.URIRef(f"{BASE}kr-scc-2021/{first.code}")
    value = rdflib.URIRef(f"{about}/value/measured")
    assert str(graph.value(value, CV.value)) == "85.25"
    queries = {str(one) for one in graph.objects(None, CV["query"])}
    assert queries == {QUERY}
    evidence = rdflib.URIRef(f"{about}/evidence")
    assert (evidence, CV.supportsValue, value) in graph
    assert f"sha256:{DIGEST}" in str(graph.value(evidence, rdflib.DCTERMS.identifier))


def test_what_has_no_value_has_no_supported_value(graph):
    dossier = a_dossier()
    valued = {one.indicator.code for one in dossier.entries if one.value is not None}
    concepts = {
        str(graph.value(one, CV.providesValueFor))
        for one in graph.subjects(RDF.type, CV.SupportedValue)
    }
    assert {one for one in concepts if one.endswith("/value")} == {
        f"{BASE}kr-scc-2021/{code}/value" for code in valued
    }


def test_names_are_in_korean_and_english_and_marks_are_kept(graph):
    first = a_dossier().entries[0].indicator
    about = rdflib.URIRef(f"{BASE}kr-scc-2021/{first.code}")
    labels = {one.language: str(one) for one in graph.objects(about, rdflib.RDFS.label)}
    assert labels == {"ko": first.name.ko, "en": first.name.en}
    mark = graph.value(about, rdflib.DCTERMS.type)
    assert str(graph.value(mark, SKOS.prefLabel, any=True)) == "reconstructed"
