"""Public warnings by the Common Alerting Protocol, out and in.

A warning is drafted, looked at (whom does it cover, what will it say), sent, updated, and ends by
a cancel or by its time. Only who may warn every district it touches may send it; what is extreme
waits for a second person where the city's rule says so.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Noted
from dalgu.access.policy import Operation
from dalgu.center.ground import Ground
from dalgu.center.warnings.cap.checking import require
from dalgu.center.warnings.cap.message import Alert
from dalgu.center.warnings.cap.words import Kind, Severity
from dalgu.center.warnings.compose import Envelope, compose, identifier_of
from dalgu.center.warnings.content import Content, over
from dalgu.center.warnings.cover import Covered, covered, geometry, things_in
from dalgu.center.warnings.deeds import (
    CoveredNumbers,
    Drafted,
    Ended,
    Ending,
    OfficeSet,
    Proposed,
    Sent,
    WarningDeed,
)
from dalgu.center.warnings.errors import (
    SecondPersonRequired,
    WarningNotExisting,
    WarningStepNotPossible,
)
from dalgu.center.warnings.incoming import Incoming
from dalgu.center.warnings.office import Office, office_of
from dalgu.center.warnings.outgoing import Outgoing
from dalgu.center.warnings.shown import features, rows
from dalgu.center.warnings.sound import sound
from dalgu.center.warnings.state import Known, PublicWarning, Standing, warning_id
from dalgu.hub.model import Document
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language

if TYPE_CHECKING:
    import httpx2

ROOM = "warnings"
SETTINGS = "urn:ngsi-ld:Warning:settings"  # subject of what is set up
TURN = timedelta(seconds=15)  # how late a warning may end

Decide = Callable[[datetime], list[WarningDeed]]

log = logging.getLogger(__name__)


class Warnings:
    """Public warnings by the Common Alerting Protocol, out and in."""

    def __init__(
        self, ground: Ground, *, transport: "httpx2.AsyncBaseTransport | None" = None
    ) -> None:
        self._ground = ground
        self.known = Known(office_of(ground.city))
        ground.logbook.open_room(ROOM, WarningDeed, self.known.take)
        self.outgoing = Outgoing(ground, self.known, transport=transport)
        self.incoming = Incoming(ground, self.known, transport=transport)

    async def run(self) -> None:
        """End what is over, deliver what was sent, ask the feeds; until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._expire())
            tasks.create_task(self.outgoing.run())
            tasks.create_task(self.incoming.run())

    async def _expire(self) -> None:
        while True:
            try:
                await self.end_what_is_over()
            except DalguError as failure:  # the disk may come back
                log.warning("warnings.held_up", extra={"reason": failure.detail})
            await self._ground.clock.sleep_until(self._ground.clock.now() + TURN)

    async def end_what_is_over(self) -> None:
        """End every warning whose time is over; foreign ones too."""
        for warning in list(self.known.warnings.values()):
            if self._is_over(warning, self._ground.clock.now()):
                await self._write(SYSTEM, warning, partial(self._over, warning))
        await self.incoming.lapse()

    def _is_over(self, warning: PublicWarning, at: datetime) -> bool:
        end = warning.expires_at
        return warning.is_active and end is not None and end <= at

    def _over(self, warning: PublicWarning, at: datetime) -> list[WarningDeed]:
        if not self._is_over(warning, at):  # updated in between
            return []
        return [Ended(warning.number, Ending.EXPIRED)]

    # -- reading --------------------------------------------------------------------------

    def get(self, number: int) -> PublicWarning:
        """Return one warning; raise `WarningNotExisting`."""
        try:
            return self.known.warnings[number]
        except KeyError:
            raise WarningNotExisting(number) from None

    def of_incident(self, incident: str) -> list[PublicWarning]:
        """Return the warnings that belong to an incident, by its id."""
        return [self.known.warnings[one] for one in self.known.by_incident.get(incident, ())]

    def active(self, language: Language, dong: str | None = None) -> list[Document]:
        """Return what the public is warned of now, the gravest first; of one dong or of all."""
        return rows(self.known, language, dong=dong)

    def features(self, language: Language) -> list[Document]:
        """Return the areas of active warnings as GeoJSON features, for the map."""
        return features(self._ground.city, self.known, language)

    async def look(self, content: Content) -> tuple[Covered, dict[str, int]]:
        """Return whom and what a warning would cover; raise `AreaInvalid`."""
        area = geometry(self._ground.city, content.where)
        people = covered(self._ground.city, area)
        things = await things_in(self._ground.hub, area)
        return people, {kind: len(found) for kind, found in things.items()}

    def preview(
        self, content: Content, people: Covered, warning: PublicWarning | None = None
    ) -> Alert:
        """Return the message as it would go out now."""
        kind = Kind.UPDATE if warning is not None and warning.messages else Kind.ALERT
        return self._alert(warning, content, people, self._ground.clock.now(), kind)

    # -- out ------------------------------------------------------------------------------

    async def draft(
        self,
        content: Content,
        actor: Actor,
        *,
        number: int | None = None,
        incident: str | None = None,
    ) -> PublicWarning:
        """Write a draft, or change one; of an active warning it is its next version.

        Raises
        ------
        ContentInvalid, AreaInvalid
            When it lacks what people must be told, or its area is none.
        DistrictNotAllowed
            When the actor may not warn every district it touches.
        WarningStepNotPossible
            When the warning has ended.
        """
        sound(content)
        people = covered(self._ground.city, geometry(self._ground.city, content.where))
        await self._require(actor, people.districts)
        if number is not None:
            await self._require(actor, self.districts(self.get(number)))
        made = 0

        def decide(at: datetime) -> Sequence[Noted]:
            nonlocal made
            made = number or len(self.known.warnings) + 1
            if number is not None:
                self._refuse(number, "draft", Standing.DRAFT, Standing.WAITING, Standing.ACTIVE)
            belongs = incident if number is None else self.get(number).incident
            return [Noted(belongs or warning_id(made), Drafted(made, content, belongs))]

        await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(made)

    async def send(self, number: int, actor: Actor) -> PublicWarning:
        """Send the draft, or the next version of an active warning; maybe only propose it.

        What is extreme is proposed first; who proposed it is refused as its second person.

        Raises
        ------
        SecondPersonRequired, DistrictNotAllowed, WarningStepNotPossible, CapRefused
        """
        warning = self.get(number)
        content = warning.next or warning.content
        people, things = await self.look(content)
        await self._require(actor, {*people.districts, *self.districts(warning)})

        def decide(at: datetime) -> list[WarningDeed]:
            self._refuse(number, "send", Standing.DRAFT, Standing.WAITING, Standing.ACTIVE)
            if warning.messages and warning.next is None:
                raise WarningStepNotPossible(number, warning.standing, "send")
            if self.needs_second(content):
                if warning.proposed_by is None:
                    return [Proposed(number)]
                if warning.proposed_by == actor.id:
                    raise SecondPersonRequired(number)
            kind = Kind.UPDATE if warning.messages else Kind.ALERT
            return [self._message(warning, content, people, things, at, kind)]

        await self._write(actor, warning, decide)
        self.outgoing.wake()
        return warning

    async def cancel(self, number: int, actor: Actor, ko: str = "", en: str = "") -> PublicWarning:
        """Say that the danger is over, or was none; nobody else need look at it first."""
        warning = self.get(number)
        people, things = await self.look(warning.content)
        await self._require(actor, {*people.districts, *self.districts(warning)})
        told = over(warning.content, ko, en)

        def decide(at: datetime) -> list[WarningDeed]:
            self._refuse(number, "cancel", Standing.ACTIVE)
            return [self._message(warning, told, people, things, at, Kind.CANCEL)]

        await self._write(actor, warning, decide)
        self.outgoing.wake()
        return warning

    async def discard(self, number: int, actor: Actor) -> PublicWarning:
        """Put a draft away."""
        warning = self.get(number)
        await self._require(actor, self.districts(warning))

        def decide(at: datetime) -> list[WarningDeed]:
            self._refuse(number, "discard", Standing.DRAFT, Standing.WAITING)
            return [Ended(number, Ending.DISCARDED)]

        await self._write(actor, warning, decide)
        return warning

    async def set_office(self, office: Office, actor: Actor) -> None:
        """Say who the city is to others, and whether a second person must look."""
        await self._ground.logbook.write(
            actor, ROOM, lambda at: [Noted(SETTINGS, OfficeSet(office))]
        )

    def needs_second(self, content: Content) -> bool:
        """Tell whether a second person must look: at what is extreme and no exercise."""
        is_grave = content.severity is Severity.EXTREME and not content.is_exercise
        return self.known.office.needs_second and is_grave

    def districts(self, warning: PublicWarning) -> tuple[str, ...]:
        """Return the districts that a warning touches, in any of its versions."""
        found = {code for message in warning.messages for code in message.covered.districts}
        area = geometry(self._ground.city, warning.content.where)
        return tuple(sorted(found | set(covered(self._ground.city, area).districts)))

    def message(self, identifier: str) -> tuple[PublicWarning, int]:
        """Return the warning of a message that was sent, and its place among its messages."""
        found = self.known.by_identifier.get(identifier)
        if found is None:
            raise WarningNotExisting(identifier[:80])
        return self.known.warnings[found[0]], found[1]

    # -- inside ---------------------------------------------------------------------------

    def _message(  # noqa: PLR0913 - all that makes one message
        self,
        warning: PublicWarning,
        content: Content,
        people: Covered,
        things: dict[str, int],
        at: datetime,
        kind: Kind,
    ) -> Sent:
        alert = self._alert(warning, content, people, at, kind)
        require(alert)
        numbers = CoveredNumbers(
            people.residents,
            people.households,
            people.elderly,
            tuple(part.dong.code for part in people.parts),
            people.districts,
            things,
        )
        return Sent(warning.number, alert, content, numbers)

    def _alert(
        self,
        warning: PublicWarning | None,
        content: Content,
        people: Covered,
        at: datetime,
        kind: Kind,
    ) -> Alert:
        city, messages = self._ground.city, [] if warning is None else warning.messages
        number = len(self.known.warnings) + 1 if warning is None else warning.number
        envelope = Envelope(
            identifier_of(city, at, number, len(messages) + 1),
            at,
            kind,
            [one.alert.reference for one in messages],
            None if warning is None else warning.incident,
        )
        return compose(city, self.known.office, content, people, envelope)

    async def _require(self, actor: Actor, districts: Sequence[str] | set[str]) -> None:
        for code in sorted(districts):
            await self._ground.access.require(
                actor, Operation.WARNING_SEND, "warnings", district=code
            )

    def _refuse(self, number: int, step: str, *possible: Standing) -> None:
        warning = self.get(number)
        if warning.standing not in possible:
            raise WarningStepNotPossible(number, warning.standing, step)

    async def _write(self, actor: Actor, warning: PublicWarning, decide: Decide) -> None:
        subject = warning.subject
        entries = await self._ground.logbook.write(
            actor, ROOM, lambda at: [Noted(subject, deed) for deed in decide(at)]
        )
        if entries and actor is not SYSTEM:  # who warned a city is asked long afterwards
            done = entries[-1].deed.__struct_config__.tag
            await self._ground.access.audit(
                actor, Operation.WARNING_SEND, warning_id(warning.number), step=str(done)
            )
