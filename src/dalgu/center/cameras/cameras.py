"""Finds the cameras that see a place, and grants what they see for a purpose and a while."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.access.actor import SYSTEM, Actor, Kind
from dalgu.access.logbook import Entry, Noted
from dalgu.access.policy import Operation
from dalgu.access.secret import digest, new_secret
from dalgu.center.cameras.deeds import CameraDeed, Expired, Granted, Looked, Opened, Revoked
from dalgu.center.cameras.desk import StillDesk
from dalgu.center.cameras.grants import Grant, GrantOver, Shelf, Standing
from dalgu.center.cameras.images import marked
from dalgu.center.cameras.looks import Looks
from dalgu.center.cameras.purposes import Purpose, purpose_of, purposes, receiver_of
from dalgu.center.cameras.refusals import CamerasNotCounted, GrantTooLong, IncidentOver
from dalgu.center.cameras.register import Camera, CameraNotExisting, Register
from dalgu.center.cameras.sources import Sources
from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents, number_of
from dalgu.center.incidents.state import Incident
from dalgu.center.outside import Still, Stills
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import NotExisting, Overloaded
from dalgu.kernel.text import Text

ROOM = "cameras"
MOST_CAMERAS = 10  # of one grant: what a responder can look at
MOST_OPEN = 50
LONGEST_DESK = 60  # signs
LOOK_S = 30  # seconds of the city between two looks for grants whose time is over
OVERVIEW = "overview"  # what blurred images are looked at for, in the audit chain


@dataclass(frozen=True, slots=True)
class Seen:
    """One camera for a place."""

    camera: Camera
    distance_m: float
    bearing: float  # degrees from north, from the camera to the place
    sees: bool  # whether the place lies within its reach and view cone

    @property
    def id(self) -> str:
        """The id of its Device entity."""
        return self.camera.id

    @property
    def name(self) -> Text:
        """What people call it."""
        return self.camera.name

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What it may be looked through for."""
        return purposes()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to grant."""

    incident: int
    receiver: str
    desk: str
    purpose: str
    minutes: int
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that may be shown to who asked."""

    body: bytes
    media_type: str
    taken_at: datetime
    is_synthetic: bool
    is_clear: bool


class Cameras:
    """The cameras of the city, and who may look through them."""

    def __init__(self, ground: Ground, incidents: Incidents, stills: Stills) -> None:
        self._ground = ground
        self._incidents = incidents
        self._desk = StillDesk(stills)
        self.sources = Sources(ground.access)  # of real cameras; for administrators to set
        self.register = Register(ground.hub, ground.city)
        self.grants = Shelf()
        self.looks = Looks()
        ground.logbook.open_room(ROOM, CameraDeed, self._take)

    async def run(self) -> None:
        """Follow the hub's cameras and end grants whose time is over, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._keep_time())

    # -- where they are ---------------------------------------------------------------------

    async def near(self, lon: float, lat: float, *, limit: int = 4) -> list[Seen]:
        """Return the cameras for a place: those that look at it first, then the nearest others."""
        await self.register.ready()
        return [
            Seen(camera, near.distance_m, near.bearing_deg, near.sees)
            for camera, near in self.register.near((lon, lat), limit)
        ]

    async def camera(self, camera: str) -> Camera:
        """Return a camera by its id or the short form of it; raise `CameraNotExisting`."""
        await self.register.ready()
        return self.register.get(camera)

    # -- looking ----------------------------------------------------------------------------

    async def overview(self, actor: Actor, camera: Camera, incident: int | None = None) -> Picture:
        """Return what a camera sees, so coarse that nobody is recognised.

        Raises
        ------
        CameraSilent, DistrictNotAllowed, IncidentNotExisting
        """
        await self._allow(actor, Operation.CAMERA_SEE, camera)
        subject = self._subject(incident)
        key = (actor.id, camera.id, OVERVIEW, subject)
        now = self._ground.clock.now()
        if self.looks.is_due(key, now, is_coarse=True):
            await self._audit(actor, camera, OVERVIEW, subject)
            self.looks.note(key, now)
        body, still = await self._desk.coarse(await self._ground.hub.retrieve(camera.id))
        return Picture(body, "image/png", still.taken_at, still.is_synthetic, is_clear=False)

    async def see(
        self, actor: Actor, camera: Camera, purpose: str, incident: int | None = None
    ) -> Picture:
        """Return what a camera sees, clear, for a lawful purpose; written down before it is shown.

        Raises
        ------
        PurposeNotLawful, CameraSilent, DistrictNotAllowed, IncidentNotExisting
        """
        code = purpose_of(purpose).code
        await self._allow(actor, Operation.CAMERA_SEE, camera)
        subject = self._subject(incident)
        key = (actor.id, camera.id, code, subject)
        await self._write_look(key, actor, camera, Looked(camera.id, code))
        still = await self._desk.clear(await self._ground.hub.retrieve(camera.id))
        return await self._marked(still, f"{actor.id}  {code}")

    # -- grants -----------------------------------------------------------------------------

    async def grant(self, actor: Actor, asked: Asked) -> tuple[Grant, str]:
        """Let an agency look through some cameras; return the grant and its link's secret.

        Raises
        ------
        IncidentOver, CamerasNotCounted, GrantTooLong, PurposeNotLawful, ReceiverNotLawful,
        CameraNotExisting, IncidentNotExisting, DistrictNotAllowed
        """
        incident = self._incidents.get(asked.incident)
        cameras = await self._named(asked.cameras)
        self._check(asked, incident, cameras)
        await self._require(actor, Operation.CAMERA_GRANT, incident.id, incident.district)
        for camera in cameras:
            await self._allow(actor, Operation.CAMERA_GRANT, camera)
        secret, ids = new_secret(), tuple(camera.id for camera in cameras)

        def decide(at: datetime) -> Sequence[Noted]:
            if len(self.grants.open_ones()) >= MOST_OPEN:
                raise Overloaded(f"There are {MOST_OPEN} open grants already; revoke some first.")
            return [Noted(incident.id, _granted(asked, self.grants.next_id(), ids, at, secret))]

        [entry] = await self._ground.logbook.write(actor, ROOM, decide)
        grant = self.grants.get(entry.deed.grant)
        await self._ground.access.audit(
            actor, Operation.CAMERA_GRANT, f"grant/{grant.id}", purpose=grant.purpose,
            incident=incident.id, receiver=grant.receiver, until=iso(grant.until),
        )  # fmt: skip
        return grant, secret

    async def revoke(self, actor: Actor, grant: str, reason: str = "") -> Grant:
        """Take a grant back at once; harmless when it is over already."""
        found = self.grants.get(grant)
        district = self._district_of(found.incident)
        await self._require(actor, Operation.CAMERA_GRANT, f"grant/{grant}", district)

        def decide(at: datetime) -> Sequence[Noted]:
            if found.standing is not Standing.OPEN:
                return []
            return [Noted(found.incident, Revoked(found.id, reason.strip()[:200]))]

        if await self._ground.logbook.write(actor, ROOM, decide):
            await self._ground.access.audit(
                actor, Operation.CAMERA_GRANT, f"grant/{grant}", deed="revoked"
            )
        return found

    async def opened(self, secret: str) -> Grant:
        """Return the grant of a link, ended first where its time is over.

        Raises
        ------
        GrantNotExisting
        """
        grant = self.grants.by_secret(secret)
        await self.end_due([grant])
        return grant

    async def see_by_grant(self, secret: str, camera: str) -> Picture:
        """Return what a granted camera sees now; written down before it is shown.

        Raises
        ------
        GrantNotExisting, GrantOver, CameraNotExisting, CameraSilent
        """
        grant = await self.opened(secret)
        if grant.standing is not Standing.OPEN:
            raise GrantOver(grant.id, grant.standing)
        found = await self.camera(camera)
        if found.id not in grant.cameras:
            raise CameraNotExisting(camera)
        holder = Actor(f"grant:{grant.id}", None, kind=Kind.ANONYMOUS)
        key = (holder.id, found.id, grant.purpose, grant.incident)
        await self._write_look(key, holder, found, Opened(grant.id, found.id))
        still = await self._desk.clear(await self._ground.hub.retrieve(found.id))
        return await self._marked(still, f"{holder.id} {grant.receiver}  {grant.purpose}")

    async def end_due(self, among: Sequence[Grant] | None = None) -> int:
        """End open grants whose time is over, or whose incident is; return how many."""

        def decide(at: datetime) -> Sequence[Noted]:
            looked_at = self.grants.open_ones() if among is None else among
            return [
                Noted(one.incident, Expired(one.id, reason))
                for one in looked_at
                if one.standing is Standing.OPEN and (reason := self._over(one, at))
            ]

        now = self._ground.clock.now()
        looked_at = self.grants.open_ones() if among is None else among
        if not any(one.standing is Standing.OPEN and self._over(one, now) for one in looked_at):
            return 0
        return len(await self._ground.logbook.write(SYSTEM, ROOM, decide))

    # -- inside -----------------------------------------------------------------------------

    def _over(self, grant: Grant, now: datetime) -> str:
        """Return why an open grant is over, nothing where it is not."""
        if grant.is_due(now):
            return "time"
        return "" if self._incidents.get(number_of(grant.incident)).is_open else "incident"

    async def _named(self, names: Sequence[str]) -> list[Camera]:
        await self.register.ready()
        return [self.register.get(name) for name in dict.fromkeys(names)]

    def _check(self, asked: Asked, incident: Incident, cameras: list[Camera]) -> None:
        purpose = purpose_of(asked.purpose)
        receiver_of(asked.receiver, purpose)
        if not incident.is_open:
            raise IncidentOver(incident.number)
        if not 1 <= len(cameras) <= MOST_CAMERAS:
            raise CamerasNotCounted(MOST_CAMERAS)
        if not 1 <= asked.minutes <= purpose.max_minutes:
            raise GrantTooLong(purpose.code, purpose.max_minutes)

    async def _write_look(
        self, key: tuple[str, str, str, str], actor: Actor, camera: Camera, deed: Looked | Opened
    ) -> None:
        """Write a look in the chain, and in the book where it begins; then the image may go."""
        now = self._ground.clock.now()
        if not self.looks.is_due(key, now):
            return
        _, _, purpose, subject = key
        await self._audit(actor, camera, purpose, subject)
        if self.looks.is_new(key, now):
            noted = [Noted(subject or camera.id, deed)]
            await self._ground.logbook.write(actor, ROOM, lambda at: noted)
        self.looks.note(key, now)  # only now: what could not be written is asked again

    async def _audit(self, actor: Actor, camera: Camera, purpose: str, subject: str) -> None:
        await self._ground.access.audit(
            actor, Operation.CAMERA_SEE, camera.id, purpose=purpose, incident=subject or None
        )

    async def _marked(self, still: Still, who: str) -> Picture:
        mark = f"{still.taken_at:%Y-%m-%d %H:%M:%SZ}  {who}" + (
            "  SYNTHETIC" if still.is_synthetic else ""
        )
        body = await asyncio.to_thread(marked, still.body, mark)
        return Picture(body, "image/jpeg", still.taken_at, still.is_synthetic, is_clear=True)

    async def _allow(self, actor: Actor, operation: Operation, camera: Camera) -> None:
        await self._require(actor, operation, camera.id, camera.district)

    async def _require(
        self, actor: Actor, operation: Operation, target: str, district: str | None
    ) -> None:
        await self._ground.access.require(actor, operation, target, district=district)

    def _subject(self, incident: int | None) -> str:
        return "" if incident is None else self._incidents.get(incident).id

    def _district_of(self, incident: str) -> str | None:
        try:
            return self._incidents.get(number_of(incident)).district
        except NotExisting:
            return None

    def _take(self, entry: Entry) -> None:
        self.grants.take(entry)
        if isinstance(entry.deed, Looked):
            self.looks.take(entry, entry.deed.purpose)
        elif isinstance(entry.deed, Opened):
            self.looks.take(entry, self.grants.get(entry.deed.grant).purpose)

    async def _follow(self) -> None:
        while True:
            await self.register.ready()
            await self.register.changed()
            await asyncio.sleep(1)  # a city's devices speak all the time: a look a second is enough

    async def _keep_time(self) -> None:
        while True:
            await self.end_due()
            now = self._ground.clock.now()
            due = [one.until for one in self.grants.open_ones()]
            await self._ground.clock.sleep_until(min([now + timedelta(seconds=LOOK_S), *due]))


def _granted(
    asked: Asked, number: str, cameras: tuple[str, ...], at: datetime, secret: str
) -> Granted:
    return Granted(
        grant=number,
        receiver=asked.receiver,
        desk=asked.desk.strip()[:LONGEST_DESK],
        purpose=asked.purpose,
        cameras=cameras,
        until=at + timedelta(minutes=asked.minutes),
        digest=digest(secret),
    )
