"""What agencies tell us: how far they are with a message, and what they have heard themselves."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from dalgu.access.secret import digest, is_plausible, is_same
from dalgu.center.links.kinds import Link
from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput, Unauthenticated
from dalgu.kernel.ids import entity_id, iri_part
from dalgu.kernel.text import Text

AHEAD = timedelta(minutes=5)  # how far an agency's clock may be ahead of ours
LONGEST_TITLE = 120

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TITLE)]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Word = Annotated[str, msgspec.Meta(pattern="^[a-zA-Z_]{1,40}$")]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]


class NotOpenedByToken(Unauthenticated):
    """An agency shows no token of the link, or a wrong one."""

    slug = "link-token-invalid"
    title = "The token of the link is invalid"

    def __init__(self, link: str) -> None:
        super().__init__(
            f"Link '{link}' is opened by the token in the header Link-Token; the center makes a "
            "new one where the link is set up.",
            link=link,
        )


class AgencyInstantInvalid(InvalidInput):
    """An instant lies in the future, or before what it is about."""

    slug = "link-instant-invalid"
    title = "The instant is invalid"

    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"Instant {at.isoformat()} must have an offset, lie after the message was sent, and "
            "not in the future.",
            at=at.isoformat(),
        )


class DrillNotTaken(InvalidInput):
    """An agency reports something that is an exercise."""

    slug = "link-drill-not-taken"
    title = "Exercises are not taken by this way"

    def __init__(self, link: str) -> None:
        super().__init__(
            f"Link '{link}' takes no reports of exercises: they would raise real incidents. "
            "The center runs drills itself.",
            link=link,
        )


class Answer(msgspec.Struct, frozen=True):
    """How far an agency is with a message."""

    message: str
    status: Literal["received", "dispatched", "arrived", "finished", "refused"]
    at: datetime
    note: str = ""


class Report(msgspec.Struct, frozen=True):
    """What an agency has heard itself; `reference` is its own number, the same on each attempt."""

    reference: Reference
    title: Title
    category: Word
    lon: Longitude
    lat: Latitude
    sub_category: Word = "reported"
    severity: Literal["informational", "low", "medium", "high", "critical"] = "high"
    is_drill: bool = False


def holds(token: str, kept: str) -> bool:
    """Tell whether a token is the one whose digest is kept, in constant time."""
    return bool(kept) and is_plausible(token) and is_same(digest(token), kept)


def sane(at: datetime, now: datetime, *, since: datetime) -> datetime:
    """Return an agency's instant, not after ours; raise `AgencyInstantInvalid`."""
    if at.tzinfo is None or at > now + AHEAD or at < since - AHEAD:
        raise AgencyInstantInvalid(at)
    return min(at, now)


def alert_of(link: Link, report: Report, now: datetime) -> Alert:
    """Return the alert that a report becomes; the same report is the same alert."""
    return Alert(
        id=entity_id("Alert", "link", link.code, iri_part(report.reference)),
        name=Text(report.title, report.title),
        description=Text(f"{link.ko} 연계로 받은 신고", f"Reported over the link '{link.en}'"),
        category=report.category,
        sub_category=report.sub_category,
        severity=report.severity,
        status="open",
        alert_source=link.entity,
        date_issued=iso(now),
        location={"type": "Point", "coordinates": [report.lon, report.lat]},
    )
