"""What the platform's own entity types promise to those who read them.

NGSI-LD lets any client give an entity any attribute. Pages, jobs and indicators read the types
that the platform declares, so a declared attribute keeps its declared form, whoever writes it;
attributes that no type declares are as free as the standard has them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints

import msgspec

from dalgu.hub.errors import BadRequestData, shown
from dalgu.hub.model import JSON, Document, Entity

LARGEST = 1e15  # beyond every count and measure of a city; a double still tells units apart here

_MEMBER = {"LanguageProperty": "languageMap", "Relationship": "object"}
_WORDS = {
    float: "a number",
    int: "a whole number",
    str: "text",
    bool: "true or false",
    datetime: "an ISO 8601 instant with its zone",
}


class AttributeUnfit(BadRequestData):
    """A declared attribute is written in a form that its type does not have."""

    slug = "attribute-unfit"
    title = "The attribute does not fit its type"

    def __init__(self, entity_type: str, attribute: str, expected: str) -> None:
        super().__init__(
            f"Attribute '{attribute}' of type '{shown(entity_type)}' must be {expected}. "
            "docs/reference/entities.md lists the types of this platform.",
            entity_type=shown(entity_type),
            attribute=attribute,
        )


@dataclass(frozen=True, slots=True)
class Form:
    """The declared form of one attribute."""

    kind: str
    unit: str | None
    value: Any  # what msgspec converts its value to
    expected: str

    def fits(self, instance: JSON) -> bool:
        """Tell whether an instance has this form."""
        if isinstance(instance, list) or instance["type"] != self.kind:
            return False
        if self.unit is not None and instance.get("unitCode", self.unit) != self.unit:
            return False
        value = instance[_MEMBER.get(self.kind, "value")]
        try:
            msgspec.convert(value, self.value)
        except (msgspec.ValidationError, OverflowError):
            return False
        return not isinstance(value, int | float) or abs(value) <= LARGEST


class Schema:
    """The declared attributes of a set of entity types, by their NGSI-LD names."""

    def __init__(self, types: Iterable[type[Entity]]) -> None:
        self._forms = {kind.type: _forms(kind) for kind in types}

    def check(self, document: Document, attributes: Iterable[str]) -> None:
        """Return when the named attributes of an entity fit its types.

        Raises
        ------
        AttributeUnfit
            The first that does not; the sentence says what it must be.
        """
        types = document["type"]
        for name in types if isinstance(types, list) else (types,):
            forms = self._forms.get(name)
            if forms is not None:
                _check(name, forms, document, attributes)


def _check(
    entity_type: str, forms: dict[str, Form], document: Document, attributes: Iterable[str]
) -> None:
    for attribute in attributes:
        form = forms.get(attribute)
        instance = document.get(attribute)
        if form is not None and instance is not None and not form.fits(instance):
            raise AttributeUnfit(entity_type, attribute, form.expected)


def _forms(kind: type[Entity]) -> dict[str, Form]:
    hints = get_type_hints(kind)
    return {
        one.name: _form(one.kind, one.unit, datetime if one.is_instant else hints[one.field])
        for one in kind.attributes
    }


def _form(kind: str, unit: str | None, hint: Any) -> Form:
    if kind == "LanguageProperty":
        return Form(kind, None, dict[str, str], "a LanguageProperty, one text a language")
    if kind == "Relationship":
        return Form(kind, None, str, "a Relationship to one entity")
    if kind == "GeoProperty":
        return Form(kind, None, dict[str, Any], "a GeoProperty")
    words = next(
        (text for base, text in _WORDS.items() if hint in (base, base | None)), "as listed"
    )
    in_unit = "" if unit is None else f" in unit {unit}"
    return Form(kind, unit, hint, f"one Property without datasetId: {words}{in_unit}")
