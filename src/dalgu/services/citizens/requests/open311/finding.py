"""Which requests, and which updates, a program's question means."""

from collections.abc import Iterator
from datetime import datetime

from dalgu.kernel.geo import distance_m
from dalgu.services.citizens.requests.open311.asking import MOST, Listing
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.requests.state import ServiceRequest, Step


def found(room: Requests, asked: Listing) -> list[ServiceRequest]:
    """Return all requests that match, the newest first; ids override everything else."""
    if asked.ids:
        known = (room.all.get(int(one)) for one in asked.ids[:MOST] if is_id(one))
        return [one for one in known if one is not None]
    matching = [one for one in room.all.values() if _matches(room, one, asked)]
    return sorted(matching, key=lambda one: (one.at, one.number), reverse=True)


def paged(some: list[ServiceRequest], asked: Listing) -> list[ServiceRequest]:
    """Return the page that was asked for."""
    begin = (asked.page - 1) * asked.page_size
    return some[begin : begin + asked.page_size]


def is_id(text: str) -> bool:
    """Tell whether a text can be a number of ours."""
    return text.isascii() and text.isdigit() and len(text) <= 12


def _matches(room: Requests, one: ServiceRequest, asked: Listing) -> bool:
    status = "open" if room.is_open(one) else "closed"
    is_of_status = status in asked.statuses or one.state in asked.states
    return (
        _within(one.at, asked.since, asked.until)
        and _within(one.changed_at, asked.updated_after, asked.updated_before)
        and (not asked.codes or one.filed.code in asked.codes)
        and (not (asked.statuses or asked.states) or is_of_status)
        and _lies(one, asked)
    )


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at <= until)


def _lies(one: ServiceRequest, asked: Listing) -> bool:
    if asked.box is not None:
        west, south, east, north = asked.box
        if not (west <= one.filed.lon <= east and south <= one.filed.lat <= north):
            return False
    around = asked.around
    return around is None or distance_m(one.place, (around.lon, around.lat)) <= around.radius_m


def updates(
    room: Requests, asked: Listing, since: datetime | None, until: datetime | None
) -> list[tuple[ServiceRequest, Step]]:
    """Return the lines of timelines after the filing itself, the newest first."""
    lines = [line for line in _lines(room, asked) if _within(line[1].at, since, until)]
    lines.sort(key=lambda line: line[1].seq, reverse=True)
    begin = (asked.page - 1) * asked.page_size
    return lines[begin : begin + asked.page_size]


def _lines(room: Requests, asked: Listing) -> Iterator[tuple[ServiceRequest, Step]]:
    some = found(room, asked) if asked.ids else room.all.values()
    return ((one, step) for one in some for step in one.steps[1:])
