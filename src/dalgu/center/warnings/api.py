"""Warnings for programs: the public feed and messages, and the door for those of others."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.warnings.cap.feeds import Entry, write_atom
from dalgu.center.warnings.cap.words import Version
from dalgu.center.warnings.cap.writing import MEDIA_TYPE, as_version, write
from dalgu.center.warnings.cap.xml import MOST_FEED_BYTES
from dalgu.center.warnings.errors import ContentInvalid
from dalgu.center.warnings.korean import broadcast
from dalgu.center.warnings.state import Message
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of

MOST_ENTRIES = 100  # of the feed: what is active, then what ended last
VERSIONS = {"1.1": Version.CAP11, "1.2": Version.CAP12}


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    public = Operation.PUBLIC_READ
    return [
        Route("/cap/feed.atom", doors.feed, name=public),
        Route("/cap/{identifier}.xml", doors.message, name=public),
        Route("/cap", doors.take, methods=["POST"], name=Operation.WARNING_TAKE),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.warnings

    async def feed(self, request: Request) -> Response:
        """Answer the Atom feed of what was sent: all messages of the newest warnings."""
        base = str(request.base_url).rstrip("/")
        entries = list(self._entries(base))[:MOST_ENTRIES]
        newest = max((entry.updated for entry in entries), default=self.center.clock.now())
        title = self.room.known.office.name_ko
        body = write_atom(f"{base}/cap/feed.atom", title, newest, entries)
        # An empty feed is as old as the question: its tag speaks of its entries alone.
        tag = _tag(b"".join(entry.alert.identifier.encode() for entry in entries) + base.encode())
        return _cached(request, body, "application/atom+xml", tag)

    def _entries(self, base: str) -> Iterator[Entry]:
        found = [message for one in self.room.known.warnings.values() for message in one.messages]
        for message in sorted(found, key=_newest, reverse=True):
            alert = message.alert
            href = f"{base}/cap/{alert.identifier}.xml"
            yield Entry(alert, alert.infos[0].headline or alert.infos[0].event, href, message.at)

    async def message(self, request: Request) -> Response:
        """Answer one message that was sent, in CAP 1.2 or by the Korean profile in 1.1."""
        warning, place = self.room.message(request.path_params["identifier"])
        version = VERSIONS.get(request.query_params.get("version", "1.2"))
        if version is None:
            raise ContentInvalid("version", "it must be 1.1 or 1.2")
        alert = warning.messages[place].alert
        is_old = version is Version.CAP11
        body = broadcast(alert) if is_old else write(as_version(alert, version))
        return _cached(request, body, MEDIA_TYPE, _tag(body))

    async def take(self, request: Request) -> Response:
        """Take the alert or feed of somebody else; it is refused with the rule it breaks."""
        body = await body_of(request, "warning message", MOST_FEED_BYTES)
        actor = actor_of(request)
        taken = await self.room.incoming.take(body, "api", actor)
        told = {
            "duplicates": taken.duplicates,
            "taken": [
                {"identifier": one.identifier, "verdict": one.verdict, "alert": one.alert}
                for one in taken.received
            ],
        }
        return Response(msgspec.json.encode(told), 202, media_type="application/json")


def _newest(message: Message) -> tuple[datetime, str]:
    return message.at, message.alert.identifier


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _cached(request: Request, body: bytes, media_type: str, tag: str) -> Response:
    headers = {"etag": tag, "cache-control": "no-cache"}
    asked = request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media_type=f"{media_type}; charset=utf-8")
