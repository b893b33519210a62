"""What a normalized NGSI-LD document says, read for a screen."""

from dataclasses import dataclass
from datetime import datetime

from dalgu.hub.model import JSON, Document
from dalgu.kernel.text import Language
from dalgu.kernel.units import UNITS
from dalgu.web.language import catalogue, number

NOT_ATTRIBUTES = ("id", "type", "@context", "createdAt", "modifiedAt", "scope")


def instance(document: Document, attribute: str) -> Document | None:
    """Return the attribute's one instance, `None` when the entity lacks it."""
    found = document.get(attribute)
    if isinstance(found, list):
        return found[0] if found else None
    return found


def value(document: Document, attribute: str) -> JSON:
    """Return an attribute's bare value: property, relationship or geometry."""
    found = instance(document, attribute)
    return None if found is None else found.get("value", found.get("object"))


def observed(document: Document, attribute: str) -> datetime | None:
    """Return when the attribute was observed, `None` when it does not say."""
    found = instance(document, attribute)
    at = None if found is None else found.get("observedAt")
    return None if at is None else datetime.fromisoformat(at)


def title(document: Document, language: Language) -> str:
    """Return what people call the thing: its name, or the end of its id."""
    name = instance(document, "name")
    words = {} if name is None else name.get("languageMap", {})
    spoken = words.get(language) or words.get("ko") or words.get("en")
    return str(spoken or short_id(str(document["id"])))


def short_id(entity: str) -> str:
    """Return an entity's id without the words that all ids share.

    >>> short_id("urn:ngsi-ld:WaterMeter:gachang:1")
    'gachang:1'
    """
    return entity.split(":", 3)[-1] if entity.startswith("urn:ngsi-ld:") else entity


def label_of(name: str, language: Language) -> str:
    """Return what people call a type, an attribute or a value; itself, where nobody named it."""
    return catalogue(language).get(f"names.{name}", name)


def attributes(document: Document) -> dict[str, Document]:
    """Return the attributes of a document, each with its first instance."""
    names = (name for name in document if name not in NOT_ATTRIBUTES)
    found = ((name, instance(document, name)) for name in names)
    return {name: one for name, one in found if isinstance(one, dict)}


def shown(attribute: Document, language: Language) -> str:
    """Return an attribute's value as text with its unit."""
    if "languageMap" in attribute:
        return str(attribute["languageMap"].get(language, ""))
    if "object" in attribute:
        return str(attribute["object"])
    found = attribute.get("value")
    if isinstance(found, str):
        return label_of(found, language)
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return ", ".join(label_of(one, language) for one in found) or "–"
    if isinstance(found, dict) and "coordinates" in found:
        return _shown_place(found)
    return _shown_value(found, attribute.get("unitCode"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A structured value as a small table: the words of its columns, its rows of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet(attribute: Document, language: Language) -> Sheet | None:
    """Return a structured value as a table, `None` for a value that fits in a line.

    A list of objects has a row for each; one object has a column for each of its members.
    """
    found = attribute.get("value")
    if not found or (isinstance(found, dict) and "coordinates" in found):
        return None
    records = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in records):
        return None
    fields = tuple(dict.fromkeys(name for one in records for name in one))
    return Sheet(
        columns=tuple(field_of(name, language) for name in fields),
        rows=tuple(
            tuple(shown({"value": one.get(name)}, language) for name in fields) for one in records
        ),
    )


def field_of(name: str, language: Language) -> str:
    """Return what people call a member of a structured value."""
    return catalogue(language).get(f"fields.{name}") or label_of(name, language)


def _shown_place(geometry: Document) -> str:
    if geometry["type"] != "Point":
        return str(geometry["type"])
    lon, lat = geometry["coordinates"][:2]
    return f"{lat:.5f}, {lon:.5f}"


def _shown_value(found: JSON, unit_code: str | None) -> str:
    if isinstance(found, bool):
        return "✓" if found else "✗"
    if isinstance(found, int | float):
        digits = 3 if unit_code == "MTQ" and not float(found).is_integer() else None
        symbol = UNITS[unit_code].symbol if unit_code in UNITS else unit_code or ""
        return f"{number(found, digits)} {symbol}".strip()
    return "–" if found is None else str(found)
