"""The checks that every message format shares: JSON, instants, device ids, bytes in text."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

import msgspec

from dalgu.devices.errors import BodyTooLarge, FieldInvalid, JsonInvalid
from dalgu.kernel.clock import iso

T = TypeVar("T")

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

MAX_BODY_BYTES = 1_048_576  # a day of a 200-lot car park server is a tenth of it
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a device clock before this was never set
MAX_AHEAD = timedelta(days=1)  # further ahead no clock error of a time zone reaches

_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_MISSING = re.compile(r"missing required field `([^`]*)`")
_DEVICE = re.compile(r"[a-z][a-z0-9]*:[A-Za-z0-9._~/+@=-]{1,150}")


def from_json(decoder: msgspec.json.Decoder[T], body: bytes, format: str) -> T:
    """Return a body as the typed value of its format; unknown fields are passed over.

    Raises
    ------
    BodyTooLarge, JsonInvalid, FieldInvalid
        When the body passes the limit, is no JSON, or lacks or mistypes a field.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(format, len(body), MAX_BODY_BYTES)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise field_invalid(format, str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JsonInvalid(format, str(error)) from None
    except RecursionError:
        raise JsonInvalid(format, "it is nested too deeply") from None


def field_invalid(format: str, message: str) -> FieldInvalid:
    """Return the error of a msgspec validation message, with the field it names.

    >>> field_invalid("ttn", "Expected `int`, got `str` - at `$.uplink_message.f_port`").parts
    {'format': 'ttn', 'field': 'uplink_message.f_port', 'reason': 'Expected `int`, got `str`'}
    """
    path = _PATH.search(message)
    missing = _MISSING.search(message)
    names = [name for name in (path and path[1], missing and missing[1]) if name]
    return FieldInvalid(format, ".".join(names) or "body", _PATH.sub("", message))


def plausible(at: datetime, received_at: datetime, *, format: str, field: str) -> datetime:
    """Return an instant in UTC when a device can have meant it.

    Raises
    ------
    FieldInvalid
        When it lies before 2000 or more than a day after the message came in.
    """
    if not EARLIEST <= at <= received_at + MAX_AHEAD:
        raise FieldInvalid(
            format,
            field,
            f"{iso(at) if at.year > 1 else at.isoformat()} lies before 2000 "
            f"or more than a day after {iso(received_at)}",
        )
    return at.astimezone(UTC)


def device_id(text: str, *, format: str, field: str) -> str:
    """Return a registry id when it can be part of an entity's URN.

    Raises
    ------
    FieldInvalid
        When it has no kind before a colon, is too long, or holds a sign a URN does not allow.
    """
    if _DEVICE.fullmatch(text) is None:
        raise FieldInvalid(
            format, field, "a device id must be as 'kind:id', of letters, digits and ._~/+@=-"
        )
    return text


def from_base64(text: str, *, format: str, field: str) -> bytes:
    """Return the bytes of a base64 text; raise `FieldInvalid` when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldInvalid(format, field, f"it is not base64 ({error})") from None


def from_hex(text: str, *, format: str, field: str) -> bytes:
    """Return the bytes of a hexadecimal text, spaces allowed; else raise `FieldInvalid`."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise FieldInvalid(format, field, "it is not hexadecimal") from None
