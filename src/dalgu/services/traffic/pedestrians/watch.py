"""The room of crossings: hears field and detectors, holds lights, passes cautions on."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from dalgu.devices.signals.report import Report
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Event, Hub
from dalgu.hub.model import JSON, Entity, Place
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.model import Crossing, Node
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing
from dalgu.services.traffic.pedestrians.ledger import Ledger, signalled
from dalgu.services.traffic.signals.layout import Floats
from dalgu.services.traffic.v2x.denm import VULNERABLE_ROAD_USER, Cause, Notification
from dalgu.services.traffic.v2x.refusals import V2xNotInstalled

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control
    from dalgu.services.traffic.v2x.roadside import Roadside

E = TypeVar("E", bound=Entity)

TELL_EVERY_S: Final = 300.0
STATION: Final = 1  # of the city's own notifications
KEPT: Final = timedelta(days=7)
VALID_S: Final = 5  # a caution is stale soon
QUALITY: Final = 3  # TS 102 894-2, InformationQuality: 0 unknown, 7 best


class Watch:
    """What is known of each crossing of the network in force."""

    def __init__(self, control: "Control", roadside: "Roadside") -> None:
        self._control, self._roadside = control, roadside
        self._hub: Hub = control.ground.hub
        self._ledger: tuple[Compiled, Ledger] | None = None
        self._places: dict[EntityId, int] = {}
        self._told_s = 0.0
        self._introduced: Compiled | None = None  # whose crossings the hub has heard of
        self._report: Report | None = None
        self._sequence = 0
        control.live.hears.append(self.hear)
        control.live.extension = self.extension

    def hear(self, report: Report) -> None:
        """Take a second of the field."""
        ledger = self._current()
        self._report = report
        if ledger is not None:
            ledger.take(report)

    def extension(self, report: Report) -> Floats | None:
        """Return how much longer each group is held for somebody still crossing."""
        compiled, ledger = self._control.compiled(), self._current()
        if compiled is None or ledger is None:
            return None
        return ledger.extend(report, len(compiled.layout.group_signal))

    async def run(self) -> None:
        """Follow what detectors say until cancelled, and tell the hub what was counted."""
        seen = await self._hub.head()
        while True:
            await self._hub.wait(seen)
            for event in await self._hub.events(seen):
                seen = event.seq
                await self._take(event)
            await self._tell()

    async def _take(self, event: Event) -> None:
        if event.kind == "deleted":
            return
        if event.type == "PedestrianCrossing" and "walkingCount" in event.attributes:
            await self._walkers(event.entity)
        if event.type == "CrossingCaution" and event.kind == "created":
            await self._announce(event.entity)

    async def _walkers(self, entity: EntityId) -> None:
        ledger, report, place = self._current(), self._report, self._places.get(entity)
        if ledger is None or report is None or place is None:
            return
        crossing = await self._read(entity, PedestrianCrossing)
        if crossing is None or not crossing.walking_count:
            ledger.seen_clear(place)
            return
        ledger.seen_walking(place, report.at_s, crossing.clear_in or 0.0)

    async def _announce(self, entity: EntityId) -> None:
        caution = await self._read(entity, CrossingCaution)
        compiled = self._control.compiled()
        if caution is None or compiled is None or caution.ref_crossing is None:
            return
        place = self._places.get(EntityId(caution.ref_crossing))
        if place is None or not compiled.network.is_geographic or caution.observed_at is None:
            return
        crossing = signalled(compiled.network)[place]
        node = next(one for one in compiled.network.nodes if one.id == crossing.node)
        self._notify(caution.observed_at, node)
        await self._hub.upsert([_placed(caution, _point(compiled, node))])

    def _notify(self, at: datetime, node: Node) -> None:
        self._sequence = (self._sequence + 1) % 65_536
        try:
            self._roadside.announce(
                Notification(
                    STATION, self._sequence, at, self._clock.now(),
                    node.lon, node.lat, Cause.COLLISION_RISK, VULNERABLE_ROAD_USER,
                    QUALITY, VALID_S,
                )
            )  # fmt: skip
        except V2xNotInstalled:
            return  # the sender has said so already; the hub still tells where it is

    @property
    def _clock(self) -> Clock:
        return self._control.ground.clock

    async def _read(self, entity: EntityId, kind: type[E]) -> E | None:
        try:
            return kind.from_document(await self._hub.retrieve(entity))
        except EntityNotExisting:
            return None  # it was there when it was announced

    async def _tell(self) -> None:
        current, report = self._ledger, self._report
        if current is None or report is None or report.at_s - self._told_s < TELL_EVERY_S:
            return
        self._told_s = report.at_s
        compiled, ledger = current
        at = datetime.fromtimestamp(report.at_s, UTC)
        told = list(crossings_told(compiled, ledger, at, is_first=self._introduced is not compiled))
        self._introduced = compiled
        ledger.forget()
        await self._hub.upsert(told)

    def _current(self) -> Ledger | None:
        compiled = self._control.compiled()
        if compiled is None:
            return None
        if self._ledger is None or self._ledger[0] is not compiled:
            self._ledger = (compiled, Ledger.of(compiled))
            self._places = {
                crossing_id(one): place for place, one in enumerate(signalled(compiled.network))
            }
        return self._ledger[1]


def crossing_id(crossing: Crossing) -> EntityId:
    """Return the id of a crossing's entity."""
    return entity_id("PedestrianCrossing", crossing.id)


def crossings_told(
    compiled: Compiled, ledger: Ledger, at: datetime, *, is_first: bool = True
) -> Iterator[PedestrianCrossing]:
    """Yield each crossing with what was counted up to an instant.

    At first all of them with what never changes; then those at which something happened.
    """
    waits = np.divide(
        ledger.waited_s, ledger.waits, out=np.zeros(len(ledger.waits)), where=ledger.waits > 0
    )
    nodes = {one.id: one for one in compiled.network.nodes}
    for place, crossing in enumerate(signalled(compiled.network)):
        happened = ledger.calls[place] or ledger.waits[place] or ledger.extensions[place]
        if not (is_first or happened):
            continue
        yield PedestrianCrossing(
            id=crossing_id(crossing),
            observed_at=at,
            ref_signal=entity_id("SignalController", crossing.signal) if is_first else None,
            zone=crossing.zone.value if is_first else None,
            length=crossing.length_m if is_first else None,
            call_count=int(ledger.calls[place]),
            wait=round(float(waits[place]), 1) if ledger.waits[place] else None,
            extension=round(float(ledger.extended_s[place]), 1),
            extension_count=int(ledger.extensions[place]),
            location=_point(compiled, nodes[crossing.node]) if is_first else None,
        )


def _placed(caution: CrossingCaution, where: Place) -> CrossingCaution:
    """Return what is to be added to a caution: a detector does not say where it stands."""
    return CrossingCaution(
        id=caution.id, observed_at=caution.observed_at, location=where, origin=caution.origin
    )


def _point(compiled: Compiled, node: Node) -> dict[str, JSON] | None:
    if not compiled.network.is_geographic:
        return None
    return {"type": "Point", "coordinates": [node.lon, node.lat]}


async def forget_cautions(hub: Hub, clock: Clock) -> None:
    """Delete cautions older than a week: what they add up to stays with their crossings."""
    since = iso(clock.now() - KEPT)
    old = [one["id"] async for one in hub.every("CrossingCaution", q=f"kind.observedAt<{since}")]
    for caution in old:
        with suppress(NotExisting):  # a job may run twice
            await hub.delete(EntityId(caution))
            await hub.forget(EntityId(caution))


JOBS = (
    Job(
        "traffic.forget_cautions",
        Text("지난 횡단보도 경고 지우기", "Forget old cautions at crossings"),
        daily("04:20"),
        forget_cautions,
    ),
)
