"""The rules of the standard's prose and lists, asked of a message that was read.

What is there and empty counts as not there: senders such as the US weather service leave empty
elements in their messages.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from dalgu.center.warnings.cap.checking_area import check_area
from dalgu.center.warnings.cap.message import (
    FRACTION,
    INSTANT,
    Alert,
    Info,
    Pair,
    Resource,
    instant,
)
from dalgu.center.warnings.cap.rules import Breach, CapRefused, Rule, breach
from dalgu.center.warnings.cap.words import (
    CATEGORIES,
    CERTAINTIES,
    KINDS,
    RESPONSES,
    SCOPES,
    SEVERITIES,
    STATUSES,
    URGENCIES,
    Version,
)

_RESTRICTED = re.compile(r"[\s,<&]")  # CAP 1.2, 3.2.1 identifier and sender
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;.*)?", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_DIGEST = re.compile(r"[0-9A-Fa-f]{40}", re.ASCII)
_SIZE = re.compile(r"\+?\d{1,18}", re.ASCII)
_ALPHABETIC = re.compile(r".*[A-Za-z]\s*$", re.DOTALL)

Words = Mapping[Version, frozenset[str]]


def check(alert: Alert) -> list[Breach]:
    """Return every rule that a message breaks by what it says."""
    found = [*_named(alert), *_addressed(alert), *_referred(alert)]
    for number, info in enumerate(alert.infos, 1):
        found += _info(info, alert, f"alert/info[{number}]")
    return found


def require(alert: Alert) -> None:
    """Return when a message holds to the rules; raise `CapRefused` otherwise."""
    if found := check(alert):
        raise CapRefused(found)


def said(text: str | None) -> bool:
    """Tell whether an element is there and says something."""
    return bool(text and text.strip())


def _named(alert: Alert) -> Iterator[Breach]:
    for rule, field, text in (
        (Rule.IDENTIFIER, "identifier", alert.identifier),
        (Rule.SENDER, "sender", alert.sender),
    ):
        if not said(text):
            yield breach(Rule.REQUIRED, f"alert/{field}")
        elif _RESTRICTED.search(text.strip()):
            yield breach(rule, f"alert/{field}", text)
    yield from _instant(alert.sent, "alert/sent", alert.version, is_needed=True)
    yield from _one_of(alert.status, STATUSES, Rule.STATUS, "alert/status", alert.version)
    yield from _one_of(alert.kind, KINDS, Rule.MSG_TYPE, "alert/msgType", alert.version)
    if alert.scope is not None:
        yield from _one_of(alert.scope, SCOPES, Rule.SCOPE, "alert/scope", alert.version)


def _addressed(alert: Alert) -> Iterator[Breach]:
    if said(alert.restriction) != (alert.scope == "Restricted"):
        yield breach(Rule.RESTRICTION, "alert/restriction", alert.scope or "")
    is_private, has_addresses = alert.scope == "Private", said(alert.addresses)
    # 1.2 lets every scope name addresses; 1.0 and 1.1 use them for Private alone.
    is_foreign = has_addresses and not is_private and alert.version is not Version.CAP12
    if is_foreign or (is_private and not has_addresses):
        yield breach(Rule.ADDRESSES, "alert/addresses", alert.scope or "")


def _referred(alert: Alert) -> Iterator[Breach]:
    tokens = (alert.references or "").split()
    if not tokens and alert.kind in ("Update", "Cancel", "Ack", "Error"):
        yield breach(Rule.REFERENCES, "alert/references", f"none, though {alert.kind}")
    for token in tokens:
        parts = token.split(",")
        is_triplet = len(parts) == 3 and all(parts[:2])
        if not is_triplet or instant(parts[2]) is None:
            yield breach(Rule.REFERENCES, "alert/references", token)


def _info(info: Info, alert: Alert, where: str) -> Iterator[Breach]:
    version = alert.version
    yield from _worded(info, version, where)
    yield from _times(info, alert, where)
    yield from _pairs(info.event_codes, f"{where}/eventCode")
    yield from _pairs(info.parameters, f"{where}/parameter")
    if said(info.web) and not _is_absolute(info.web or ""):
        yield breach(Rule.WEB, f"{where}/web", info.web or "")
    for number, resource in enumerate(info.resources, 1):
        yield from _resource(resource, version, f"{where}/resource[{number}]")
    for number, area in enumerate(info.areas, 1):
        at = f"{where}/area[{number}]"
        yield from check_area(area, version, at)
        yield from _pairs(area.geocodes, f"{at}/geocode")


def _worded(info: Info, version: Version, where: str) -> Iterator[Breach]:
    """Yield what the words of an info break that come from closed lists."""
    if info.language is not None and not _LANGUAGE.fullmatch(info.language.strip() or "en-US"):
        yield breach(Rule.LANGUAGE, f"{where}/language", info.language)
    if not said(info.event):
        yield breach(Rule.REQUIRED, f"{where}/event")
    for category in info.categories:
        yield from _one_of(category, CATEGORIES, Rule.CATEGORY, f"{where}/category", version)
    for response in info.response_types:
        at = f"{where}/responseType"
        yield from _one_of(response, RESPONSES, Rule.RESPONSE_TYPE, at, version)
    for words, rule, text in (
        (URGENCIES, Rule.URGENCY, info.urgency),
        (SEVERITIES, Rule.SEVERITY, info.severity),
        (CERTAINTIES, Rule.CERTAINTY, info.certainty),
    ):
        yield from _one_of(text, words, rule, f"{where}/{rule}", version)


def _times(info: Info, alert: Alert, where: str) -> Iterator[Breach]:
    for field in ("effective", "onset", "expires"):
        yield from _instant(getattr(info, field), f"{where}/{field}", alert.version)
    begins = instant(info.effective) or instant(alert.sent)
    ends = instant(info.expires)
    if begins is not None and ends is not None and ends < begins:
        yield breach(Rule.EXPIRES, f"{where}/expires", info.expires or "")


def _resource(resource: Resource, version: Version, where: str) -> Iterator[Breach]:
    enclosed = said(resource.deref_uri)
    if not said(resource.resource_desc):
        yield breach(Rule.REQUIRED, f"{where}/resourceDesc")
    if version is Version.CAP12 and not said(resource.mime_type):
        yield breach(Rule.MIME_TYPE, f"{where}/mimeType", "none")
    for rule, tag, text, holds in (
        (Rule.MIME_TYPE, "mimeType", resource.mime_type, _MEDIA_TYPE.fullmatch),
        (Rule.RESOURCE_SIZE, "size", resource.size, _SIZE.fullmatch),
        # A relative one names what is enclosed (3.2.3 uri), so without that it must be whole.
        (Rule.RESOURCE_URI, "uri", resource.uri, _is_any if enclosed else _is_absolute),
        (Rule.DEREF_URI, "derefUri", resource.deref_uri, _is_base64),
        (Rule.DIGEST, "digest", resource.digest, _DIGEST.fullmatch),
    ):
        told = (text or "").strip()
        if told and not holds(told):
            yield breach(rule, f"{where}/{tag}", told)


def _instant(
    text: str | None, where: str, version: Version, *, is_needed: bool = False
) -> Iterator[Breach]:
    if not said(text):
        if is_needed:
            yield breach(Rule.REQUIRED, where)
        return
    shown = (text or "").strip()
    shape = INSTANT if version is Version.CAP12 else FRACTION
    if _ALPHABETIC.match(shown):
        yield breach(Rule.UTC_OFFSET, where, shown)
    elif not shape.fullmatch(shown) or instant(shown) is None:
        yield breach(Rule.DATE_TIME, where, shown)


def _one_of(text: str, words: Words, rule: Rule, where: str, version: Version) -> Iterator[Breach]:
    if text not in words[version]:
        yield breach(rule, where, text)


def _pairs(pairs: tuple[Pair, ...], where: str) -> Iterator[Breach]:
    for number, pair in enumerate(pairs, 1):
        if not said(pair.name):
            yield breach(Rule.PAIR, f"{where}[{number}]", pair.value)


def _is_any(uri: str) -> bool:
    return True


def _is_absolute(uri: str) -> bool:
    try:
        parts = urlsplit(uri.strip())
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r"\s", uri.strip())


def _is_base64(text: str) -> bool:
    packed = "".join(text.split())
    return len(packed) % 4 == 0 and _BASE64.fullmatch(packed) is not None
