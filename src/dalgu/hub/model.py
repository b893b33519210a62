"""Typed entities: how a service says what it owns, with a unit for every quantity.

A service writes a class; the hub turns its values into normalized NGSI-LD and back.

    class WaterMeter(Entity, unmodelled=Text("…", "No model speaks of a register.")):
        volume: Quantity = quantity("MTQ", "누적 사용량", "All water since it was built in")
        controlled_by: Link = relationship("관제 장치", "The device that reads it")

Each attribute says in Korean and English what it means, and each type which Smart Data Model it
follows (`model="dataModel.Parking/OffStreetParking"`) or why none.

Python names become NGSI-LD names (`controlled_by` → `controlledBy`). `None` means absent.
One value carries one `observed_at`: a telegram with 24 hourly reads decodes to 24 values.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, dataclass_transform

from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.kernel.units import unit

JSON = Any  # a decoded JSON value; NGSI-LD documents have dynamic keys (CIM 009 4.5)
Document = dict[str, JSON]

Quantity = float | None
Count = int | None
Plain = str | None
Flag = bool | None
Link = EntityId | None
Place = dict[str, JSON] | None  # a GeoJSON geometry
Label = Text | None


def quantity(code: str, ko: str = "", en: str = "") -> Any:
    """Declare a measured number in the unit of a UN/CEFACT code."""
    return _attribute("Property", ko, en, unit=unit(code).code)


def prop(ko: str = "", en: str = "") -> Any:
    """Declare a property without a unit: text, a flag, a count of things, a structure."""
    return _attribute("Property", ko, en)


def instant(ko: str = "", en: str = "") -> Any:
    """Declare a property that holds an instant as text, ISO 8601 with its zone."""
    return _attribute("Property", ko, en, instant=True)


def relationship(ko: str = "", en: str = "") -> Any:
    """Declare a link to another entity."""
    return _attribute("Relationship", ko, en)


def place(ko: str = "위치", en: str = "Where it is") -> Any:
    """Declare a geometry."""
    return _attribute("GeoProperty", ko, en)


def label(ko: str = "이름", en: str = "What people call it") -> Any:
    """Declare a phrase in Korean and English."""
    return _attribute("LanguageProperty", ko, en)


def _attribute(kind: str, ko: str, en: str, **more: Any) -> Any:
    return dataclasses.field(default=None, metadata={"kind": kind, "meaning": Text(ko, en), **more})


def camel(name: str) -> str:
    """Return the NGSI-LD name of a Python field.

    >>> camel("available_spot_number")
    'availableSpotNumber'
    """
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One declared attribute of an entity type."""

    field: str
    name: str
    kind: str
    unit: str | None
    is_instant: bool = False  # text that names an instant
    meaning: Text = Text("", "")

    @property
    def is_observed(self) -> bool:
        """Whether its values carry `observedAt`: what a device told, not what a thing is."""
        return self.kind == "Property" and self.name != "origin"

    def instance(self, value: Any, observed: str | None) -> Document:
        """Return a value as a normalized instance."""
        if self.kind == "LanguageProperty":
            return {"type": self.kind, "languageMap": {"ko": value.ko, "en": value.en}}
        if self.kind == "Relationship":
            return {"type": self.kind, "object": value}
        instance: Document = {"type": self.kind, "value": value}
        if self.unit is not None:
            instance["unitCode"] = self.unit
        if observed is not None and self.is_observed:
            instance["observedAt"] = observed
        return instance


# No field specifiers are named: a checker then reads `= prop()` as a default, so that every
# attribute may be left out of a constructor, as at run time.
@dataclass_transform(kw_only_default=True, frozen_default=True)
@dataclass(frozen=True, kw_only=True)
class Entity:
    """A value of an entity type at one instant; subclasses declare the attributes.

    `origin` says `synthetic` on everything that no real device or register stands behind.
    """

    type: ClassVar[str]
    attributes: ClassVar[tuple[Attribute, ...]]
    model: ClassVar[str]  # the Smart Data Model it follows, as `dataModel.Alert/Alert`, or ""
    unmodelled: ClassVar[Text | None]  # why it follows none
    own_values: ClassVar[frozenset[str]]  # attributes with other values than the model lists

    id: EntityId
    observed_at: datetime | None = None
    origin: Plain = prop("자료의 출처", "synthetic, register; absent on what a device tells")

    def __init_subclass__(
        cls,
        *,
        model: str = "",
        unmodelled: Text | None = None,
        own_values: tuple[str, ...] = (),
    ) -> None:
        cls.type = cls.__name__
        cls.model, cls.unmodelled = model, unmodelled
        cls.own_values = frozenset(own_values)
        dataclass(frozen=True, kw_only=True)(cls)
        cls.attributes = tuple(
            Attribute(
                field=f.name,
                name=camel(f.name),
                kind=f.metadata["kind"],
                unit=f.metadata.get("unit"),
                is_instant=f.metadata.get("instant", False),
                meaning=f.metadata["meaning"],
            )
            for f in dataclasses.fields(cls)
            if "kind" in f.metadata
        )

    def to_document(self) -> Document:
        """Return the value as a normalized NGSI-LD document (terms, not IRIs)."""
        document: Document = {"id": self.id, "type": self.type}
        observed = None if self.observed_at is None else iso(self.observed_at)
        for attribute in self.attributes:
            value = getattr(self, attribute.field)
            if value is not None:
                document[attribute.name] = attribute.instance(value, observed)
        return document

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Return the typed value of a normalized document.

        Attributes that it lacks, or has in another kind, are `None`.
        """
        fields: dict[str, Any] = {}
        observed: set[str] = set()  # mostly one: a value is of one instant
        for attribute in cls.attributes:
            instance = document.get(attribute.name)
            if instance is None:
                continue
            if isinstance(instance, list):
                instance = instance[0]
            fields[attribute.field] = _value(attribute, instance)
            if "observedAt" in instance:
                observed.add(instance["observedAt"])
        latest = max(map(datetime.fromisoformat, observed), default=None)
        return cls(id=EntityId(document["id"]), observed_at=latest, **fields)


def _value(attribute: Attribute, instance: Document) -> Any:
    """Return an instance's value, `None` where another client describes it in its own way.

    NGSI-LD lets anybody give our types other attributes: one such thing must not stop the rest.
    """
    if instance.get("type", attribute.kind) != attribute.kind:
        return None
    if attribute.kind == "LanguageProperty":
        words = instance["languageMap"]
        return Text(*(str(words.get(language, "")) for language in ("ko", "en")))
    value = instance["object" if attribute.kind == "Relationship" else "value"]
    if attribute.kind == "Relationship" and not isinstance(value, str):
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if attribute.unit is None or is_number else None
