"""The result in CCCEV 2.1.0, the EU's Core Criterion and Core Evidence Vocabulary, as JSON-LD.

    framework    ReferenceFramework    what all requirements derive from
    indicator    Criterion             with weight, and the InformationConcept it asks a value for
    goalposts    Constraint            on that concept, by city type
    variable     InformationConcept    which the formula computes with
    value        SupportedValue        of a concept, with the query that gave it
    evidence     Evidence              of an EvidenceType in the criterion's EvidenceTypeList

The context stands in the document, so reading it needs no network. Names are plain strings where
the vocabulary's shapes ask for them, English; `rdfs:label` has Korean and English.
"""

from collections.abc import Iterator

from dalgu.certification.export.dossier import Counted, Dossier, Entry, File
from dalgu.certification.framework.model import Framework, Goalposts, Indicator
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import iri_part
from dalgu.kernel.text import Text

CONTEXT: Document = {
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "prov": "http://www.w3.org/ns/prov#",
}
# The shapes of release 2.1.0 spell the class of an instant with https, OWL-Time itself with http.
INSTANT = ["time:Instant", "https://www.w3.org/2006/time#Instant"]
WEIGHTING = Text("배점", "points of the indicator")


def document(dossier: Dossier, *, base: str) -> Document:
    """Return framework, measurements and evidence as one JSON-LD document.

    `base` is the address under which the platform names things, ending with a slash.
    """
    writer = _Writer(dossier, base)
    return {"@context": CONTEXT, "@graph": list(writer.nodes())}


class _Writer:
    def __init__(self, dossier: Dossier, base: str) -> None:
        self.dossier = dossier
        self.framework: Framework = dossier.framework
        self.at = f"{base}{self.framework.name}/"
        self.city = f"{base}city/{iri_part(dossier.city)}"

    def nodes(self) -> Iterator[Document]:
        """Yield every node of the graph."""
        yield self._framework()
        yield _agent(self._id("owner"), self.framework.owner)
        yield _agent(self.city, self.dossier.city_name)
        yield from self._concepts()
        for entry in self.dossier.entries:
            yield from self._indicator(entry)
            yield from self._values(entry)
        for file in self.dossier.files:
            yield self._file(file)

    def _id(self, *parts: str) -> str:
        return self.at + "/".join(iri_part(part) for part in parts)

    def _framework(self) -> Document:
        framework = self.framework
        return {
            "@id": self._id("framework"),
            "@type": "cv:ReferenceFramework",
            "dct:identifier": f"{framework.name} {self.dossier.content_hash}",
            "dct:title": _tongues(framework.title),
            "dct:description": _tongues(framework.notice),
            "dct:source": _tongues(framework.legal_basis),
            "dct:publisher": _link(self._id("owner")),
            "dct:type": _link(self._id("status", framework.official_status)),
        }

    def _concepts(self) -> Iterator[Document]:
        yield _concept(self._id("weighting"), WEIGHTING)
        said = {one.official_status for one in self.framework.indicators}
        for status in sorted(said | {self.framework.official_status}):
            yield _concept(self._id("status", status), Text(status, status))
        kinds = {file.kind or "document" for file in self.dossier.files} | {"snapshot"}
        for kind in sorted(kinds):
            yield _concept(self._id("kind", kind), Text(kind, kind))
            yield {
                "@id": self._id("evidence-type", kind),
                "@type": "cv:EvidenceType",
                "dct:identifier": kind,
                "cv:evidenceTypeClassification": _link(self._id("kind", kind)),
            }

    def _indicator(self, entry: Entry) -> Iterator[Document]:
        indicator = entry.indicator
        about = self._id(indicator.code)
        posts = list(self._constraints(indicator))
        yield {
            "@id": about,
            # A Criterion is a Requirement; said outright, for readers without the ontology.
            "@type": ["cv:Criterion", "cv:Requirement"],
            "dct:identifier": indicator.code,
            "skos:prefLabel": indicator.name.en,
            "rdfs:label": _tongues(indicator.name),
            "dct:description": indicator.description.en,
            "rdfs:comment": _tongues(indicator.description),
            "dct:provenance": indicator.provenance,
            "dct:type": _link(self._id("status", indicator.official_status)),
            "dct:publisher": _link(self._id("owner")),
            "cv:isDerivedFrom": _link(self._id("framework")),
            "cv:hasConcept": [
                _link(self._id(indicator.code, "value")),
                *(_link(self._id(indicator.code, name)) for name in indicator.variables),
            ],
            "cv:hasEvidenceTypeList": _link(self._id(indicator.code, "evidence-types")),
            "cv:hasRequirement": [_link(one["@id"]) for one in posts],
            "cv:weight": _decimal(entry.most or indicator.points),
            "cv:weightingType": _link(self._id("weighting")),
            "cv:weightingConsiderationDescription": "Points that the indicator can earn.",
        }
        yield from posts
        yield self._evidence_types(indicator)
        yield {
            "@id": self._id(indicator.code, "value"),
            "@type": "cv:InformationConcept",
            "dct:identifier": indicator.code,
            "skos:prefLabel": indicator.name.en,
            "dct:description": f"Unit: {indicator.unit.en or 'none'}.",
            "cv:expressionOfExpectedValue": indicator.formula or "level 0 to 5",
        }
        for name, variable in indicator.variables.items():
            yield {
                "@id": self._id(indicator.code, name),
                "@type": "cv:InformationConcept",
                "dct:identifier": name,
                "skos:prefLabel": variable.name.en,
                "dct:description": f"Unit: {variable.unit}.",
            }

    def _constraints(self, indicator: Indicator) -> Iterator[Document]:
        for city_type, posts in indicator.goalposts.items():
            yield {
                "@id": self._id(indicator.code, "goalposts", city_type),
                "@type": ["cv:Constraint", "cv:Requirement"],
                "dct:identifier": f"{indicator.code} {city_type}",
                "skos:prefLabel": f"Goalposts of {indicator.name.en}, city type {city_type}",
                "dct:description": _goalposts(posts, indicator),
                "dct:publisher": _link(self._id("owner")),
                "cv:isDerivedFrom": _link(self._id("framework")),
                "cv:constrains": _link(self._id(indicator.code, "value")),
            }

    def _evidence_types(self, indicator: Indicator) -> Document:
        kinds = {
            file.kind or "document"
            for file in self.dossier.files
            if indicator.code in file.indicators
        }
        return {
            "@id": self._id(indicator.code, "evidence-types"),
            "@type": "cv:EvidenceTypeList",
            "skos:prefLabel": f"Evidence for {indicator.name.en}",
            "dct:description": indicator.review_guide.en or "Whatever shows the value.",
            "cv:specifiesEvidenceType": [
                _link(self._id("evidence-type", kind)) for kind in sorted(kinds | {"snapshot"})
            ],
        }

    def _values(self, entry: Entry) -> Iterator[Document]:
        code, measured = entry.indicator.code, entry.measurement
        if entry.value is None:
            return
        yield self._value(code, "value", entry.value, ())
        for one in entry.variables:
            if one.value is not None:
                yield self._value(code, one.name, one.value, one.queries)
        if measured is None or not measured.snapshot:
            return
        yield {
            "@id": self._id(code, "evidence"),
            "@type": "cv:Evidence",
            "dct:identifier": f"sha256:{measured.snapshot}",
            "dct:title": f"Frozen rows behind {code}",
            "dct:issued": _typed("xsd:dateTime", iso(self.dossier.reference)),
            "dct:type": _link(self._id("kind", "snapshot")),
            "dct:conformsTo": _link(self._id("evidence-type", "snapshot")),
            "dct:subject": _link(self.city),
            "dct:description": _rows(entry.variables),
            "cv:supportsRequirement": _link(self._id(code)),
            "cv:supportsConcept": _link(self._id(code, "value")),
            "cv:supportsValue": [_link(one) for one in self._value_ids(entry)],
            "cv:validityPeriod": self._period(code, measured.since, measured.until),
        }

    def _value_ids(self, entry: Entry) -> Iterator[str]:
        code = entry.indicator.code
        yield self._id(code, "value", "measured")
        for one in entry.variables:
            if one.value is not None:
                yield self._id(code, one.name, "measured")

    def _value(self, code: str, name: str, value: float, queries: tuple[str, ...]) -> Document:
        return {
            "@id": self._id(code, name, "measured"),
            "@type": "cv:SupportedValue",
            "cv:value": _decimal(value),
            "cv:providesValueFor": _link(self._id(code, name)),
            "cv:query": list(queries),
        }

    def _period(self, code: str, since: str, until: str) -> Document:
        period: Document = {"@id": self._id(code, "period"), "@type": "time:ProperInterval"}
        for term, instant in (("time:hasBeginning", since), ("time:hasEnd", until)):
            if instant:
                period[term] = {
                    "@id": self._id(code, "period", "from" if "Begin" in term else "to"),
                    "@type": INSTANT,
                    "time:inXSDDateTimeStamp": _typed("xsd:dateTimeStamp", instant),
                }
        return period

    def _file(self, file: File) -> Document:
        kind = file.kind or "document"
        found: Document = {
            "@id": self._id("file", file.sha256),
            "@type": "cv:Evidence",
            "dct:identifier": f"sha256:{file.sha256}",
            "dct:title": file.title,
            "dct:type": _link(self._id("kind", kind)),
            "dct:conformsTo": _link(self._id("evidence-type", kind)),
            "dct:subject": _link(self.city),
            "cv:isProvidedBy": _link(self.city),
            "cv:supportsRequirement": [_link(self._id(code)) for code in file.indicators],
        }
        if file.issuer:
            issuer: Document = {"@type": "foaf:Agent", "foaf:name": file.issuer}
            found["dct:publisher"] = issuer
        if file.dated:
            found["dct:issued"] = _typed("xsd:date", file.dated.isoformat())
        return found


def _agent(about: str, name: Text) -> Document:
    return {"@id": about, "@type": "foaf:Agent", "foaf:name": _tongues(name)}


def _concept(about: str, name: Text) -> Document:
    return {"@id": about, "@type": "skos:Concept", "skos:prefLabel": _tongues(name)}


def _tongues(text: Text) -> list[Document]:
    return [
        {"@language": language, "@value": said}
        for language, said in (("ko", text.ko), ("en", text.en))
        if said
    ]


def _link(about: str) -> dict[str, JSON]:
    return {"@id": about}


def _typed(kind: str, text: str) -> dict[str, JSON]:
    return {"@type": kind, "@value": text}


def _decimal(number: float) -> dict[str, JSON]:
    """Return a number as xsd:decimal, which has no exponent."""
    from decimal import Decimal

    return _typed("xsd:decimal", format(Decimal(repr(float(number))), "f"))


def _goalposts(posts: Goalposts, indicator: Indicator) -> str:
    unit = f" {indicator.unit.en}".rstrip()
    return (
        f"No points at {posts.zero_at:g}{unit}, all points from {posts.full_at:g}{unit}, "
        "in proportion between."
    )


def _rows(variables: tuple[Counted, ...]) -> str:
    told = [
        f"{one.name}: {one.row_count} rows, sha256:{one.rows_sha256}"
        for one in variables
        if one.row_count is not None
    ]
    return "; ".join(told) or "The rows are kept by the platform."
