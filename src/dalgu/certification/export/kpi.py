"""Measurements as FIWARE KeyPerformanceIndicator entities, for anybody's hub.

The attributes are those of the Smart Data Model; numerator, denominator, points, status and the
digest of the evidence stand beside them under our own names.
"""

from collections.abc import Iterator

from dalgu.certification.export.dossier import Dossier, Entry
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.measurement import Method
from dalgu.hub.model import JSON, Document
from dalgu.hub.smart_data_models.catalogue import CORE, context_url
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id, iri_part

TYPE = "KeyPerformanceIndicator"
SUBJECT = f"dataModel.{TYPE}"
STANDINGS = ("veryBad", "bad", "fair", "good", "veryGood")  # by fifths of the points
MODEL_CATEGORIES = ("input", "process", "output")  # natures that the model has a word for


def documents(dossier: Dossier, *, source: str) -> list[Document]:
    """Return one entity per indicator that has a value, normalized, each with its context.

    `source` is the address of the platform that calculated them.
    """
    return [
        _document(dossier, entry, source) for entry in dossier.entries if entry.value is not None
    ]


def standing(share: float) -> str:
    """Return the model's word for a share 0 to 1 of the points.

    >>> standing(1.0), standing(0.5), standing(0.0)
    ('veryGood', 'fair', 'veryBad')
    """
    return STANDINGS[min(int(share * len(STANDINGS)), len(STANDINGS) - 1)]


def _document(dossier: Dossier, entry: Entry, source: str) -> Document:
    framework, indicator = dossier.framework, entry.indicator
    document: Document = {
        "id": entity_id(TYPE, dossier.city, framework.name, iri_part(indicator.code)),
        "type": TYPE,
    }
    for name, value in _attributes(dossier, entry, source):
        if value not in (None, "", []):
            document[name] = {"type": "Property", "value": value}
    document["kpiValue"]["observedAt"] = iso(dossier.reference)
    document["name"] = _language(indicator.name.ko, indicator.name.en)
    document["description"] = _language(indicator.description.ko, indicator.description.en)
    document["@context"] = [context_url(SUBJECT), CORE]
    return document


def _attributes(dossier: Dossier, entry: Entry, source: str) -> Iterator[tuple[str, JSON]]:
    framework, indicator, measured = dossier.framework, entry.indicator, entry.measurement
    yield "kpiValue", entry.value
    yield "category", _category(indicator)
    yield "process", _process(framework, indicator)
    yield "organization", dossier.city_name.en
    yield "calculatedBy", "Dalgu"
    yield "source", source
    yield "calculationFormula", indicator.formula
    yield "calculationMethod", (Method.MANUAL if measured is None else measured.method).value
    yield "calculationPeriod", _period(entry)
    yield "aggregatedData", _aggregated(indicator)
    yield "updatedAt", iso(dossier.reference)
    yield "currentStanding", None if entry.share is None else standing(entry.share)
    yield "framework", framework.name
    yield "indicatorCode", indicator.code
    yield "officialStatus", indicator.official_status
    yield "unit", indicator.unit.en
    yield "points", entry.points
    yield "maximumPoints", entry.most or None
    if measured is not None:
        yield "measurementStatus", measured.status.value
        yield "numerator", measured.numerator
        yield "denominator", measured.denominator
        yield "coverage", measured.coverage
        yield "evidence", measured.snapshot


def _category(indicator: Indicator) -> list[str]:
    nature = [indicator.nature] if indicator.nature in MODEL_CATEGORIES else []
    return [indicator.kind, *nature]


def _process(framework: Framework, indicator: Indicator) -> str:
    items = {item.code: item.name.en for area in framework.areas for item in area.items}
    return items[indicator.item]


def _period(entry: Entry) -> dict[str, str] | None:
    measured = entry.measurement
    if measured is None or not measured.since:
        return None
    return {"from": measured.since, "to": measured.until}


def _aggregated(indicator: Indicator) -> list[dict[str, JSON]]:
    found: dict[str, set[str]] = {}
    for variable in indicator.variables.values():
        for entity_type in variable.type:
            found.setdefault(entity_type, set()).update({variable.of} - {""})
        if variable.observed is not None:
            for entity_type in variable.observed.type:
                found.setdefault(entity_type, set()).add(variable.observed.attribute)
    return [{"entityType": one, "attrs": sorted(found[one])} for one in sorted(found)]


def _language(ko: str, en: str) -> Document:
    return {"type": "LanguageProperty", "languageMap": {"ko": ko, "en": en}}
