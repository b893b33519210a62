"""News as Atom (RFC 4287) and RSS 2.0, for feed readers: no account, no address, nothing kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language
from dalgu.services.citizens.follows.news import Told

ATOM = "http://www.w3.org/2005/Atom"
NEWEST = 50


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself."""

    title: str
    home: str  # address of the platform
    path: str  # of the page that it is of, without a language
    own: str  # address of the feed
    language: Language
    now: datetime


def atom(feed: Feed, told: Sequence[Told]) -> bytes:
    """Return news as Atom, the newest first."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _text(root, "id", feed.own)
    _text(root, "title", feed.title)
    newest = told[-1].news.at if told else feed.now
    _text(root, "updated", iso(newest))
    SubElement(root, "link", {"rel": "self", "href": feed.own})
    SubElement(root, "link", {"href": _address(feed, feed.path)})
    _text(SubElement(root, "author"), "name", feed.title)
    for one in _newest(told):
        entry = SubElement(root, "entry")
        _text(entry, "id", f"{feed.home}/news/{one.news.seq}")
        _text(entry, "title", one.thing.title.say(feed.language))
        _text(entry, "summary", one.words.say(feed.language))
        _text(entry, "updated", iso(one.news.at))
        SubElement(entry, "link", {"href": _address(feed, one.thing.path)})
    return _bytes(root)


def rss(feed: Feed, told: Sequence[Told]) -> bytes:
    """Return news as RSS 2.0, the newest first."""
    root = Element("rss", {"version": "2.0"})
    channel = SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", _address(feed, feed.path))
    _text(channel, "description", feed.title)
    _text(channel, "language", feed.language)
    for one in _newest(told):
        item = SubElement(channel, "item")
        _text(item, "title", one.thing.title.say(feed.language))
        _text(item, "description", one.words.say(feed.language))
        _text(item, "link", _address(feed, one.thing.path))
        guid = SubElement(item, "guid", {"isPermaLink": "false"})
        guid.text = f"{feed.home}/news/{one.news.seq}"
        _text(item, "pubDate", format_datetime(one.news.at))
    return _bytes(root)


def _newest(told: Sequence[Told]) -> Sequence[Told]:
    return told[-NEWEST:][::-1]


def _address(feed: Feed, path: str) -> str:
    return f"{feed.home}/{feed.language}{path}"


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = "".join(sign for sign in text if sign.isprintable())


def _bytes(root: Element) -> bytes:
    whole: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return whole
