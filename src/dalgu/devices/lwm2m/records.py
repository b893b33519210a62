"""The values of an LwM2M payload, whatever it is written in: path, value, instant.

SenML in JSON and CBOR (RFC 8428; LwM2M 1.1 Core, 7.4.4 and 7.4.5), TLV (7.4.3) and plain text
for a single resource (7.4.1).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dalgu.devices.lwm2m.errors import ContentFormatUnknown, Lwm2mPayloadInvalid

Value = float | str | bool | bytes

TEXT, SENML_JSON, SENML_CBOR, TLV = 0, 110, 112, 11542  # IANA CoAP content formats
MOST_RECORDS = 2_000  # a month of hourly values is 744
# RFC 8428, 6: the labels of SenML in CBOR.
CBOR_LABELS = {-2: "bn", -3: "bt", -4: "bu", -5: "bv", 0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb",
               6: "t", 8: "vd"}  # fmt: skip
RELATIVE_BEFORE_S = 2**28  # RFC 8428, 4.5.3: smaller times are relative to now


@dataclass(frozen=True, slots=True)
class Record:
    """One value of one resource.

    `path` is object, instance, resource and perhaps resource instance; `at_s` seconds since
    1970 UTC, relative to the receipt when small or negative, `None` where nothing is said.
    """

    path: tuple[int, ...]
    value: Value
    at_s: float | None = None


def read_records(content_format: int, body: bytes, path: str = "/") -> list[Record]:
    """Return the values of a payload.

    Parameters
    ----------
    content_format, body
        As CoAP carried them.
    path
        What was asked for, as `/3424/0`: payloads in TLV and text leave it out.

    Raises
    ------
    ContentFormatUnknown, Lwm2mPayloadInvalid
        When the format is none of those read, or the payload does not follow it.

    Examples
    --------
    >>> read_records(SENML_JSON, b'[{"bn":"/3424/0/","n":"1","v":12.5}]')
    [Record(path=(3424, 0, 1), value=12.5, at_s=None)]

    """
    if content_format not in READERS:
        raise ContentFormatUnknown(content_format, tuple(READERS))
    records = READERS[content_format](body, _path(path))
    if len(records) > MOST_RECORDS:
        raise Lwm2mPayloadInvalid(f"it has {len(records)} values; at most {MOST_RECORDS} are read")
    return records


def _senml_json(body: bytes, _: tuple[int, ...]) -> list[Record]:
    import msgspec

    try:
        pack = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Lwm2mPayloadInvalid(f"it is not JSON ({error})") from None
    return _senml(pack)


def _senml_cbor(body: bytes, _: tuple[int, ...]) -> list[Record]:
    import cbor2

    try:
        pack = cbor2.loads(body)
    except Exception as error:
        raise Lwm2mPayloadInvalid(f"it is not CBOR ({type(error).__name__})") from None
    if not isinstance(pack, list):
        raise Lwm2mPayloadInvalid("SenML is an array of records")
    named = [
        {CBOR_LABELS.get(key, str(key)): value for key, value in one.items()}
        for one in pack
        if isinstance(one, Mapping)
    ]
    return _senml(named if len(named) == len(pack) else None)


def _senml(pack: Any) -> list[Record]:
    if not isinstance(pack, list) or not all(isinstance(one, Mapping) for one in pack):
        raise Lwm2mPayloadInvalid("SenML is an array of records")
    return list(_resolved(pack))


def _resolved(pack: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    """Resolve base names, times and values (RFC 8428, 4.6)."""
    name, time_s, base = "", 0.0, 0.0
    for one in pack:
        name = one.get("bn", name)
        time_s = _number(one.get("bt", time_s))
        base = _number(one.get("bv", base))
        if not isinstance(name, str) or not isinstance(one.get("n", ""), str):
            raise Lwm2mPayloadInvalid("a name is not text")
        value = _value(one, base)
        if value is None:
            continue
        at_s = time_s + _number(one.get("t", 0.0))
        yield Record(_path(name + one.get("n", "")), value, at_s or None)


def _value(one: Mapping[str, Any], base: float) -> Value | None:
    if "v" in one:
        return base + _number(one["v"])
    for label, kind in (("vb", bool), ("vs", str), ("vd", (bytes, str))):
        if label in one:
            if not isinstance(one[label], kind):
                raise Lwm2mPayloadInvalid(f"'{label}' holds another kind of value")
            value: Value = one[label]
            return value
    return None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Lwm2mPayloadInvalid("a number is required where another value stands")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Lwm2mPayloadInvalid("a number is not finite")
    return number


def _text(body: bytes, path: tuple[int, ...]) -> list[Record]:
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Lwm2mPayloadInvalid("plain text is not UTF-8") from None
    try:
        return [Record(path, _number(float(text)))]
    except ValueError:
        return [Record(path, text)]


def _path(text: str) -> tuple[int, ...]:
    parts = [part for part in text.split("/") if part]
    if len(parts) > 4 or not all(part.isascii() and part.isdigit() for part in parts):
        raise Lwm2mPayloadInvalid(f"'{text[:40]}' is no path of an object")
    return tuple(int(part[:6]) for part in parts)


def _tlv(body: bytes, path: tuple[int, ...]) -> list[Record]:
    from dalgu.devices.lwm2m.tlv import read_tlv

    return [Record(place, value) for place, value in read_tlv(body, path)]


READERS: dict[int, Callable[[bytes, tuple[int, ...]], list[Record]]] = {
    TEXT: _text,
    SENML_JSON: _senml_json,
    SENML_CBOR: _senml_cbor,
    TLV: _tlv,
}
