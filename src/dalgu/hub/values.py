"""Checks of single values on their way into the hub: numbers, text, instants, URIs, geometries.

Each check returns the value as it is stored or raises `DocumentInvalid` with the place.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import msgspec

from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso

NULL = "urn:ngsi-ld:null"  # CIM 009 4.5.0: what a patch says instead of JSON null

MAX_DEPTH = 40  # levels of nesting in one value; real documents have fewer than ten
MAX_INTEGER = 2**63 - 1  # what every store and every JSON library of the field can hold
MAX_URI_LENGTH = 2048

_LENGTH_TO_SECONDS = len("2026-01-02T03:04:05Z")
_LENGTH_TO_MICROSECONDS = len("2026-01-02T03:04:05.123456Z")
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
# What nobody can see in an identifier although Unicode counts it as a letter, mark or symbol.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_NO_SIGNS = frozenset(("Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"))  # Unicode categories
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x20<>\"{}|\\^`\x7f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|@none)", re.ASCII)

GEOMETRY_TYPES = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
)


def check_text(where: str, text: str) -> str:
    """Refuse text that cannot be written as UTF-8."""
    if not text.isascii() and _SURROGATE.search(text):
        raise DocumentInvalid(where, "holds a lone surrogate; text must be valid Unicode.")
    return text


def check_json(where: str, value: JSON, depth: int = 0) -> None:
    """Refuse a JSON value that the hub could not give back as it came."""
    kind = type(value)
    if kind is str:
        check_text(where, value)
    elif kind is float:
        if not math.isfinite(value):
            raise DocumentInvalid(where, "holds a number that is not finite.")
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise DocumentInvalid(where, "holds an integer of more than 63 bits.")
    elif kind is dict or kind is list:
        _check_container(where, value, depth)
    elif kind is not bool and value is not None:
        raise DocumentInvalid(where, f"holds a value of type {kind.__name__}, which is no JSON.")


def _check_container(where: str, value: JSON, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise DocumentInvalid(where, f"is nested more than {MAX_DEPTH} levels deep.")
    if type(value) is list:
        for item in value:
            check_json(where, item, depth + 1)
        return
    for key, item in value.items():
        if type(key) is not str:
            raise DocumentInvalid(where, "has a member whose name is no text.")
        check_text(where, key)
        check_json(where, item, depth + 1)


def is_uri(value: JSON) -> bool:
    """Whether a value is a URI of plain signs, as nearly all are."""
    return (
        type(value) is str
        and len(value) <= MAX_URI_LENGTH
        and value.isascii()
        and _URI.fullmatch(value) is not None
    )


def check_uri(where: str, value: JSON) -> str:
    """Return a URI, or refuse."""
    if type(value) is not str or len(value) > MAX_URI_LENGTH or not _URI.fullmatch(value):
        raise DocumentInvalid(where, "must be a URI, as urn:ngsi-ld:WaterMeter:1.")
    return value if value.isascii() else _check_seen(where, value)


def _check_seen(where: str, uri: str) -> str:
    """Refuse signs in an IRI (RFC 3987) that nobody can see, and so nobody can tell apart."""
    if _UNSEEN.search(uri) or any(unicodedata.category(sign) in _NO_SIGNS for sign in uri):
        raise DocumentInvalid(where, "must be a URI without invisible or unassigned signs.")
    return uri


def check_nulls(where: str, value: JSON, *, merge: bool) -> None:
    """Refuse the null of a patch within a value (CIM 009 5.5.4), where nothing would take it away.

    A merge patch takes away members of objects; a list is replaced as a whole (RFC 7396).
    """
    if type(value) is dict:
        for item in value.values():
            if not (merge and item == NULL):
                check_nulls(where, item, merge=merge)
    elif type(value) is list:
        for item in value:
            check_nulls(where, item, merge=False)
    elif value == NULL:
        raise DocumentInvalid(
            where, f"may hold '{NULL}' in a merge patch only, as a member of an object."
        )


def instant(value: JSON) -> datetime | None:
    """Return the instant of an NGSI-LD DateTime, or None when it is not one.

    >>> instant("2026-01-02T12:00:00+09:00").isoformat()
    '2026-01-02T12:00:00+09:00'
    """
    if type(value) is not str or not _DATE_TIME.fullmatch(value):
        return None
    try:
        at = datetime.fromisoformat(value)
        at.timestamp()
    except (ValueError, OverflowError):
        return None
    return at


def check_date_time(where: str, value: JSON) -> str:
    """Return a DateTime (CIM 009 4.6.3: in UTC, with `Z`) in the one form that is stored.

    >>> check_date_time("expiresAt", "2026-01-02T03:00:00.000Z")
    '2026-01-02T03:00:00Z'
    """
    at = _utc_instant(where, value)
    return str(value) if len(value) == _LENGTH_TO_SECONDS else iso(at)


def check_observed_at(where: str, value: JSON) -> str:
    """Return a DateTime as it was written, as both spellings of a second are right (4.6.3).

    A comma becomes the point that responses have, and digits beyond six are cut.

    >>> check_observed_at("speed.observedAt", "2026-01-02T03:00:00.000Z")
    '2026-01-02T03:00:00.000Z'
    """
    at = _utc_instant(where, value)
    is_sendable = len(value) <= _LENGTH_TO_MICROSECONDS and "," not in value
    return str(value) if is_sendable else iso(at)


def _utc_instant(where: str, value: JSON) -> datetime:
    at = instant(value)
    if at is None or value[-1] != "Z":
        raise DocumentInvalid(where, "must be a DateTime, as 2026-01-02T03:04:05Z.")
    return at


@lru_cache(maxsize=1_024)
def known_observed_at(text: str) -> str | None:
    """Return a DateTime as it is stored, None where `check_observed_at` has to say what it is.

    To remember it takes 0.1 µs, to read an instant 1.3, and most entities have it three times.
    """
    is_kept = text[-1:] == "Z" and len(text) <= _LENGTH_TO_MICROSECONDS and "," not in text
    return text if is_kept and instant(text) is not None else None


def check_language_map(where: str, value: JSON) -> Document:
    """Return a language map: language tag to text, or to several texts (CIM 009 4.6.5)."""
    if type(value) is not dict:
        raise DocumentInvalid(where, "must be an object of language tags and texts.")
    for tag, words in value.items():
        if type(tag) is not str or not _LANGUAGE.fullmatch(tag):
            raise DocumentInvalid(where, "has a member whose name is no language tag.")
        for word in words if type(words) is list else (words,):
            if type(word) is not str:
                raise DocumentInvalid(where, "must hold text for each language.")
            check_text(where, word)
    return value


def check_geometry(where: str, value: JSON) -> Document:
    """Return a GeoJSON geometry (RFC 7946; CIM 009 4.7 leaves out collections).

    It may come as text that encodes the object (4.7.1).
    """
    if type(value) is str and value[:1] == "{":
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            raise DocumentInvalid(where, "must be a GeoJSON geometry.") from None
    if type(value) is not dict or type(value.get("type")) is not str:
        raise DocumentInvalid(where, "must be a GeoJSON geometry.")
    check = _GEOMETRY_CHECKS.get(value["type"])
    if check is None:
        raise DocumentInvalid(where, f"must be one of {', '.join(sorted(GEOMETRY_TYPES))}.")
    check(where, value.get("coordinates"))
    if len(value) > 2:  # type and coordinates; others may stand beside them (RFC 7946, 6.1)
        if not _OF_FEATURES.isdisjoint(value):
            raise DocumentInvalid(where, "must be a geometry, not a feature (RFC 7946, 7.1).")
        check_json(where, value)
        check_nulls(where, value, merge=False)
    return value


def _position(where: str, value: JSON) -> None:
    if type(value) is not list or not 2 <= len(value) <= 3:  # lon, lat, height
        raise DocumentInvalid(where, "must hold positions [longitude, latitude].")
    for number in value:
        if type(number) not in (int, float) or not -1e9 < number < 1e9:
            raise DocumentInvalid(where, "must hold finite numbers as coordinates.")
    if not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):  # degrees
        raise DocumentInvalid(
            where, "must hold longitudes from -180 to 180 and latitudes from -90 to 90."
        )


def _several(
    inner: Callable[[str, JSON], None], least: int, what: str
) -> Callable[[str, JSON], None]:
    def check(where: str, value: JSON) -> None:
        if type(value) is not list or len(value) < least:
            raise DocumentInvalid(where, f"must hold at least {least} {what}.")
        for item in value:
            inner(where, item)

    return check


_LINE = _several(_position, 2, "positions")


def _ring(where: str, value: JSON) -> None:
    _several(_position, 4, "positions in each ring")(where, value)
    if value[0] != value[-1]:
        raise DocumentInvalid(where, "must close each ring: its last position is its first.")


_POLYGON = _several(_ring, 1, "rings")

_OF_FEATURES = frozenset(("geometry", "properties", "features", "geometries"))

_GEOMETRY_CHECKS: dict[str, Callable[[str, JSON], None]] = {
    "Point": _position,
    "MultiPoint": _several(_position, 1, "positions"),
    "LineString": _LINE,
    "MultiLineString": _several(_LINE, 1, "lines"),
    "Polygon": _POLYGON,
    "MultiPolygon": _several(_POLYGON, 1, "polygons"),
}
