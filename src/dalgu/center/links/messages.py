"""What is told to an agency: exactly the fields of its link, from all that is known."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from dalgu.center.links.kinds import VERSION, Link, field_of
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput

LONGEST_TEXT = 500  # signs of what a person adds
HIDDEN = "…"  # in place of a still or a secret, for those who may not see it
# Resident registration and mobile numbers: a slip of the hand must not send them.
_NUMBERS = re.compile(r"\d{6}\s*-?\s*[1-8]\d{6}|01[016789][-\s.]?\d{3,4}[-\s.]?\d{4}")


class PersonNamed(InvalidInput):
    """What a person adds holds a resident registration or telephone number."""

    slug = "link-person-named"
    title = "The message names a person"

    def __init__(self, field: str) -> None:
        super().__init__(
            f"Field '{field}' holds a resident registration or telephone number; messages to "
            "agencies name nobody. Take it out.",
            field=field,
        )


class FieldLacking(InvalidInput):
    """A field that the link's messages must have is not known."""

    slug = "link-field-lacking"
    title = "The message lacks a field"

    def __init__(self, link: str, field: str) -> None:
        super().__init__(f"A message of link '{link}' lacks '{field}'.", link=link, field=field)


class Head(msgspec.Struct, frozen=True):
    """What every message begins with."""

    message: str
    city: str
    sent_at: datetime
    is_drill: bool


def message(link: Link, head: Head, known: Mapping[str, JSON]) -> bytes:
    """Return the message of a link as JSON: its own fields of what is known, and no others.

    Parameters
    ----------
    link
        Whom it goes to.
    head
        Its id and instant.
    known
        All that could be told, by field; empty texts and `None` count as not known.

    Raises
    ------
    FieldLacking
        When a required field is not known.
    PersonNamed
        When a text of a person holds a resident registration or telephone number.
    """
    told: dict[str, Any] = {
        "version": VERSION,
        "message": head.message,
        "link": link.code,
        "city": head.city,
        "sent_at": iso(head.sent_at),
        "is_drill": head.is_drill,
    }
    for name in link.fields:
        value = known.get(name)
        if value in (None, "", []):
            if field_of(name).required:
                raise FieldLacking(link.code, name)
            continue
        told[name] = _checked(name, value)
    return msgspec.json.encode(told)


def readable(body: bytes, *, with_images: bool) -> dict[str, Any]:
    """Return a message to be read again: link secrets never, stills only for those who may see."""
    told: dict[str, Any] = msgspec.json.decode(body)
    if "video_link" in told:
        told["video_link"] = re.sub(r"[^/]+$", HIDDEN, told["video_link"])
    if not with_images:
        for still in told.get("stills", ()):
            still["base64"] = HIDDEN
    return told


def _checked(name: str, value: JSON) -> JSON:
    if isinstance(value, str) and name in ("note", "appearance"):
        if _NUMBERS.search(value):
            raise PersonNamed(name)
        return value[:LONGEST_TEXT]
    return value
