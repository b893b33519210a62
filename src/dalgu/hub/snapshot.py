"""One snapshot as its clients see it (CIM 009 5.2.41, 5.3.4): its body checked, its state told."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from dalgu.hub.endpoint import Endpoint, read_endpoint
from dalgu.hub.errors import BadRequestData, DocumentInvalid
from dalgu.hub.maps import parse_lifetime
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso

LONGEST_LIFETIME: Final = timedelta(days=7)  # a wish for more is cut down to it (5.16.1.4)
DEFAULT_LIFETIME: Final = timedelta(days=1)
DEFAULT_PRIORITY: Final = 5
QUERIES: Final = "snapshotQueries"
TEMPORAL_QUERIES: Final = "snapshotTemporalQueries"
DETAILS: Final = {
    QUERIES: "snapshotQueriesDetails",
    TEMPORAL_QUERIES: "snapshotTemporalQueriesDetails",
}

CHANGEABLE: Final = frozenset(("snapshotLifetime", "snapshotPriority", "endpoint", "receiverInfo"))
TOLD: Final = frozenset(
    (*DETAILS.values(), "snapshotStatus", "createdAt", "modifiedAt", "expiresAt", "lastUsedAt")
)
MEMBERS: Final = CHANGEABLE | TOLD | DETAILS.keys() | {"id", "type"}


def checked(given: Document) -> Document:
    """Return the members that a client may change; raise `DocumentInvalid` where one is wrong."""
    priority = given.get("snapshotPriority", DEFAULT_PRIORITY)
    if type(priority) is not int or not 1 <= priority <= 10:  # as 5.2.41 says
        raise DocumentInvalid("snapshotPriority", "must be a whole number from 1 to 10.")
    lifetime_of(given)
    if "receiverInfo" in given and "endpoint" not in given:
        read_endpoint({"uri": "http://a.example/", "receiverInfo": given["receiverInfo"]})
    endpoint_of(given)
    return given


def lifetime_of(given: Document) -> timedelta:
    """Return how long a snapshot lives."""
    if "snapshotLifetime" not in given:
        return DEFAULT_LIFETIME
    text = given["snapshotLifetime"]
    if not isinstance(text, str):
        raise DocumentInvalid("snapshotLifetime", "must be a duration, as PT1H.")
    return min(parse_lifetime(text), LONGEST_LIFETIME)


def endpoint_of(held: Document) -> Endpoint | None:
    """Return where the status of a snapshot is notified, `None` where nobody asked."""
    if "endpoint" not in held:
        return None
    return read_endpoint({"uri": held["endpoint"], "receiverInfo": held.get("receiverInfo")})


def queries_of(body: JSON, member: str) -> list[JSON]:
    """Return the queries of a snapshot that is to be made, those of one kind."""
    queries = body.get(member, []) if isinstance(body, dict) else []
    if not isinstance(queries, list):
        raise BadRequestData(f"Member '{member}' of a snapshot must be an array of queries.")
    return queries


def status_of(results: Sequence[str]) -> str:
    """Return the status of a snapshot from those of its queries (5.16.1.4).

    >>> status_of(["success", "empty"]), status_of(["failure"])
    ('partial', 'failure')
    """
    if results and set(results) == {"success"}:
        return "success"
    if "success" in results:
        return "partial"
    return "empty" if "empty" in results else "failure"


def notification_of(held: Document, now: datetime, *, is_gone: bool = False) -> Document:
    """Return the notification of a snapshot's status (5.3.4).

    One that is gone expired before it is told: that is how 5.3.4 says so.
    """
    expires_at = iso(now - timedelta(seconds=1)) if is_gone else held["expiresAt"]
    body: Document = {
        "id": f"urn:ngsi-ld:SnapshotNotification:{uuid.uuid4()}",
        "type": "SnapshotNotification",
        "notifiedAt": iso(now),
        "snapshotId": held["id"],
        "snapshotStatus": held["snapshotStatus"],
        "snapshotPriority": held["snapshotPriority"],
        "expiresAt": expires_at,
    }
    # 5.3.4 spells the second list otherwise than 5.2.41 does.
    names = {"temporalSnapshotQueriesDetails": DETAILS[TEMPORAL_QUERIES]}
    names |= {DETAILS[QUERIES]: DETAILS[QUERIES]}
    return body | {name: held[member] for name, member in names.items() if member in held}
