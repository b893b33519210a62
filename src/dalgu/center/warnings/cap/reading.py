"""From XML to a message: what the schema asks of names, order and number is asked here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from dalgu.center.warnings.cap.layout import LAYOUTS, Slot
from dalgu.center.warnings.cap.message import Alert, Pair
from dalgu.center.warnings.cap.rules import Breach, CapRefused, Rule, breach
from dalgu.center.warnings.cap.words import SIGNATURE, VERSIONS, Version
from dalgu.center.warnings.cap.xml import parse

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BREACHES = 100  # that are told of one message


@dataclass(frozen=True, slots=True)
class Read:
    """A message as far as it could be read, and where it left the schema."""

    alert: Alert
    breaches: tuple[Breach, ...]


def read(body: bytes) -> Alert:
    """Return a message whose elements are those of its schema; raise `CapRefused`.

    Its values are judged by `checking.check`.
    """
    found = read_element(parse(body))
    if found.breaches:
        raise CapRefused(found.breaches)
    return found.alert


def read_element(root: "_Element") -> Read:
    """Return the message of an `alert` element; raise `CapRefused` where it is none."""
    namespace, name = _split(root.tag)
    version = VERSIONS.get(namespace)
    if version is None or name != "alert":
        raise CapRefused([breach(Rule.NAMESPACE, name, namespace or "no namespace")])
    reading = _Reading(version)
    alert = reading.part(root, Alert, "alert")
    extensions = tuple(reading.extensions)
    whole = msgspec.structs.replace(alert, version=version, extensions=extensions)
    return Read(whole, tuple(reading.breaches))


class _Reading:
    """One walk through an alert."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.breaches: list[Breach] = []
        self.extensions: list[str] = []

    def part(self, element: "_Element", kind: type[msgspec.Struct], where: str) -> Any:
        """Return the struct of an element that has others in it."""
        slots = [slot for slot in LAYOUTS[kind] if self.version in slot.known]
        by_tag = {slot.tag: (place, slot) for place, slot in enumerate(slots)}
        found: dict[str, list[Any]] = {}
        newest = 0
        for child, tag in self._own(element, where, is_alert=kind is Alert):
            if tag not in by_tag:
                self._note(Rule.UNKNOWN_ELEMENT, f"{where}/{tag}")
                continue
            place, slot = by_tag[tag]
            held = found.setdefault(slot.field, [])
            at = _path(where, slot, len(held))
            if place < newest:
                self._note(Rule.ORDER, at)
            newest = max(newest, place)
            if held and not slot.is_many:
                self._note(Rule.ONCE, at)
            held.append(self._value(child, slot, at))
        self._require(slots, found, where)
        return kind(**{slot.field: _kept(slot, found) for slot in slots if slot.field in found})

    def _own(
        self, element: "_Element", where: str, *, is_alert: bool
    ) -> Iterator[tuple["_Element", str]]:
        """Yield the children of the version's namespace; keep signatures, note others."""
        if any(not name.startswith("{") for name in element.attrib):
            self._note(Rule.ATTRIBUTE, where)
        if (element.text or "").strip():
            self._note(Rule.UNKNOWN_ELEMENT, where, element.text or "")
        for child in element:
            if not isinstance(child.tag, str):
                self._note(Rule.ENTITY, where)
                continue
            namespace, tag = _split(child.tag)
            if (child.tail or "").strip():
                self._note(Rule.UNKNOWN_ELEMENT, where, child.tail or "")
            if namespace == self.version.namespace:
                yield child, tag
            elif is_alert and namespace == SIGNATURE:
                self.extensions.append(_verbatim(child))
            else:
                self._note(Rule.UNKNOWN_ELEMENT, f"{where}/{tag}", namespace)

    def _value(self, child: "_Element", slot: Slot, where: str) -> Any:
        if slot.part is not None:
            return self.part(child, slot.part, where)
        if slot.shape == "text" or self.version is Version.CAP10:
            text = self._text(child, where)
            return text if slot.shape == "text" else self._old_pair(text, where)
        return self._pair(child, where)

    def _text(self, element: "_Element", where: str) -> str:
        if any(not name.startswith("{") for name in element.attrib):
            self._note(Rule.ATTRIBUTE, where)
        if len(element):
            self._note(Rule.UNKNOWN_ELEMENT, f"{where}/{_split(str(element[0].tag))[1]}")
        return element.text or ""

    def _pair(self, element: "_Element", where: str) -> Pair:
        parts = [(tag, child) for child, tag in self._own(element, where, is_alert=False)]
        if [tag for tag, _ in parts] != ["valueName", "value"]:
            self._note(Rule.PAIR, where, " ".join(tag for tag, _ in parts))
            return Pair("", "")
        name, value = (self._text(child, f"{where}/{tag}") for tag, child in parts)
        return Pair(name, value)

    def _old_pair(self, text: str, where: str) -> Pair:
        name, sign, value = text.partition("=")
        if not sign:
            self._note(Rule.PAIR, where, text)
        return Pair(name, value)

    def _require(self, slots: Sequence[Slot], found: dict[str, list[Any]], where: str) -> None:
        for slot in slots:
            if self.version in slot.needed and slot.field not in found:
                self._note(Rule.REQUIRED, f"{where}/{slot.tag}")

    def _note(self, rule: Rule, where: str, found: str = "") -> None:
        if len(self.breaches) < MOST_BREACHES:
            self.breaches.append(breach(rule, where, found))


def _kept(slot: Slot, found: dict[str, list[Any]]) -> Any:
    values = found[slot.field]
    return tuple(values) if slot.is_many else values[0]


def _path(where: str, slot: Slot, held: int) -> str:
    number = f"[{held + 1}]" if slot.is_many else ""
    return f"{where}/{slot.tag}{number}"


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def _verbatim(element: "_Element") -> str:
    """Return an element of another standard as canonical XML: what a signature holds stays."""
    from lxml import etree

    # A copy has no tail; canonical XML does not leave it out by itself.
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    told: bytes = etree.tostring(alone, method="c14n")
    return told.decode()
