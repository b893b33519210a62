"""Feeds of messages: Atom (RFC 4287), RSS 2.0, EDXL-DE 1.0 and 2.0, and envelopes around alerts.

A feed holds whole alerts, or links to them; both are given back in the feed's order.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dalgu.center.warnings.cap.message import Alert
from dalgu.center.warnings.cap.reading import Read, read_element
from dalgu.center.warnings.cap.rules import CapRefused, Rule, breach
from dalgu.center.warnings.cap.words import VERSIONS
from dalgu.center.warnings.cap.writing import MEDIA_TYPE, without_declaration, write
from dalgu.center.warnings.cap.xml import MOST_FEED_BYTES, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

ATOM: Final = "http://www.w3.org/2005/Atom"
ALERTS: Final = tuple(f"{{{namespace}}}alert" for namespace in VERSIONS)
XML_TYPES: Final = frozenset({"", MEDIA_TYPE, "application/xml", "text/xml"})
MOST_ALERTS: Final = 2_000  # of one feed


class Form(StrEnum):
    """What a document from outside is."""

    ALERT = "alert"
    ATOM = "atom"
    RSS = "rss"
    EDXL = "edxl-de"
    ENVELOPE = "envelope"  # SOAP, IPAWS' list, anything with an alert inside


@dataclass(frozen=True, slots=True)
class Feed:
    """The alerts of a document and the addresses of others."""

    form: Form
    found: tuple[Read, ...] = ()
    links: tuple[str, ...] = field(default=())


def read_feed(body: bytes) -> Feed:
    """Return what a document holds: one alert is a feed of one.

    Raises
    ------
    CapRefused
        When it is no XML that is taken, or neither holds nor links an alert and is no feed.
    """
    root = parse(body, most_bytes=MOST_FEED_BYTES)
    form = _form(root)
    alerts = list(root.iter(*ALERTS))[:MOST_ALERTS]
    if form is Form.ENVELOPE and not alerts:
        raise CapRefused([breach(Rule.NAMESPACE, "document", str(root.tag))])
    links = tuple(dict.fromkeys(_links(root, form)))[:MOST_ALERTS]
    return Feed(form, tuple(read_element(element) for element in alerts), links)


def _form(root: "_Element") -> Form:
    namespace, _, name = str(root.tag).rpartition("}")
    if root.tag in ALERTS:
        return Form.ALERT
    if root.tag == f"{{{ATOM}}}feed":
        return Form.ATOM
    if name == "rss" and not namespace:
        return Form.RSS
    return Form.EDXL if name == "EDXLDistribution" else Form.ENVELOPE


def _links(root: "_Element", form: Form) -> Iterator[str]:
    """Yield the addresses of alerts that the feed names and does not hold."""
    if form is Form.ATOM:
        for entry in _without_alert(root.iter(f"{{{ATOM}}}entry")):
            yield from _atom_links(entry)
    elif form is Form.RSS:
        told = ((item.findtext("link") or "").strip() for item in _without_alert(root.iter("item")))
        yield from filter(None, told)
    elif form is Form.EDXL:
        beside = (one for one in root.iter("{*}uri") if not _is_in_alert(one))
        yield from filter(None, ((one.text or "").strip() for one in beside))


def _without_alert(elements: "Iterable[_Element]") -> "Iterator[_Element]":
    return (one for one in elements if next(one.iter(*ALERTS), None) is None)


def _is_in_alert(element: "_Element") -> bool:
    return next(element.iterancestors(*ALERTS), None) is not None


def _atom_links(entry: "_Element") -> Iterator[str]:
    """Yield the entry's one link to an alert: the typed one before the plain one."""
    links = [
        (one.get("type", ""), one.get("href", ""))
        for one in entry.iterfind(f"{{{ATOM}}}link")
        if one.get("rel", "alternate") == "alternate" and one.get("type", "") in XML_TYPES
    ]
    links.sort(key=lambda one: one[0] != MEDIA_TYPE)
    yield from (href for _, href in links[:1] if href)


@dataclass(frozen=True, slots=True)
class Entry:
    """One alert of the feed that we give out."""

    alert: Alert
    title: str
    href: str
    updated: datetime


def write_atom(feed_id: str, title: str, updated: datetime, entries: Iterable[Entry]) -> bytes:
    """Return an Atom feed: each entry links its alert and holds it whole."""
    from lxml import etree

    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _text(root, "id", feed_id)
    _text(root, "title", title)
    _text(root, "updated", updated.isoformat())
    _link(root, feed_id, "self", "application/atom+xml")
    held = {}
    for number, entry in enumerate(entries):
        element = etree.SubElement(root, f"{{{ATOM}}}entry")
        _text(element, "id", entry.href)
        _text(element, "title", entry.title)
        _text(element, "updated", entry.updated.isoformat())
        author = etree.SubElement(element, f"{{{ATOM}}}author")
        _text(author, "name", entry.alert.sender)
        _link(element, entry.href, "alternate", MEDIA_TYPE)
        place = f"\ue000{number}\ue001"  # signs of private use: no title may have them
        etree.SubElement(element, f"{{{ATOM}}}content", type=MEDIA_TYPE).text = place
        held[place] = without_declaration(write(entry.alert)).decode()
    told = etree.tostring(root, encoding="unicode")
    whole = re.sub("\ue000\\d+\ue001", lambda found: held[found.group()], told)
    return b"<?xml version='1.0' encoding='UTF-8'?>\n" + whole.encode()


def _text(parent: "_Element", tag: str, text: str) -> None:
    from lxml import etree

    told = text.translate({0xE000: None, 0xE001: None})
    etree.SubElement(parent, f"{{{ATOM}}}{tag}").text = told


def _link(parent: "_Element", href: str, rel: str, kind: str) -> None:
    from lxml import etree

    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=href, type=kind)
