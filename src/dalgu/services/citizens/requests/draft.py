"""A request before it is filed, and whether what a service asks was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dalgu.korean.masking import masked
from dalgu.services.citizens.requests.catalogue import CityService, Datatype, ServiceAttribute
from dalgu.services.citizens.requests.deeds import Photo
from dalgu.services.citizens.requests.refusals import (
    RequestAttributeInvalid,
    RequestAttributeRequired,
)
from dalgu.services.citizens.requests.words import Channel

LONGEST_DESCRIPTION = 4_000  # letters (GeoReport v2)
LONGEST_ADDRESS = 200
LONGEST_URL = 1_000
LONGEST_VALUE = 200
LONGEST_TEXT = 1_000  # of an attribute of the type text

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the reporter: goes to the vault and nowhere else."""

    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not (self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to report."""

    code: str
    description: str
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    address_id: str = ""
    attributes: Answers = field(default_factory=dict)
    contact: Contact = field(default_factory=Contact)
    photos: tuple[bytes, ...] = ()
    kept: tuple[Photo, ...] = ()  # photos that are kept already
    media_url: str = ""
    channel: Channel = Channel.PAGE
    token: str = ""  # by which a client asks again for the number: sent twice it is filed once
    source: str = ""  # id of what it grows out of
    remote: str = ""  # whom to slow down where the actor names nobody


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody adds to a request."""

    text: str
    remote: str = ""  # whom to slow down where the actor names nobody
    external: str = ""  # the id that a client gave it
    media_url: str = ""


def answered(service: CityService, sent: Answers) -> dict[str, tuple[str, ...]]:
    """Return the answers to what a service asks, masked; what it does not ask is left out.

    Raises
    ------
    RequestAttributeRequired, RequestAttributeInvalid
    """
    found: dict[str, tuple[str, ...]] = {}
    for asked in service.attributes:
        values = [one.strip() for one in sent.get(asked.code, ()) if one.strip()]
        if not asked.is_variable:
            continue
        if not values:
            if asked.is_required:
                raise RequestAttributeRequired(asked.code)
            continue
        found[asked.code] = tuple(_value(asked, one) for one in _counted(asked, values))
    return found


def _counted(asked: ServiceAttribute, values: list[str]) -> list[str]:
    if len(values) > 1 and asked.datatype is not Datatype.MANY:
        raise RequestAttributeInvalid(asked.code, "one value")
    return list(dict.fromkeys(values))


def _value(asked: ServiceAttribute, value: str) -> str:
    if asked.datatype in (Datatype.ONE, Datatype.MANY):
        if value not in asked.values:
            raise RequestAttributeInvalid(asked.code, f"one of {', '.join(asked.values)}")
        return value
    if asked.datatype is Datatype.NUMBER:
        return _number(asked.code, value)
    if asked.datatype is Datatype.DATETIME:
        return _instant(asked.code, value)
    longest = LONGEST_TEXT if asked.datatype is Datatype.TEXT else LONGEST_VALUE
    if len(value) > longest:
        raise RequestAttributeInvalid(asked.code, f"at most {longest} letters")
    text = value if asked.datatype is Datatype.TEXT else " ".join(value.split())
    return masked(text)


def _number(code: str, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        raise RequestAttributeInvalid(code, "a number") from None
    if not abs(number) < 1e12:
        raise RequestAttributeInvalid(code, "a number")
    return f"{number:g}" if number != int(number) else str(int(number))


def _instant(code: str, value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise RequestAttributeInvalid(code, "a date or an instant of ISO 8601") from None
    return value
