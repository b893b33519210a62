"""Whether an entity fits a model: a model's table becomes one small check for each attribute.

What the tables word loosely is read generously: one value may stand for an array of it, a phrase
in several languages for text, a link for the id it holds. Attributes that a model does not name
are free, as they are in NGSI-LD.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dalgu.hub.context import stored_name
from dalgu.hub.document import instances
from dalgu.hub.errors import shown
from dalgu.hub.model import JSON, Document
from dalgu.hub.smart_data_models.catalogue import Model, ModelAttribute
from dalgu.hub.smart_data_models.units import code_of
from dalgu.hub.values import instant

Test = Callable[[JSON], bool]

LINKS = frozenset(("Relationship", "ListRelationship"))
PROPERTIES = frozenset(
    ("Property", "LanguageProperty", "VocabProperty", "JsonProperty", "ListProperty")
)
_MEMBER = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
_STAMPS = frozenset(("dateCreated", "dateModified"))  # NGSI-LD's createdAt and modifiedAt
_SHOWN_OPTIONS = 12  # of an enumeration, in a sentence


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing of an entity that is not as its model has it."""

    attribute: str
    expected: str  # as "must be a number from 0 to 1"
    found: str


@dataclass(frozen=True, slots=True)
class _Rule:
    attribute: str
    kinds: frozenset[str]
    unit: str | None
    test: Test
    expected: str

    def misfit(self, instance: Document) -> Misfit | None:
        """Return what is wrong with one instance, None when it fits."""
        kind = instance["type"]
        if kind not in self.kinds:
            kinds = " or ".join(sorted(self.kinds & {"Property", "Relationship", "GeoProperty"}))
            return Misfit(self.attribute, f"must be a {kinds}", f"a {kind}")
        unit = instance.get("unitCode", self.unit)
        if self.unit is not None and unit != self.unit:
            return Misfit(
                self.attribute, f"must be in unit {self.unit}", f"in unit '{shown(unit)}'"
            )
        if kind in LINKS or kind in ("LanguageProperty", "JsonProperty", "GeoProperty"):
            return None  # the hub itself has checked what these hold
        value = _plain(instance[_MEMBER[kind]])
        if self.test(value):
            return None
        return Misfit(self.attribute, f"must be {self.expected}", f"'{shown(value)}'")


class Check:
    """All checks of one model, ready for use on stored documents.

    Parameters
    ----------
    model
        The model that entities are held to.
    free
        Attributes that are not checked: a declared type departs from the model there.
    """

    def __init__(self, model: Model, free: Iterable[str] = ()) -> None:
        self.model = model
        left_out = frozenset(free)
        self._rules: dict[str, _Rule] = {}
        for one in model.attributes:
            if one.name not in left_out:
                rule = rule_of(one)
                self._rules[one.name] = self._rules[stored_name(one.iri)] = rule
        self._required = [
            (one, (one, stored_name(model.by_name[one].iri)))
            for one in model.required
            if one not in left_out | _STAMPS
        ]

    def misfits(self, document: Document, names: Iterable[str], *, whole: bool) -> list[Misfit]:
        """Return what does not fit among the named attributes; in a `whole` entity also gaps."""
        found = []
        for name in names:
            rule = self._rules.get(name)
            if rule is not None and name in document:
                found += [
                    misfit
                    for instance in instances(document[name])
                    if (misfit := rule.misfit(instance)) is not None
                ]
        if whole:
            found += [
                Misfit(term, "is required", "absent")
                for term, spelled in self._required
                if not any(name in document for name in spelled)
            ]
        return found


def rule_of(attribute: ModelAttribute) -> _Rule:
    """Return the check of one attribute."""
    test, expected = _test_of(attribute)
    return _Rule(attribute.name, _kinds(attribute), code_of(attribute.units), test, expected)


def _kinds(attribute: ModelAttribute) -> frozenset[str]:
    if attribute.kind == "GeoProperty":
        return frozenset(("GeoProperty",))
    if attribute.kind == "Relationship":
        return LINKS
    return PROPERTIES | LINKS if attribute.type in ("string", "array", "") else PROPERTIES


def _test_of(attribute: ModelAttribute) -> tuple[Test, str]:
    if attribute.enum:
        return _enumerated(frozenset(attribute.enum), attribute)
    if attribute.low is not None or attribute.high is not None:
        return _bounded(attribute)
    if attribute.format in _FORMATS and attribute.type == "string":
        return _FORMATS[attribute.format]
    return _TYPES[attribute.type]


def _enumerated(options: frozenset[str], attribute: ModelAttribute) -> tuple[Test, str]:
    def test(value: JSON) -> bool:
        given = value if isinstance(value, list) else [value]
        return all(isinstance(one, str) and one in options for one in given)

    some = ", ".join(attribute.enum[:_SHOWN_OPTIONS])
    more = ", …" if len(attribute.enum) > _SHOWN_OPTIONS else ""
    return test, f"one of {some}{more}"


def _bounded(attribute: ModelAttribute) -> tuple[Test, str]:
    low, high = attribute.low, attribute.high

    def test(value: JSON) -> bool:
        return (
            _is_number(value) and (low is None or value >= low) and (high is None or value <= high)
        )

    least = "" if low is None else f" of at least {low:g}"
    words = least if high is None else f" from {low or 0:g} to {high:g}"
    return test, f"a number{words}"


def _plain(value: JSON) -> JSON:
    """Return what a typed value holds: `{"@type": "DateTime", "@value": …}`."""
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    return value


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: JSON) -> bool:
    return _is_number(value) and float(value).is_integer()


def _is_date(value: JSON) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value[:10]))
    except ValueError:
        return False


_TYPES: Mapping[str, tuple[Test, str]] = {
    "string": (lambda value: isinstance(value, str), "text"),
    "number": (_is_number, "a number"),
    "integer": (_is_whole, "a whole number"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "array": (lambda value: not isinstance(value, dict) or bool(value), "an array"),
    "object": (lambda value: isinstance(value, dict), "an object"),
    "": (lambda value: True, "anything"),
}
_FORMATS: Mapping[str, tuple[Test, str]] = {
    "date-time": (
        lambda value: instant(value) is not None,
        "an instant as 2026-01-02T03:04:05Z",
    ),
    "date": (_is_date, "a date as 2026-01-02"),
}
