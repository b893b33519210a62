"""Sound CAP messages made wrong, each in one way: which rule must catch it is said beside it."""

from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from dalgu.center.warnings.cap.rules import Rule
from dalgu.center.warnings.cap.words import SIGNATURE, VERSIONS, Version
from dalgu.center.warnings.cap.xml import MOST_BYTES

Change = Callable[[etree._Element, Version], bool]  # in place; False where it does not apply


def mutations(body: bytes) -> Iterator[tuple[Rule, str, bytes]]:
    """Yield rule, name and body of every way in which a message can be made wrong."""
    root = etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True))
    version = VERSIONS[etree.QName(root).namespace]
    for rule, name, change in CHANGES:
        copy = deepcopy(root)
        if change(copy, version):
            yield rule, name, etree.tostring(copy)
    plain = etree.tostring(root)
    for rule, name, rewrite in REWRITES:
        yield rule, name, rewrite(plain)


def _after(root_tag: bytes, text: bytes) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(root_tag, text, 1)


BOMB = (
    b'<!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EXTERNAL = b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REWRITES: tuple[tuple[Rule, str, Callable[[bytes], bytes]], ...] = (
    (Rule.SIZE, "blanks without end", lambda body: body + b" " * MOST_BYTES),
    (Rule.ENCODING, "UTF-16", lambda body: body.decode().encode("utf-16")),
    (
        Rule.ENCODING,
        "UTF-7 declared",
        lambda body: b'<?xml version="1.0" encoding="utf-7"?>' + body,
    ),
    (Rule.WELL_FORMED, "cut in the middle", lambda body: body[: len(body) // 2]),
    (Rule.WELL_FORMED, "two roots", lambda body: body + b"<more/>"),
    (Rule.WELL_FORMED, "nothing", lambda body: b""),
    (Rule.DOCTYPE, "a bomb", lambda body: BOMB + body),
    (Rule.DOCTYPE, "an external entity", lambda body: EXTERNAL + body),
    (Rule.DOCTYPE, "behind a comment", lambda body: b"<!-- a --> " + EXTERNAL + body),
    (Rule.ENTITY, "a blank of HTML", _after(b"</identifier>", b"&nbsp;</identifier>")),
    (Rule.ENTITY, "a letter of HTML", _after(b"</sender>", b"&eacute;</sender>")),
)


def _own(root: etree._Element, path: str) -> etree._Element | None:
    tag = "/".join(f"{{{etree.QName(root).namespace}}}{step}" for step in path.split("/"))
    return root.find(tag)


def text(path: str, value: str, *, since: Version = Version.CAP10) -> Change:
    """Return a change that writes something else into an element that is there."""

    def change(root: etree._Element, version: Version) -> bool:
        found = _own(root, path)
        if found is None or version < since or len(found):
            return False
        found.text = value
        return True

    return change


def inserted(path: str, tag: str, value: str, before: tuple[str, ...], **more: Version) -> Change:
    """Return a change that puts an element (in place of any there) before the first of others."""

    def change(root: etree._Element, version: Version) -> bool:
        parent = root if path == "." else _own(root, path)
        if parent is None or version < more.get("since", Version.CAP10):
            return False
        if version > more.get("until", Version.CAP12):
            return False
        namespace = f"{{{etree.QName(root).namespace}}}"
        for old in parent.findall(namespace + tag):
            parent.remove(old)
        new = etree.Element(namespace + tag)
        new.text = value
        stops = {namespace + one for one in before} | {f"{{{SIGNATURE}}}Signature"}
        at = next((n for n, child in enumerate(parent) if child.tag in stops), len(parent))
        parent.insert(at, new)
        return True

    return change


def removed(path: str, *, since: Version = Version.CAP10) -> Change:
    """Return a change that takes every element of a name away."""

    def change(root: etree._Element, version: Version) -> bool:
        found = _own(root, path)
        if found is None or version < since:
            return False
        parent = found.getparent()
        for one in parent.findall(found.tag):
            parent.remove(one)
        return True

    return change


def doubled(path: str) -> Change:
    """Return a change that says an element twice."""

    def change(root: etree._Element, version: Version) -> bool:
        found = _own(root, path)
        if found is None:
            return False
        found.addnext(deepcopy(found))
        return True

    return change


def swapped(first: str, second: str) -> Change:
    """Return a change that puts one element behind a later one."""

    def change(root: etree._Element, version: Version) -> bool:
        one, other = _own(root, first), _own(root, second)
        if one is None or other is None:
            return False
        other.addnext(one)
        return True

    return change


def attributed(path: str) -> Change:
    """Return a change that gives an element an attribute."""

    def change(root: etree._Element, version: Version) -> bool:
        found = root if path == "." else _own(root, path)
        if found is None:
            return False
        found.set("lang", "ko")
        return True

    return change


def renamed(namespace: str) -> Change:
    """Return a change that moves the message into another namespace."""

    def change(root: etree._Element, version: Version) -> bool:
        for element in root.iter(f"{{{version.namespace}}}*"):
            element.tag = f"{{{namespace}}}{etree.QName(element).localname}"
        return True

    return change


def nameless(path: str) -> Change:
    """Return a change that takes the name from the first pair of a kind."""

    def change(root: etree._Element, version: Version) -> bool:
        found = _own(root, path)
        if found is None:
            return False
        if version is Version.CAP10:
            found.text = "=5"
        else:
            found[0].text = " "
        return True

    return change


def pairless(path: str) -> Change:
    """Return a change that makes the first pair of a kind a mere text."""

    def change(root: etree._Element, version: Version) -> bool:
        found = _own(root, path)
        if found is None:
            return False
        for child in list(found):
            found.remove(child)
        found.text = "alone"
        return True

    return change


def without(tag: str) -> Change:
    """Return a change that takes every element of a name away, and applies where there is none."""

    def change(root: etree._Element, version: Version) -> bool:
        for one in list(root.iter(f"{{{version.namespace}}}{tag}")):
            one.getparent().remove(one)
        return True

    return change


def both(*changes: Change) -> Change:
    """Return all changes, where each applies."""

    def change(root: etree._Element, version: Version) -> bool:
        applied = [one(root, version) for one in changes]  # each, also after one that does not
        return all(applied)

    return change


# What comes after an element in every schema, to put new ones where they may stand.
AFTER_SCOPE = ("restriction", "addresses", "code", "note", "references", "incidents", "info")
AFTER_RESTRICTION, AFTER_REFERENCES = AFTER_SCOPE[1:], ("incidents", "info")
AFTER_ADDRESSES = AFTER_SCOPE[2:]
AFTER_EXPIRES = ("senderName", "headline", "description", "instruction", "web", "contact",
                 "parameter", "resource", "area")  # fmt: skip
AFTER_ONSET = ("expires", *AFTER_EXPIRES)
AFTER_WEB = ("contact", "parameter", "resource", "area")
AFTER_RESPONSE = ("urgency",)
AFTER_CIRCLE = ("geocode", "altitude", "ceiling")
V11, V12 = Version.CAP11, Version.CAP12
OPEN_RING = "35.8,128.6 35.8,128.7 35.9,128.7 35.9,128.6"
LONE_RING = "35.8,128.6 35.8,128.7 35.8,128.6"
FAR_RING = "95.8,128.6 95.8,128.7 95.9,128.7 95.8,128.6"
KOREAN_DIGITS = "２026-11-29T12:00:00+09:00"


def _polygon(ring: str) -> Change:
    return inserted("info/area", "polygon", ring, ("circle", *AFTER_CIRCLE))


def _circle(circle: str) -> Change:
    return inserted("info/area", "circle", circle, AFTER_CIRCLE)


def _in_resource(tag: str, value: str, *before: str, since: Version = Version.CAP10) -> Change:
    return inserted("info/resource", tag, value, before, since=since)


CHANGES: tuple[tuple[Rule, str, Change], ...] = (
    (Rule.NAMESPACE, "of no version", renamed("urn:oasis:names:tc:emergency:cap:9.9")),
    (Rule.UNKNOWN_ELEMENT, "in the alert", inserted(".", "shelter", "school", ("info",))),
    (Rule.UNKNOWN_ELEMENT, "in an area", inserted("info/area", "district", "22060", ())),
    (Rule.ATTRIBUTE, "on the alert", attributed(".")),
    (Rule.ATTRIBUTE, "on an info", attributed("info")),
    (Rule.ATTRIBUTE, "on an event", attributed("info/event")),
    (Rule.ORDER, "identifier last", swapped("identifier", "status")),
    (Rule.ORDER, "urgency behind severity", swapped("info/urgency", "info/severity")),
    (Rule.ONCE, "two identifiers", doubled("identifier")),
    (Rule.ONCE, "two events", doubled("info/event")),
    (Rule.REQUIRED, "no identifier", removed("identifier")),
    (Rule.REQUIRED, "no sender", removed("sender")),
    (Rule.REQUIRED, "no sent", removed("sent")),
    (Rule.REQUIRED, "no scope", removed("scope", since=V11)),
    (Rule.REQUIRED, "no category", removed("info/category", since=V11)),
    (Rule.REQUIRED, "no event", removed("info/event")),
    (Rule.REQUIRED, "an empty event", text("info/event", " ")),
    (Rule.REQUIRED, "no areaDesc", removed("info/area/areaDesc")),
    (Rule.REQUIRED, "no resourceDesc", removed("info/resource/resourceDesc")),
    (Rule.IDENTIFIER, "a blank", text("identifier", "DAEGU 1")),
    (Rule.IDENTIFIER, "a comma", text("identifier", "DAEGU,1")),
    (Rule.IDENTIFIER, "an ampersand", text("identifier", "DAEGU&1")),
    (Rule.SENDER, "a blank", text("sender", "city of daegu")),
    (Rule.SENDER, "a less-than", text("sender", "<daegu>")),
    (Rule.UTC_OFFSET, "sent in Z", text("sent", "2026-11-29T03:00:00Z")),
    (Rule.UTC_OFFSET, "expires in Z", text("info/expires", "2036-11-29T03:00:00Z")),
    (Rule.DATE_TIME, "no offset", text("sent", "2026-11-29T03:00:00")),
    (Rule.DATE_TIME, "a day that is none", text("sent", "2026-02-30T03:00:00+09:00")),
    (Rule.DATE_TIME, "digits of another script", text("sent", KOREAN_DIGITS)),
    (Rule.DATE_TIME, "a fraction", text("sent", "2026-11-29T03:00:00.5+09:00", since=V12)),
    (Rule.DATE_TIME, "an offset of a day", text("sent", "2026-11-29T03:00:00+23:00")),
    (Rule.DATE_TIME, "a blank for the T", text("info/expires", "2036-11-29 03:00:00+09:00")),
    (Rule.STATUS, "another word", text("status", "Real")),
    (Rule.STATUS, "another case", text("status", "actual")),
    (Rule.MSG_TYPE, "another word", text("msgType", "Warning")),
    (Rule.SCOPE, "another word", text("scope", "All")),
    (Rule.RESTRICTION, "without its scope", inserted(
        ".", "restriction", "police", AFTER_RESTRICTION)),
    (Rule.RESTRICTION, "none though Restricted", text("scope", "Restricted")),
    (Rule.ADDRESSES, "none though Private", both(
        text("scope", "Private"), without("addresses"))),
    (Rule.ADDRESSES, "without their scope", inserted(
        ".", "addresses", "a@b.kr", AFTER_ADDRESSES, until=V11)),
    (Rule.REFERENCES, "two parts", inserted(".", "references", "daegu,1", AFTER_REFERENCES)),
    (Rule.REFERENCES, "sent in Z", inserted(
        ".", "references", "daegu,1,2026-11-29T03:00:00Z", AFTER_REFERENCES)),
    (Rule.REFERENCES, "an update of nothing", both(
        text("msgType", "Update"), inserted(".", "references", "", AFTER_REFERENCES))),
    (Rule.LANGUAGE, "an underscore", inserted("info", "language", "ko_KR", ("category", "event"))),
    (Rule.LANGUAGE, "its name", inserted("info", "language", "한국어", ("category", "event"))),
    (Rule.CATEGORY, "another word", text("info/category", "Flood")),
    (Rule.CATEGORY, "one of a later version", lambda root, version: (
        version is Version.CAP10 and text("info/category", "CBRNE")(root, version))),
    (Rule.RESPONSE_TYPE, "another word", inserted(
        "info", "responseType", "Run", AFTER_RESPONSE, since=V11)),
    (Rule.RESPONSE_TYPE, "one of a later version", inserted(
        "info", "responseType", "AllClear", AFTER_RESPONSE, since=V11, until=V11)),
    (Rule.URGENCY, "another word", text("info/urgency", "Now")),
    (Rule.SEVERITY, "another word", text("info/severity", "Critical")),
    (Rule.CERTAINTY, "another word", text("info/certainty", "Certain")),
    (Rule.CERTAINTY, "one of 1.0", lambda root, version: (
        version is not Version.CAP10 and text("info/certainty", "Very Likely")(root, version))),
    (Rule.PAIR, "no name", nameless("info/parameter")),
    (Rule.PAIR, "a mere text", pairless("info/eventCode")),
    (Rule.PAIR, "a geocode without name", nameless("info/area/geocode")),
    (Rule.EXPIRES, "before it was sent", inserted(
        "info", "expires", "1999-01-01T00:00:00+09:00", AFTER_EXPIRES)),
    (Rule.WEB, "no scheme", inserted("info", "web", "www.daegu.go.kr", AFTER_WEB)),
    (Rule.MIME_TYPE, "no slash", _in_resource(
        "mimeType", "gif", "size", "uri", "derefUri", "digest")),
    (Rule.RESOURCE_SIZE, "a word", _in_resource("size", "big", "uri", "derefUri", "digest")),
    (Rule.RESOURCE_SIZE, "negative", _in_resource("size", "-1", "uri", "derefUri", "digest")),
    (Rule.RESOURCE_URI, "relative", both(
        _in_resource("uri", "map.gif", "derefUri", "digest"), without("derefUri"))),
    (Rule.DEREF_URI, "no base64", _in_resource("derefUri", "§§§", "digest", since=V11)),
    (Rule.DEREF_URI, "cut short", _in_resource("derefUri", "abcde", "digest", since=V11)),
    (Rule.DIGEST, "too short", _in_resource("digest", "abc")),
    (Rule.POLYGON, "open", _polygon(OPEN_RING)),
    (Rule.POLYGON, "three points", _polygon(LONE_RING)),
    (Rule.POLYGON, "beyond the pole", _polygon(FAR_RING)),
    (Rule.POLYGON, "no numbers", _polygon("a,b c,d e,f a,b")),
    (Rule.POLYGON, "infinity", _polygon("inf,0 1,1 2,2 inf,0")),
    (Rule.CIRCLE, "no radius", _circle("35.8,128.6")),
    (Rule.CIRCLE, "a negative radius", _circle("35.8,128.6 -1")),
    (Rule.CIRCLE, "beyond the date line", _circle("35.8,1128.6 1")),
    (Rule.ALTITUDE, "a word", inserted("info/area", "altitude", "high", ("ceiling",), since=V12)),
    (Rule.CEILING, "without an altitude", inserted("info/area", "ceiling", "90", (), since=V12)),
    (Rule.CEILING, "below the altitude", both(
        inserted("info/area", "altitude", "100", ("ceiling",), since=V12),
        inserted("info/area", "ceiling", "90", (), since=V12))),
)  # fmt: skip
