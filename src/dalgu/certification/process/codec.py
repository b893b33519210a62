"""Commands from JSON, and entries of the log to and from JSON."""

import re
from datetime import datetime
from functools import cache
from typing import Any, Union

import msgspec

from dalgu.certification.process.acts.act import Command, Event
from dalgu.certification.process.errors import CommandInvalid, CommandUnknown
from dalgu.certification.process.state import Entry
from dalgu.certification.process.table import BY_NAME, event_kinds
from dalgu.certification.process.words import ProgrammeRole

_AT = re.compile(r"^(?P<reason>.*?)(?: - at `(?:key in )?\$\.?(?P<field>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"field `(?P<field>[^`]+)`")


class _Stored(msgspec.Struct, frozen=True):
    """An entry as it stands in the ledger."""

    at: datetime
    by: str
    role: ProgrammeRole
    event: msgspec.Raw


def command_of(name: str, body: bytes) -> Command:
    """Return a command from its name and its parts in JSON.

    Raises
    ------
    CommandUnknown
        When there is no such command, or it is not taken from outside.
    CommandInvalid
        When a part does not fit; it names the field.

    """
    spec = BY_NAME.get(name)
    if spec is None or spec.is_internal:
        raise CommandUnknown(name)
    try:
        return msgspec.json.decode(body, type=spec.command)
    except msgspec.ValidationError as mistake:
        field, reason = _place(str(mistake))
        raise CommandInvalid(name, field, reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as mistake:
        raise CommandInvalid(name, "$", f"the JSON is malformed ({mistake})") from None


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a command's parts, for forms and API documents."""
    spec = BY_NAME.get(name)
    if spec is None or spec.is_internal:
        raise CommandUnknown(name)
    return msgspec.json.schema(spec.command)


def encode(at: datetime, by: str, role: ProgrammeRole, event: Event) -> bytes:
    """Return an entry as it is sealed."""
    return msgspec.json.encode(_Stored(at, by, role, msgspec.Raw(msgspec.json.encode(event))))


def decode(seq: int, content: bytes, digest: str) -> Entry:
    """Return an entry from the bytes that `encode` gave."""
    stored = msgspec.json.decode(content, type=_Stored)
    return Entry(
        seq=seq,
        at=stored.at,
        by=stored.by,
        role=stored.role,
        event=_events().decode(stored.event),
        digest=digest,
    )


@cache
def _events() -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(Union[event_kinds()])  # noqa: UP007 - built from a list


def _place(message: str) -> tuple[str, str]:
    """Split a decoder's message into the field it is about and the reason."""
    found = _AT.match(message)
    field = (found["field"] if found else "") or ""
    reason = (found["reason"] if found else message) or message
    named = _NAMED.search(reason)
    if named is not None:
        field = f"{field}.{named['field']}".strip(".")
    return field or "$", reason
