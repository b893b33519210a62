"""Tells 112, 119, the disaster office and others, and keeps what was told."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from dalgu.access.actor import SYSTEM, Actor, Kind, Role
from dalgu.access.logbook import Noted
from dalgu.access.policy import Operation
from dalgu.access.secret import digest, new_pseudonym, new_secret
from dalgu.center.cameras.cameras import Cameras
from dalgu.center.ground import Ground
from dalgu.center.incidents.deeds import Arrived
from dalgu.center.incidents.incidents import Incidents, number_of
from dalgu.center.links.courier import Carried, carry
from dalgu.center.links.deeds import (
    Answered,
    Delivered,
    Failed,
    LinkDeed,
    LinkSet,
    Prepared,
    Reported,
)
from dalgu.center.links.endpoints import Endpoints
from dalgu.center.links.inbound import (
    Answer,
    DrillNotTaken,
    NotOpenedByToken,
    Report,
    alert_of,
    holds,
    sane,
)
from dalgu.center.links.kinds import Link, link_of, links
from dalgu.center.links.messages import Head, message
from dalgu.center.links.state import Ledger, LinkMessageNotExisting, Message, Said, Target
from dalgu.center.links.telling import Telling, images_of, known_of, sample
from dalgu.governance.entities.data import LinkedSystem
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting
from dalgu.kernel.text import Text
from dalgu.store.tables import Tables

ROOM = "links"
COLLECTION = "center.links"  # messages as sent, until their time is over
KEPT = timedelta(days=30)  # stills are personal information: no longer than other recordings
DAY = timedelta(days=1)

log = logging.getLogger("dalgu.links")


class LinkNotForCategory(InvalidInput):
    """A link is asked to carry an incident that it is not for."""

    slug = "link-not-for-category"
    title = "The link is not for such incidents"

    def __init__(self, link: str, category: str, allowed: str) -> None:
        super().__init__(
            f"Link '{link}' carries incidents of {allowed} alone; this one is of '{category}'.",
            link=link,
            category=category,
            allowed=allowed,
        )


class BodyForgotten(NotExisting):
    """What a message said is no longer kept."""

    slug = "link-body-forgotten"
    title = "The message is no longer kept"

    def __init__(self, message: str) -> None:
        super().__init__(
            f"What message '{message}' said is kept for {KEPT.days} days; its digest stands in the "
            "book for good.",
            message=message,
        )


class Links:
    """The links to the agencies, and everything that went over them."""

    def __init__(self, ground: Ground, incidents: Incidents, cameras: Cameras) -> None:
        self._ground = ground
        self._incidents = incidents
        self._cameras = cameras
        self._moved = asyncio.Event()
        self._carrying: set[str] = set()
        self.endpoints = Endpoints(ground.access)
        self.ledger = Ledger()
        ground.logbook.open_room(ROOM, LinkDeed, self.ledger.take)

    async def run(self) -> None:
        """Carry what waits, also from before a stop, and forget old messages, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_forgetting())
            while True:
                self._moved.clear()
                for one in self.ledger.pending():
                    if one.id not in self._carrying:
                        self._carrying.add(one.id)
                        group.create_task(self._carry_safely(one))
                await self._moved.wait()

    # -- telling ----------------------------------------------------------------------------

    async def send(self, actor: Actor, code: str, telling: Telling, *, address: str) -> Message:
        """Tell an agency of an incident; return the message once it stands in the book.

        A drill's message goes to the record alone. `address` is how the agency reaches us.

        Raises
        ------
        AgencyLinkNotExisting, IncidentNotExisting, DistrictNotAllowed, LinkNotForCategory,
        FieldLacking, PersonNamed, and for a link with images what `Cameras.grant` raises
        """
        link, incident = link_of(code), self._incidents.get(telling.incident)
        await self._require(actor, Operation.LINK_SEND, incident.id, incident.district)
        if link.categories and incident.category not in link.categories:
            allowed = ", ".join(link.categories)
            raise LinkNotForCategory(link.code, incident.category, allowed)
        head = self._head(is_drill=incident.is_drill)
        known = known_of(self._ground.city, incident, telling)
        message(link, head, known)  # refused before anything is granted or looked at
        seen = await images_of(self._cameras, actor, link, incident, address)
        body = message(link, head, known | seen)
        endpoint = None if incident.is_drill else await self.endpoints.of(link.code)
        target = Target.RECORDED if endpoint is None else Target.HTTP
        return await self._prepare(actor, link, incident.id, head, body, target)

    async def test(self, actor: Actor, code: str) -> Message:
        """Send a message that says it is a test the way that real ones go."""
        link = link_of(code)
        await self._require(actor, Operation.LINK_SEND, link.entity, None)
        head = self._head(is_drill=True)
        body = message(link, head, sample(self._ground.city, head.sent_at))
        endpoint = await self.endpoints.of(link.code)
        target = Target.RECORDED if endpoint is None else Target.HTTP
        return await self._prepare(actor, link, link.entity, head, body, target)

    async def set_endpoint(self, actor: Actor, code: str, url: str, token: str) -> str:
        """Say where a link goes; return the token that the agency shows us, told this once."""
        link, callback = link_of(code), new_secret("link_")
        host = await self.endpoints.keep(actor, link.code, url, token)
        noted = [Noted(link.entity, LinkSet(link.code, host, digest(callback)))]
        await self._ground.logbook.write(actor, ROOM, lambda at: noted)
        return callback

    def body(self, message: str) -> bytes:
        """Return a message as it was sent; raise `LinkMessageNotExisting` or `BodyForgotten`."""
        one = self.ledger.get(message)
        body = self._ground.store.read().records.get(COLLECTION, one.id)
        if body is None:
            raise BodyForgotten(one.id)
        return body

    async def deliver(self, one: Message) -> None:
        """Carry one message to its endpoint, and write down what became of it."""
        endpoint = await self.endpoints.of(one.link)
        if endpoint is None:
            await self._end(one, Carried(0, "no-endpoint"))
            return
        body = self.body(one.id)
        clock = self._ground.clock
        carried = await carry(clock, endpoint, one.id, body, is_drill=one.is_drill)
        await self._end(one, carried)

    # -- hearing ----------------------------------------------------------------------------

    async def answer(self, code: str, token: str, answer: Answer) -> Message:
        """Take what an agency says of a message; a repeated answer changes nothing.

        Raises
        ------
        AgencyLinkNotExisting, NotOpenedByToken, LinkMessageNotExisting, AgencyInstantInvalid
        """
        link = self._opened(code, token)
        one = self.ledger.get(answer.message)
        if one.link != link.code:
            raise LinkMessageNotExisting(answer.message)
        at = sane(answer.at, self._ground.clock.now(), since=one.sent_at)
        deed = Answered(one.id, answer.status, at, answer.note[:200])

        def decide(_: datetime) -> Sequence[Noted]:
            is_known = (answer.status, at) in [known[:2] for known in one.answers]
            return [] if is_known else [Noted(one.subject, deed)]

        agency = _agency(link)
        if await self._ground.logbook.write(agency, ROOM, decide):
            await self._note_arrival(one, answer.status, at, agency)
            if not one.is_drill:
                await self._note_event(link)
        return one

    async def hear(self, code: str, token: str, report: Report) -> str:
        """Take an agency's report: it becomes an alert, and so an incident; return the alert.

        Raises
        ------
        AgencyLinkNotExisting, NotOpenedByToken, DrillNotTaken
        """
        link, now = self._opened(code, token), self._ground.clock.now()
        if report.is_drill:
            raise DrillNotTaken(link.code)
        alert = alert_of(link, report, now)
        if alert.id in self.ledger.reports:
            return alert.id
        await self._ground.hub.upsert([alert])
        noted = [Noted(alert.id, Reported(link.code, report.reference, alert.id))]
        await self._ground.logbook.write(_agency(link), ROOM, lambda at: noted)
        await self._note_event(link)
        return alert.id

    # -- inside -----------------------------------------------------------------------------

    def _head(self, *, is_drill: bool) -> Head:
        return Head(
            message=new_pseudonym("message"),
            city=self._ground.city.id,
            sent_at=self._ground.clock.now(),
            is_drill=is_drill,
        )

    async def _prepare(  # noqa: PLR0913 - all that a message is
        self, actor: Actor, link: Link, subject: str, head: Head, body: bytes, target: Target
    ) -> Message:
        """Keep the message, then write it down; from then on it is carried."""

        def keep(tables: Tables) -> None:
            tables.records.put(COLLECTION, head.message, body)

        await self._ground.store.write(keep)
        deed = Prepared(
            link=link.code,
            message=head.message,
            target=target,
            digest=sha256(body).hexdigest(),
            size=len(body),
            is_drill=head.is_drill,
        )
        noted = [Noted(subject, deed)]
        if target is Target.RECORDED:
            noted.append(Noted(subject, Delivered(head.message, 1)))
        await self._ground.access.audit(
            actor, Operation.LINK_SEND, subject, purpose=link.purpose, link=link.code,
            message=head.message,
        )  # fmt: skip
        await self._ground.logbook.write(actor, ROOM, lambda at: noted)
        self._moved.set()
        return self.ledger.get(head.message)

    async def _carry_safely(self, one: Message) -> None:
        try:
            await self.deliver(one)
        except DalguError as failure:  # the loop must outlive its message
            log.exception("link.message_failed", extra={"link": one.link, "of": one.id})
            await self._end(one, Carried(0, failure.slug))
        finally:
            self._carrying.discard(one.id)

    async def _end(self, one: Message, carried: Carried) -> None:
        reason, attempts = carried.reason, carried.attempts
        deed = Failed(one.id, attempts, reason) if reason else Delivered(one.id, attempts)
        noted = [Noted(one.subject, deed)]
        await self._ground.logbook.write(SYSTEM, ROOM, lambda at: noted)
        if not reason and not one.is_drill:
            await self._note_event(link_of(one.link))

    async def _note_event(self, link: Link) -> None:
        """Tell the register of linked systems that the link has really carried something."""
        now = self._ground.clock.now()
        entry = LinkedSystem(
            id=link.entity,
            name=Text(link.ko, link.en),
            is_inventoried=True,
            is_linked=True,
            last_event_at=iso(now),
        )
        await self._ground.hub.upsert([entry])

    async def _note_arrival(self, one: Message, status: str, at: datetime, agency: Actor) -> None:
        if status != Said.ARRIVED or ":Incident:" not in one.subject:
            return
        try:
            await self._incidents.note(number_of(one.subject), [Arrived(at)], agency)
        except DalguError as late:  # closed meanwhile, or somebody has arrived before
            log.info("link.arrival_late", extra={"of": one.id, "reason": late.slug})

    def _opened(self, code: str, token: str) -> Link:
        link = link_of(code)
        if not holds(token, self.ledger.link(link.code).callback):
            raise NotOpenedByToken(link.code)
        return link

    async def _require(
        self, actor: Actor, operation: Operation, target: str, district: str | None
    ) -> None:
        await self._ground.access.require(actor, operation, target, district=district)

    async def _keep_forgetting(self) -> None:
        while True:
            await self.forget_old()
            await self._ground.clock.sleep_until(self._ground.clock.now() + DAY)

    async def forget_old(self) -> int:
        """Delete what messages said a month ago; that they were sent stays in the book."""
        before = self._ground.clock.now() - KEPT
        old = [one.id for one in self.ledger.messages.values() if one.sent_at < before]

        def forget(tables: Tables) -> int:
            return sum(tables.records.delete(COLLECTION, one) for one in old)

        return await self._ground.store.write(forget) if old else 0


def states(room: Links) -> list[tuple[Link, Any]]:
    """Return each link with its state, in the order of the table."""
    return [(one, room.ledger.link(one.code)) for one in links()]


def _agency(link: Link) -> Actor:
    return Actor(f"link:{link.code}", Role.SERVICE, kind=Kind.TOKEN)
