"""Members of a registration that stand for themselves, each checked by its table."""

import re
from typing import Final

from dalgu.hub.errors import BadRequestData, DocumentInvalid
from dalgu.hub.federation.operations import AUXILIARY, DEFAULT, GROUPS, OPERATIONS, expanded
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import check_geometry, check_text, check_uri, instant

MAX_SECONDS: Final = 366 * 86_400.0
DURATION: Final = re.compile(
    r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    re.ASCII,
)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-]{1,100}", re.ASCII)
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,4000}", re.ASCII)
_MEDIA_TYPES: Final = ("application/json", "application/ld+json")


def check_texts(body: Document, names: tuple[str, ...]) -> None:
    """Raise when a member is there and is no text."""
    for name in names:
        if name in body:
            value = body[name]
            if not isinstance(value, str) or not value:
                raise DocumentInvalid(name, "must be text that is not empty.")
            check_text(name, value)


def check_geometries(body: Document, names: tuple[str, ...]) -> None:
    """Raise when a member is there and is no GeoJSON geometry."""
    for name in names:
        if name in body:
            check_geometry(name, body[name])


def check_interval(name: str, value: JSON) -> None:
    """Raise when a value is no TimeInterval (5.2.11)."""
    if not isinstance(value, dict) or instant(value.get("startAt")) is None:
        raise DocumentInvalid(name, "must have 'startAt', a DateTime.")
    if "endAt" in value and instant(value["endAt"]) is None:
        raise DocumentInvalid(name, "must have a DateTime in 'endAt', or none.")


def check_management(value: JSON) -> Document:
    """Return the RegistrationManagementInfo (5.2.34), empty when there is none."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DocumentInvalid("management", "must be an object.")
    duration = value.get("cacheDuration")
    if "cacheDuration" in value and not (
        isinstance(duration, str) and DURATION.fullmatch(duration)
    ):
        raise DocumentInvalid("management.cacheDuration", "must be a duration, as PT5M.")
    for name in ("cooldown", "timeout"):
        seconds_of(value, name)
    if not isinstance(value.get("localOnly", False), bool):
        raise DocumentInvalid("management.localOnly", "must be true or false.")
    return value


def seconds_of(management: Document, name: str) -> float | None:
    """Return a member that is given in milliseconds."""
    value = management.get(name)
    if value is None and name not in management:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DocumentInvalid(f"management.{name}", "must be a number of milliseconds.")
    if not 0 < value <= MAX_SECONDS * 1000:
        raise DocumentInvalid(f"management.{name}", "must be greater than 0.")
    return float(value) / 1000


def check_key_values(value: JSON) -> tuple[tuple[str, str], ...]:
    """Return `contextSourceInfo` (4.3.6.5, 4.3.6.6) as pairs."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DocumentInvalid("contextSourceInfo", "must be an array of key and value.")
    pairs: list[tuple[str, str]] = []
    for one in value:
        key, text = (one.get("key"), one.get("value")) if isinstance(one, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(text, str):
            raise DocumentInvalid("contextSourceInfo", "must hold keys and values that are text.")
        if not _HEADER_NAME.fullmatch(key) or not _HEADER_VALUE.fullmatch(text):
            raise DocumentInvalid("contextSourceInfo", "must hold names and values of headers.")
        _check_reserved(key, text)
        pairs.append((key, text))
    return tuple(pairs)


def _check_reserved(key: str, text: str) -> None:
    if key in ("accept", "contentType") and text not in _MEDIA_TYPES:
        raise DocumentInvalid(f"contextSourceInfo.{key}", f"may be {' or '.join(_MEDIA_TYPES)}.")
    if key == "jsonldContext":
        check_uri("contextSourceInfo.jsonldContext", text)
    if key == "ngsildConformance" and not re.fullmatch(r"\d+\.\d+(?:\.\d+)?", text, re.ASCII):
        raise DocumentInvalid("contextSourceInfo.ngsildConformance", "must be as 1.8.")


def operations_of(value: JSON, *, is_auxiliary: bool) -> frozenset[str]:
    """Return the operations a source offers (4.20).

    An auxiliary source is never written to: it may offer reading only (5.9.2.4).
    """
    if value is None:
        return expanded(["retrieveOps"]) | {"queryBatch"} if is_auxiliary else DEFAULT
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise DocumentInvalid("operations", "must be an array of operation names.")
    for name in value:
        if name not in GROUPS and name not in OPERATIONS:
            raise DocumentInvalid("operations", f"has '{name[:80]}', which is no operation.")
    if is_auxiliary and not AUXILIARY.issuperset(value):
        raise BadRequestData("An auxiliary registration may offer only retrieveOps or its parts.")
    return expanded(value)
