"""What programs send: arguments of queries and forms, read from their text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from dalgu.kernel.clock import LOCAL
from dalgu.services.citizens.requests.draft import Contact
from dalgu.services.citizens.requests.refusals import RequestArgumentInvalid
from dalgu.services.citizens.requests.words import EXTENDED, State

LONGEST_SPAN = timedelta(days=90)
MOST = 1_000
WIDEST_RADIUS_M = 50_000.0
STATUSES = ("open", "closed")

Sent = Mapping[str, list[str]]

_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,60})\](?:\[\w*\])?")


@dataclass(frozen=True, slots=True)
class Around:
    """A circle: everything within a radius of a place."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Listing:
    """Which requests a program asks for; `None` and empty ask for all."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    states: tuple[State, ...] = ()  # of FixMyStreet's words
    since: datetime | None = None
    until: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    around: Around | None = None
    box: tuple[float, float, float, float] | None = None
    page: int = 1
    page_size: int = MOST


def text(sent: Sent, name: str) -> str:
    """Return an argument; an empty one is as good as none (Optional Arguments)."""
    return sent.get(name, [""])[0].strip()


def several(sent: Sent, name: str) -> tuple[str, ...]:
    """Return the values of an argument with commas between, or declared several times."""
    values = (one.strip() for told in sent.get(name, ()) for one in told.split(","))
    return tuple(dict.fromkeys(one for one in values if one))


def listing(sent: Sent, now: datetime) -> Listing:
    """Return what a query asks for; raise `RequestArgumentInvalid`."""
    statuses, states = _statuses(sent)
    since, until = _span(sent, now)
    return Listing(
        ids=several(sent, "service_request_id"),
        codes=several(sent, "service_code"),
        statuses=statuses,
        states=states,
        since=since,
        until=until,
        updated_after=instant(sent, "updated_after"),
        updated_before=instant(sent, "updated_before"),
        around=_around(sent),
        box=_box(sent),
        page=_count(sent, "page", 1, 10**9),
        page_size=_count(sent, "page_size", MOST, MOST),
    )


def _statuses(sent: Sent) -> tuple[tuple[str, ...], tuple[State, ...]]:
    """Return the statuses of GeoReport, and the states that FixMyStreet's words mean."""
    plain, extended = [], set()
    for told in several(sent, "status"):
        if told.lower() in STATUSES:
            plain.append(told.lower())
        elif told.upper() in EXTENDED.values():
            extended.add(told.upper())
        else:
            raise RequestArgumentInvalid("status", "open, closed, or both with a comma between")
    states = tuple(state for state, word in EXTENDED.items() if word in extended)
    return tuple(plain), states


def _span(sent: Sent, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the span of `requested_datetime`: ninety days where it is not told, nor more.

    Who asks for what changed since an instant asks for no span.
    """
    since, until = instant(sent, "start_date"), instant(sent, "end_date")
    if since is None and until is None:
        is_by_change = text(sent, "updated_after") or text(sent, "updated_before")
        return (None, None) if is_by_change else (now - LONGEST_SPAN, None)
    if until is None:
        return since, _later(since, LONGEST_SPAN)
    if since is None:
        return _later(until, -LONGEST_SPAN), until
    if until < since:
        raise RequestArgumentInvalid("end_date", "after start_date")
    if until - since > LONGEST_SPAN:
        raise RequestArgumentInvalid("end_date", f"within {LONGEST_SPAN.days} days of start_date")
    return since, until


def _later(at: datetime | None, by: timedelta) -> datetime | None:
    try:
        return None if at is None else at + by
    except OverflowError:
        return None


def instant(sent: Sent, name: str) -> datetime | None:
    """Return an instant of the W3C's form; where no zone is told, the city's.

    A plus sign that was not escaped has become a blank on its way.
    """
    told = text(sent, name)
    if not told:
        return None
    try:
        found = datetime.fromisoformat(told.replace(" ", "+") if "T" in told else told)
        zoned = found if found.tzinfo else found.replace(tzinfo=LOCAL)
        zoned.timestamp()
    except (ValueError, OverflowError):
        raise RequestArgumentInvalid(name, "an instant as 2026-11-29T09:00:00+09:00") from None
    return zoned


def number(sent: Sent, name: str) -> float | None:
    """Return a finite number, `None` where none was sent."""
    told = text(sent, name)
    if not told:
        return None
    try:
        found = float(told)
    except ValueError:
        raise RequestArgumentInvalid(name, "a number") from None
    if not isfinite(found):
        raise RequestArgumentInvalid(name, "a number")
    return found


def _count(sent: Sent, name: str, default: int, most: int) -> int:
    told = text(sent, name)
    if not told:
        return default
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:12]) <= most):
        raise RequestArgumentInvalid(name, f"a whole number from 1 to {most}")
    return int(told)


def _around(sent: Sent) -> Around | None:
    radius_m = number(sent, "radius")
    if radius_m is None:
        return None
    lon, lat = number(sent, "long"), number(sent, "lat")
    if lon is None or lat is None:
        raise RequestArgumentInvalid("radius", "sent with lat and long")
    if not 0 < radius_m <= WIDEST_RADIUS_M:
        raise RequestArgumentInvalid("radius", f"metres up to {WIDEST_RADIUS_M:g}")
    return Around(lon, lat, radius_m)


def _box(sent: Sent) -> tuple[float, float, float, float] | None:
    told = [one.strip() for one in text(sent, "bbox").split(",")]
    if told == [""]:
        return None
    try:
        west, south, east, north = map(float, told)
    except ValueError:
        raise RequestArgumentInvalid("bbox", "west,south,east,north in degrees") from None
    if not (west <= east and south <= north):
        raise RequestArgumentInvalid("bbox", "west,south,east,north in degrees")
    return west, south, east, north


def attributes(sent: Sent) -> dict[str, list[str]]:
    """Return the answers of a form: `attribute[code]=…`, `attribute[code][]=…` for several."""
    found: dict[str, list[str]] = {}
    for name, values in sent.items():
        told = _ATTRIBUTE.fullmatch(name)
        if told:
            found.setdefault(told[1], []).extend(values)
    return found


def contact(sent: Sent) -> Contact:
    """Return how to reach the sender, family name first as Korean names are."""
    names = (text(sent, "last_name"), text(sent, "first_name"))
    return Contact(" ".join(filter(None, names)), text(sent, "email"), text(sent, "phone"))
