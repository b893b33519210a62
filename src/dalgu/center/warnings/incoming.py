"""The way in: warnings of others become alerts for operators where they touch the city.

A message is taken once; updates and cancels follow what they refer to; one that breaks a rule is
refused with the rule, and its bytes are kept with the reason.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Noted
from dalgu.center.ground import Ground
from dalgu.center.warnings.cap.checking import check
from dalgu.center.warnings.cap.feeds import Feed, Form, read_feed
from dalgu.center.warnings.cap.message import Alert as Message
from dalgu.center.warnings.cap.message import Info, instant
from dalgu.center.warnings.cap.rules import Breach, CapRefused
from dalgu.center.warnings.cap.xml import MOST_FEED_BYTES
from dalgu.center.warnings.deeds import Lapsed, Received, SourceGone, SourceSet, Verdict
from dalgu.center.warnings.errors import PartnerInvalid
from dalgu.center.warnings.foreign import alert_entity, ended, root_id, touched
from dalgu.center.warnings.outgoing import named
from dalgu.center.warnings.state import Known
from dalgu.hub.model import Entity
from dalgu.kernel.errors import DalguError, NotExisting

if TYPE_CHECKING:
    import httpx2

ROOM = "warnings"
RECEIVED = "urn:ngsi-ld:Warning:received"  # subject of all that came in
SETTINGS = "urn:ngsi-ld:Warning:settings"
LEAST_EVERY_S = 15
MOST_LINKS = 50  # alerts of one feed that are fetched in one turn
TIMEOUT_S = 20.0
TURN = timedelta(seconds=5)
AT_ONCE = 50_000  # bytes: some 5 ms of reading

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the messages of one document."""

    received: tuple[Received, ...]
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class _Arrived:
    """One document as it came."""

    body: bytes
    digest: str  # SHA-256
    source: str
    actor: Actor


class Incoming:
    """Takes messages that are sent here, and asks the feeds while `run` runs."""

    def __init__(
        self, ground: Ground, known: Known, *, transport: "httpx2.AsyncBaseTransport | None"
    ) -> None:
        self._ground, self._known, self._transport = ground, known, transport
        self._asked_at: dict[str, float] = {}
        self._tags: dict[str, str] = {}  # the newest ETag of each feed
        self._lock = asyncio.Lock()

    # -- taking ---------------------------------------------------------------------------

    async def take(self, body: bytes, source: str, actor: Actor) -> Taken:
        """Take an alert or a feed of alerts; raise `CapRefused` where all of it is refused.

        What is refused stands in the book with its rule, before the refusal is told.
        """
        arrived = _Arrived(body, _digest(body), source, actor)
        async with self._lock:
            try:
                feed = await _read(body)
            except CapRefused as refused:
                await self._refused(arrived, refused.breaches)
                raise
            return await self._each(feed, arrived)

    async def _each(self, feed: Feed, arrived: _Arrived) -> Taken:
        taken: list[Received] = []
        duplicates, broken = 0, []
        for found in feed.found:
            reference = found.alert.reference
            key = (reference.sender, reference.identifier, reference.sent)
            if key in self._known.seen or reference.identifier in self._known.by_identifier:
                duplicates += 1
                continue
            breaches = [*found.breaches, *check(found.alert)]
            if breaches:
                broken += breaches
                await self._refused(arrived, breaches, found.alert)
                continue
            taken.append(await self._one(found.alert, arrived))
        if taken:
            await self._ground.hub.keep(arrived.body)
        if broken and not taken and feed.form is Form.ALERT:
            raise CapRefused(broken)
        return Taken(tuple(taken), duplicates)

    async def _refused(
        self, arrived: _Arrived, breaches: Sequence[Breach], message: Message | None = None
    ) -> None:
        """Write a refusal down, once for the same bytes or the same message of a feed."""
        own = "" if message is None else _digest(msgspec.json.encode(message))
        if (own or arrived.digest) in self._known.refused:
            return
        if len(arrived.body) <= MOST_FEED_BYTES:
            await self._ground.hub.keep(arrived.body)
        deed = Received(
            source=arrived.source,
            verdict=Verdict.REFUSED,
            digest=arrived.digest,
            sender="" if message is None else message.sender[:200],
            identifier="" if message is None else message.identifier[:200],
            message=own,
            rule=breaches[0].rule,
            why=str(breaches[0]),
        )
        await self._write(deed, arrived.actor)

    async def _one(self, message: Message, arrived: _Arrived) -> Received:
        verdict, alert, entity = await self._judged(message)
        info = message.infos[0] if message.infos else Info()
        deed = Received(
            source=arrived.source,
            verdict=verdict,
            digest=arrived.digest,
            sender=message.reference.sender,
            identifier=message.reference.identifier,
            sent=message.reference.sent,
            kind=message.kind,
            status=message.status,
            event=info.event,
            headline=info.headline or "",
            severity=info.severity,
            expires=info.expires,
            alert=alert,
        )
        if entity is not None:  # the hub before the book: a second try merges the same again
            await self._tell(entity, is_new=verdict is Verdict.RAISED)
        await self._write(deed, arrived.actor)
        return deed

    async def _tell(self, entity: Entity, *, is_new: bool) -> None:
        if is_new:
            await self._ground.hub.upsert([entity])
            return
        with contextlib.suppress(NotExisting):  # somebody has deleted it
            await self._ground.hub.merge(entity)

    async def _judged(self, message: Message) -> tuple[Verdict, str | None, Entity | None]:
        """Return what becomes of a message, the alert it belongs to, and what the hub is told."""
        before = self._alert_before(message)
        now = self._ground.clock.now()
        if message.status != "Actual" or message.kind in ("Ack", "Error"):
            return Verdict.NOTED, None, None
        if message.kind == "Cancel":
            if before is None:
                return Verdict.NOTED, None, None
            return Verdict.CANCELLED, before, ended(before, now)
        where = touched(self._ground.city, message)
        if where is None:  # an update may have moved away from the city
            moved = Verdict.ELSEWHERE if before is None else Verdict.CANCELLED
            return moved, before, None if before is None else ended(before, now)
        end = message.expires_at()
        if end is not None and end <= now:
            return Verdict.NOTED, before, None if before is None else ended(before, now)
        if before is not None:
            return Verdict.UPDATED, before, alert_entity(before, message, where, None)
        alert = root_id(message)
        return Verdict.RAISED, alert, alert_entity(alert, message, where, now)

    def _alert_before(self, message: Message) -> str | None:
        for one in message.referred:
            alert = self._known.seen.get((one.sender, one.identifier, one.sent))
            if alert is not None:
                return alert
        return None

    async def lapse(self) -> None:
        """End the alerts of foreign warnings whose time is over."""
        now = self._ground.clock.now()
        for alert, deed in list(self._known.open_foreign.items()):
            end = instant(deed.expires)
            if end is not None and end <= now:
                await self._tell(ended(alert, now), is_new=False)
                await self._write(Lapsed(alert), SYSTEM)

    async def _write(self, deed: Received | Lapsed, actor: Actor) -> None:
        await self._ground.logbook.write(actor, ROOM, lambda at: [Noted(RECEIVED, deed)])

    # -- asking ---------------------------------------------------------------------------

    async def run(self) -> None:
        """Ask each feed at its interval, until cancelled."""
        while True:
            for source in list(self._known.sources.values()):
                now_s = asyncio.get_running_loop().time()
                if now_s - self._asked_at.get(source.name, -1e9) >= source.every_s:
                    self._asked_at[source.name] = now_s
                    await self.ask(source)
            await asyncio.sleep(TURN.total_seconds())

    async def ask(self, source: SourceSet) -> None:
        """Ask one feed, and take what is new; a failure is logged and tried at the next turn."""
        import httpx2

        try:
            body = await self._fetch(source.url, source.name)
            if body is None:
                return
            feed = await _read(body)
            if feed.found:
                await self.take(body, source.name, SYSTEM)
            await self._follow(source, feed)
        except (DalguError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as failure:
            reason = failure.detail if isinstance(failure, DalguError) else type(failure).__name__
            log.warning("warnings.feed", extra={"source": source.name, "reason": reason})

    async def _follow(self, source: SourceSet, feed: Feed) -> None:
        """Take the alerts that a feed links: of its own host alone, each once."""
        host = urlsplit(source.url).netloc
        for link in feed.links[:MOST_LINKS]:
            address = urljoin(source.url, link)
            if urlsplit(address).netloc != host or address in self._tags:
                continue
            body = await self._fetch(address, address)
            self._tags.setdefault(address, "")
            if body is not None:
                try:
                    await self.take(body, source.name, SYSTEM)
                except CapRefused as refused:
                    log.info("warnings.refused", extra={"rule": refused.parts["rule"]})

    async def _fetch(self, url: str, key: str) -> bytes | None:
        """Return what stands at an address, `None` where nothing is new."""
        import httpx2

        headers = {"if-none-match": self._tags[key]} if self._tags.get(key) else {}
        async with (
            httpx2.AsyncClient(transport=self._transport, trust_env=False) as client,
            asyncio.timeout(TIMEOUT_S),
            client.stream("GET", url, headers=headers, follow_redirects=False) as answer,
        ):
            if answer.status_code != 200:
                return None
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > MOST_FEED_BYTES:
                    return None
        self._tags[key] = answer.headers.get("etag", "")
        return bytes(body)

    async def set_source(self, source: SourceSet, actor: Actor) -> None:
        """Ask a feed from now on."""
        named(source.name, source.url)
        if source.every_s < LEAST_EVERY_S:
            raise PartnerInvalid(source.name)
        await self._ground.logbook.write(actor, ROOM, lambda at: [Noted(SETTINGS, source)])

    async def forget_source(self, name: str, actor: Actor) -> None:
        """Ask a feed no more."""
        if name not in self._known.sources:
            raise PartnerInvalid(name)
        await self._ground.logbook.write(
            actor, ROOM, lambda at: [Noted(SETTINGS, SourceGone(name))]
        )


async def _read(body: bytes) -> Feed:
    """Read a document; a long one beside the loop, so that nobody waits for it."""
    return await asyncio.to_thread(read_feed, body) if len(body) > AT_ONCE else read_feed(body)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
