"""Where the notifications of a subscription go (CIM 009 5.2.15, 7.2): HTTP or MQTT."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.model import JSON
from dalgu.hub.values import check_uri

DEFAULT_TIMEOUT_S: Final = 10.0
MAX_TIMEOUT_S: Final = 60.0
MAX_PERIOD_S: Final = 366 * 86_400.0

HTTP: Final = ("http", "https")
MQTT: Final = ("mqtt", "mqtts")
DEFAULT_VERSION: Final = "mqtt5.0"

_ACCEPTED: Final = ("application/json", "application/ld+json", "application/geo+json")
_QUALITIES: Final = {"0": 0, "1": 1, "2": 2}
_VERSIONS: Final = ("mqtt3.1.1", DEFAULT_VERSION)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~\-]{1,100}", re.ASCII)
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,4000}", re.ASCII)
_OWN_HEADERS: Final = frozenset(
    ("host", "content-length", "content-type", "transfer-encoding", "connection", "link")
)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where notifications go, and how long the hub waits there."""

    uri: str
    accept: str = "application/json"
    timeout_s: float = DEFAULT_TIMEOUT_S
    cooldown_s: float = 0.0
    headers: Pairs = ()  # what the receiver is told besides: headers, or metadata in MQTT
    quality: int = 0  # of MQTT: at most once, at least once, exactly once
    version: str = DEFAULT_VERSION  # of MQTT

    @property
    def is_mqtt(self) -> bool:
        """Whether notifications are published at a broker."""
        return self.uri.partition(":")[0].lower() in MQTT


def read_endpoint(value: JSON) -> Endpoint:
    """Return the endpoint that a subscription names.

    Raises
    ------
    DocumentInvalid
        When it cannot be reached by HTTP or MQTT, or asks for what these do not know.
    """
    if not isinstance(value, dict):
        raise DocumentInvalid("notification.endpoint", "is required and must be an object.")
    uri = check_uri("notification.endpoint.uri", value.get("uri"))
    _check_address(uri, _split(uri))
    accept = value.get("accept", "application/json")
    if accept not in _ACCEPTED:
        raise DocumentInvalid("notification.endpoint.accept", f"may be {', '.join(_ACCEPTED)}.")
    binding = dict(_pairs("notifierInfo", value.get("notifierInfo")))
    is_mqtt = urlsplit(uri).scheme in MQTT
    return Endpoint(
        uri,
        accept,
        # CIM 009 5.2.15: milliseconds
        _seconds("timeout", value.get("timeout", DEFAULT_TIMEOUT_S * 1e3), 1e3 * MAX_TIMEOUT_S),
        _seconds("cooldown", value["cooldown"], 1e3 * MAX_PERIOD_S) if "cooldown" in value else 0,
        _headers(_pairs("receiverInfo", value.get("receiverInfo")), is_mqtt=is_mqtt),
        _quality(binding.get("MQTT-QoS", "0")),
        _version(binding.get("MQTT-Version", DEFAULT_VERSION)),
    )


def topic_of(uri: str) -> str:
    """Return the topic of an MQTT address.

    >>> topic_of("mqtt://broker.example:1883/city/water")
    'city/water'
    """
    return unquote(urlsplit(uri).path[1:])


def _check_address(uri: str, parts: SplitResult) -> None:
    where = "notification.endpoint.uri"
    if parts.scheme in MQTT:
        topic = unquote(parts.path[1:])
        is_told_whole = {"+", "#", "?", "\0"}.isdisjoint(topic + uri.partition("//")[2])
        if not parts.hostname or not topic or not is_told_whole:
            raise DocumentInvalid(where, "must be an mqtt address with a topic: mqtt://host/topic.")
    elif parts.scheme not in HTTP or not parts.hostname or "@" in parts.netloc:
        raise DocumentInvalid(where, "must be an address of http, https, mqtt or mqtts.")


def _split(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # is read late, and may be no number
    except ValueError:
        raise DocumentInvalid("notification.endpoint.uri", "must be a valid address.") from None
    return parts


def _seconds(where: str, value: JSON, highest_ms: float) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 < value <= highest_ms:
        raise DocumentInvalid(where, f"must be milliseconds, more than 0, to {highest_ms:g}.")
    return float(value) / 1e3


def _pairs(where: str, value: JSON) -> Pairs:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DocumentInvalid(where, "must be an array of key and value.")
    pairs: list[tuple[str, str]] = []
    for one in value:
        key, text = (one.get("key"), one.get("value")) if isinstance(one, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(text, str):
            raise DocumentInvalid(where, "must be an array of key and value, both text.")
        pairs.append((key, text))
    return tuple(pairs)


def _headers(pairs: Pairs, *, is_mqtt: bool) -> Pairs:
    for key, text in pairs:
        if not is_mqtt and not (_HEADER_NAME.fullmatch(key) and _HEADER_VALUE.fullmatch(text)):
            raise DocumentInvalid("receiverInfo", "must hold names and values of HTTP headers.")
        if key.lower() in _OWN_HEADERS:
            raise DocumentInvalid("receiverInfo", f"must not set '{key[:100]}'.")
    return pairs


def _quality(text: str) -> int:
    if text not in _QUALITIES:
        raise DocumentInvalid("notifierInfo", "MQTT-QoS may be 0, 1 or 2.")
    return _QUALITIES[text]


def _version(text: str) -> str:
    if text not in _VERSIONS:
        raise DocumentInvalid("notifierInfo", f"MQTT-Version may be {' or '.join(_VERSIONS)}.")
    return text
