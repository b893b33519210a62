"""The tables of the open data: what citizens did and the city answered, without who.

Entities give one table a type; the books give the record of moderation, of votes, of terms, and
the crossed counts of residents. Columns say in Korean and English what they hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from dalgu.hub.model import Attribute, Document, Entity
from dalgu.kernel.text import Text

Value = str | int | float | bool | None
Row = dict[str, Value]

# Attributes that could lead to a person are not exported, whatever a room calls them.
PRIVATE = ("account", "author", "voice", "nickname", "address", "phone", "email", "pseudonym")
TOMBSTONE = "removed_by_rule"
SUBJECT_MARK = ":"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `kind` is a datatype of CSVW."""

    name: str
    kind: str
    meaning: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the export."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)


REMOVED = Column(
    TOMBSTONE, "string", Text("내린 규칙(글은 뺌)", "Rule by which its texts were taken off")
)


def entity_columns(kind: type[Entity]) -> list[tuple[Attribute, tuple[Column, ...]]]:
    """Return the columns of each attribute of a type, those that lead to persons left out."""
    return [
        (attribute, _columns(attribute))
        for attribute in kind.attributes
        if not any(word in attribute.field for word in PRIVATE)
    ]


def entity_table(
    kind: type[Entity], documents: Iterable[Document], hidden: Mapping[str, str]
) -> Table:
    """Return the table of a type; `hidden` is the rule of each subject taken off the pages."""
    parts = entity_columns(kind)
    columns = (
        Column("id", "string", Text("식별자", "Identifier")),
        *(column for _, columns in parts for column in columns),
        REMOVED,
    )
    table = Table(kind.__name__, _title(kind), columns)
    for document in sorted(documents, key=lambda one: str(one["id"])):
        one = kind.from_document(document)
        row: Row = {"id": str(one.id)}
        rule = _rule_of(kind.__name__, str(one.id), hidden)
        for attribute, of_attribute in parts:
            value = getattr(one, attribute.field)
            is_text = attribute.kind == "LanguageProperty" or _is_free(attribute, value)
            row |= _cells(of_attribute, None if rule and is_text else value)
        row[TOMBSTONE] = rule or None
        table.rows.append(row)
    return table


def _is_free(attribute: Attribute, value: Any) -> bool:
    """Tell whether a value may hold words of a person: a tombstone keeps none of them."""
    return (
        isinstance(value, str | list | dict)
        and attribute.kind == "Property"
        and not (attribute.is_instant or attribute.field in _KEPT)
    )


_KEPT = ("status", "kind", "space", "category", "department", "district", "outcome", "origin")


def _rule_of(type_name: str, identifier: str, hidden: Mapping[str, str]) -> str:
    """Return the rule by which the subject of an entity was taken off, empty when it stands.

    Subjects are `proposal:12` or the entity's own id, entities `urn:ngsi-ld:Proposal:12`.
    """
    tail = identifier.partition(f"{SUBJECT_MARK}{type_name}{SUBJECT_MARK}")[2]
    for subject, rule in hidden.items():
        head, _, rest = subject.partition(SUBJECT_MARK)
        if subject == identifier:
            return rule
        if rest and rest == tail and head.replace("_", "").lower() in type_name.lower():
            return rule
    return ""


def _columns(attribute: Attribute) -> tuple[Column, ...]:
    name, meaning = _snake(attribute.name), attribute.meaning
    if attribute.kind == "LanguageProperty":
        return tuple(Column(f"{name}_{tag}", "string", meaning) for tag in ("ko", "en"))
    if attribute.kind == "GeoProperty":
        lon, lat = Text("경도", "Longitude, WGS 84"), Text("위도", "Latitude, WGS 84")
        return (Column("lon", "double", lon), Column("lat", "double", lat))
    kind = "double" if attribute.unit else "dateTime" if attribute.is_instant else "string"
    unit = f" [{attribute.unit}]" if attribute.unit else ""
    return (Column(name, kind, Text(meaning.ko + unit, meaning.en + unit)),)


def _cells(columns: Sequence[Column], value: Any) -> Row:
    names = [column.name for column in columns]
    if isinstance(value, Text):
        return dict(zip(names, (value.ko, value.en), strict=True))
    if len(names) == 2:  # a place
        return (
            dict(zip(names, _point(value), strict=True))
            if names[0] == "lon"
            else dict.fromkeys(names)
        )
    plain = value if isinstance(value, str | int | float | bool | None) else _json(value)
    return {names[0]: plain}


def _point(geometry: Any) -> tuple[float | None, float | None]:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return (None, None)
    lon, lat = geometry["coordinates"][:2]
    return (float(lon), float(lat))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def _title(kind: type[Entity]) -> Text:
    first = (kind.__doc__ or kind.__name__).strip().splitlines()[0]
    return Text(first, first)


def age_band(birth_year: int | None, today: date) -> str:
    """Return the band of ten years that somebody is in by the year of birth.

    >>> age_band(1990, date(2026, 1, 1)), age_band(None, date(2026, 1, 1))
    ('30-39', 'unknown')
    """
    if birth_year is None:
        return "unknown"
    tens = min(max((today.year - birth_year) // 10, 0), 8) * 10
    return "80+" if tens == 80 else f"{tens}-{tens + 9}"
