"""An entity of a model, made up from its table: one value for each attribute that has a type."""

from dalgu.hub.model import JSON, Document
from dalgu.hub.smart_data_models.catalogue import Model, ModelAttribute
from dalgu.hub.smart_data_models.units import code_of

_INSTANT, _DATE = "2026-01-02T03:04:05Z", "2026-01-02"
_URI = "https://city.example/"
_PLACE = {"type": "Point", "coordinates": [128.6, 35.87]}
_OF_TYPE: dict[str, JSON] = {
    "string": "text",
    "number": 1.5,
    "integer": 1,
    "boolean": True,
    "array": ["text"],
    "object": {"member": "text"},
    "": "text",
}
_OF_FORMAT: dict[str, JSON] = {"date-time": _INSTANT, "date": _DATE, "uri": _URI}
_STAMPS = frozenset(("dateCreated", "dateModified"))  # NGSI-LD has its own


def example_of(model: Model) -> Document:
    """Return a normalized entity that fits the model."""
    entity: Document = {"id": f"urn:ngsi-ld:{model.name}:1", "type": model.name}
    for one in model.attributes:
        if one.name not in _STAMPS:
            entity[one.name] = _instance(one)
    return entity


def _instance(attribute: ModelAttribute) -> Document:
    if attribute.kind == "GeoProperty":
        return {"type": "GeoProperty", "value": _PLACE}
    if attribute.kind == "Relationship":
        return {"type": "Relationship", "object": "urn:ngsi-ld:Thing:1"}
    instance: Document = {"type": "Property", "value": _value(attribute)}
    unit = code_of(attribute.units)
    return instance if unit is None else instance | {"unitCode": unit}


def _value(attribute: ModelAttribute) -> JSON:
    if attribute.enum:
        first = attribute.enum[0]
        return [first] if attribute.type == "array" else first
    if attribute.low is not None or attribute.high is not None:
        return attribute.low if attribute.low is not None else attribute.high
    if attribute.type == "string" and attribute.format in _OF_FORMAT:
        return _OF_FORMAT[attribute.format]
    return _OF_TYPE[attribute.type]
