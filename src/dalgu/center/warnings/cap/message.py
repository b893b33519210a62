"""A CAP message as values: every text as it was written, so that nothing is lost on the way.

`None` is an element that is not there; an empty text is one that is there and empty.
"""

import re
from datetime import datetime

import msgspec

from dalgu.center.warnings.cap.words import Version

# CAP 1.2, 3.3.2: no fraction, a numeric offset, never the letter Z. Schemas of 1.0 and 1.1 allow
# a fraction.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)
FRACTION = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?[-+]\d\d:\d\d", re.ASCII)
LARGEST_OFFSET_H = 14  # XML Schema part 2, 3.2.7.3


class Pair(msgspec.Struct, frozen=True):
    """A name and its value; 1.0 writes them as `name=value`."""

    name: str
    value: str


class Reference(msgspec.Struct, frozen=True):
    """What names one message among all: who sent it, under which identifier, and when."""

    sender: str
    identifier: str
    sent: str

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{self.sent}"


class Resource(msgspec.Struct, frozen=True):
    """A file that goes with a message."""

    resource_desc: str = ""
    mime_type: str | None = None
    size: str | None = None  # bytes
    uri: str | None = None
    deref_uri: str | None = None  # base64
    digest: str | None = None  # SHA-1, hexadecimal


class Area(msgspec.Struct, frozen=True):
    """Where it holds: polygons and circles have the latitude first, in degrees WGS 84."""

    area_desc: str = ""
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()  # lat,lon radius in kilometres
    geocodes: tuple[Pair, ...] = ()
    altitude: str | None = None  # feet above mean sea level
    ceiling: str | None = None  # feet above mean sea level


class Info(msgspec.Struct, frozen=True):
    """What is so, in one language."""

    language: str | None = None  # en-US where none is said
    categories: tuple[str, ...] = ()
    event: str = ""
    response_types: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    audience: str | None = None
    event_codes: tuple[Pair, ...] = ()
    effective: str | None = None
    onset: str | None = None
    expires: str | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


class Alert(msgspec.Struct, frozen=True):
    """One message; `extensions` holds signatures as the XML they came as."""

    version: Version = Version.CAP12
    identifier: str = ""
    sender: str = ""
    sent: str = ""
    status: str = ""
    kind: str = ""
    password: str | None = None  # 1.0 alone
    source: str | None = None
    scope: str | None = None  # 1.0 may leave it out
    restriction: str | None = None
    addresses: str | None = None
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: str | None = None
    incidents: str | None = None
    infos: tuple[Info, ...] = ()
    extensions: tuple[str, ...] = ()

    @property
    def reference(self) -> Reference:
        """What later messages name this one by."""
        return Reference(self.sender.strip(), self.identifier.strip(), self.sent.strip())

    @property
    def referred(self) -> tuple[Reference, ...]:
        """The messages it speaks of; what is no triplet is left out."""
        found = (token.split(",") for token in (self.references or "").split())
        return tuple(Reference(*parts) for parts in found if len(parts) == 3)

    def expires_at(self) -> datetime | None:
        """Return the latest end of its infos, `None` where one of them has none."""
        ends = [instant(info.expires) for info in self.infos]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


def instant(text: str | None) -> datetime | None:
    """Return an instant of a message, aware; `None` for none and for what is not one.

    >>> instant("2026-11-29T12:00:00+09:00").hour, instant("2026-11-29T03:00:00Z")
    (12, None)
    """
    found = FRACTION.fullmatch((text or "").strip())
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found.group())
    except ValueError:
        return None
    offset = at.utcoffset()
    too_far = offset is None or abs(offset.total_seconds()) > LARGEST_OFFSET_H * 3600
    return None if too_far else at
