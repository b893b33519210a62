"""From message bodies to the hub: parse, resolve, decode, store, each message whole or refused.

What cannot be used is kept with the reason, so that nothing is lost: once its device is
registered, `replay_refused` decodes it again.
"""

import dataclasses
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from dalgu.devices.errors import (
    DeviceControlsNothing,
    FormatUnknown,
    PayloadUndecodable,
    ProfileUnknown,
)
from dalgu.devices.formats import FORMATS, Parse, Reading, Says
from dalgu.devices.formats.fields import MAX_BODY_BYTES
from dalgu.devices.registry import Registered, Registry
from dalgu.devices.uplink import Decoder, Uplink
from dalgu.hub.hub import Delivery, Hub, Message, Receipt
from dalgu.hub.model import Entity
from dalgu.hub.types import Device
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting, Overloaded
from dalgu.kernel.ids import EntityId

log = logging.getLogger(__name__)

IN_FLIGHT_LIMIT = 4_096  # messages that are read and not yet durable
CHUNK_MESSAGES = 128  # one commit; some 10 ms of thinking, so pages stay quick in between
REPLAYED = "replay"  # transport of what was kept refused and is decoded again
REPLAY_LIMIT = 10_000  # newest messages of one device that a replay looks through
REPLAY_SHARED_LIMIT = 1_000  # and those of several devices, whose bodies may be large
REFUSAL_CHARACTERS = 1_000
SILENT_PROFILES = frozenset({None, "heartbeat"})  # devices that only say they are alive

Item = tuple[str, bytes, datetime | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One device's part of a message that could not be used, and why; `device` may be empty."""

    device: str
    error: DalguError


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message: its receipt and the parts that were refused."""

    receipt: Receipt
    refusals: tuple[Refusal, ...] = ()
    used: bool = True  # some part of it was good


@dataclass(slots=True)
class Counters:
    """What the entrance has done since it opened."""

    accepted: int = 0  # messages with at least one good part
    refused: int = 0  # messages kept with a refusal, in part or whole
    overloaded: int = 0  # messages turned away
    stored: int = 0  # history rows
    duplicates: int = 0


@dataclass(slots=True)
class _Draft:
    message: Message
    entities: list[Entity] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    used: bool = False

    def delivery(self) -> Delivery:
        """Return the message, its refusal written down, with what was good in it."""
        if not self.refusals:
            return Delivery(self.message, self.entities)
        text = " ".join(refusal.error.detail for refusal in self.refusals[:10])
        if len(self.refusals) > 1:
            text = f"{len(self.refusals)} parts are refused. {text}"
        message = dataclasses.replace(self.message, refusal=text[:REFUSAL_CHARACTERS])
        return Delivery(message, self.entities)


class Intake:
    """The device entrance.

    Parameters
    ----------
    hub
        Where messages and values go.
    registry
        Says which entity a device speaks of.
    decoders
        Decoder of each profile, from the city's services.
    clock
        Stamps what comes without an instant of receipt.
    """

    def __init__(
        self, hub: Hub, registry: Registry, decoders: Mapping[str, Decoder], clock: Clock
    ) -> None:
        self.counters = Counters()
        self.in_flight_limit = IN_FLIGHT_LIMIT
        self._hub = hub
        self._registry = registry
        self._decoders = decoders
        self._clock = clock
        self._in_flight = 0

    async def accept(
        self, format: str, body: bytes, *, transport: str, received_at: datetime | None = None
    ) -> list[Receipt]:
        """Store one message and what it says; durable at return.

        Raises
        ------
        DalguError
            When no part of it can be used: the first reason. It is kept all the same (the
            first MiB of it), unless its format is unknown or the platform is overloaded.
        """
        taken = await self.take(format, body, transport=transport, received_at=received_at)
        return [taken.receipt]

    async def take(
        self, format: str, body: bytes, *, transport: str, received_at: datetime | None = None
    ) -> Taken:
        """Do as `accept`, and name the refused parts beside the receipt."""
        parse_of(format)
        [taken] = await self._take_chunk([(format, body, received_at)], transport)
        if not taken.used:
            raise taken.refusals[0].error
        return taken

    async def accept_many(self, items: Iterable[Item], *, transport: str) -> list[Receipt]:
        """Store messages (format, body, received_at), in order, a chunk to a commit.

        One receipt for each; what cannot be used is kept with its refusal and counted,
        never raised.

        Raises
        ------
        FormatUnknown
            When a format has no parser; nothing of its chunk is stored.
        Overloaded
            When the entrance is full; the chunks before are stored.
        """
        receipts: list[Receipt] = []
        rest = iter(items)
        while chunk := list(islice(rest, CHUNK_MESSAGES)):
            receipts += [taken.receipt for taken in await self._take_chunk(chunk, transport)]
        return receipts

    async def replay_refused(self, device: str) -> list[Receipt]:
        """Decode the kept refused messages of a device again; a second replay does nothing.

        Each becomes a message of transport `replay` with the original's instant of receipt;
        parts that are refused still are counted and kept as refused once only.
        """
        drafts = [
            draft
            for message in await self._refused(device)
            for draft in self._understand([_again(message, device)], only=device)
            if draft.entities and not draft.refusals
        ]
        receipts: list[Receipt] = []
        while drafts:
            receipts += [taken.receipt for taken in await self._store(drafts[:CHUNK_MESSAGES])]
            del drafts[:CHUNK_MESSAGES]
        return receipts

    async def _refused(self, device: str) -> list[Message]:
        """Return the refused messages that speak of a device and were not replayed.

        A message of several devices is kept under what they have in common; its replay is
        kept under the one device, and known by the instant of receipt and the body.
        """
        own = await self._hub.messages(device=device, limit=REPLAY_LIMIT)
        kept = own
        for group in _groups(device):
            kept = kept + await self._hub.messages(
                device=group, refused=True, limit=REPLAY_SHARED_LIMIT
            )
        done = {(one.received_at, one.body) for _, one in own if one.transport == REPLAYED}
        return [
            one
            for _, one in reversed(kept)
            if one.refusal is not None and (one.received_at, one.body) not in done
        ]

    async def _take_chunk(self, chunk: Sequence[Item], transport: str) -> list[Taken]:
        if self._in_flight + len(chunk) > self.in_flight_limit:
            self.counters.overloaded += len(chunk)
            raise Overloaded(
                f"The device entrance holds {self._in_flight} messages that are not yet "
                f"stored; its limit is {self.in_flight_limit}. Send them again."
            )
        self._in_flight += len(chunk)
        try:
            now = self._clock.now()
            drafts = self._understand(
                [Message(at or now, transport, format, "", body) for format, body, at in chunk]
            )
            return await self._store(drafts)
        finally:
            self._in_flight -= len(chunk)

    def _understand(self, messages: Sequence[Message], *, only: str | None = None) -> list[_Draft]:
        """Return what messages say, or why they say nothing; payload codecs run for all at once."""
        drafts, heard = [], []
        for message in messages:
            draft, readings = _parsed(message, only)
            drafts.append(draft)
            heard += [(draft, reading) for reading in readings]
        told = [(reading, draft.message.received_at) for draft, reading in heard]
        filled = self._registry.with_fields(told)
        for (draft, reading), result in zip(heard, filled, strict=True):
            if isinstance(result, DalguError):
                draft.refusals.append(Refusal(reading.device, result))
            else:
                self._add(result, draft)
        for draft in drafts:
            draft.used = draft.used or not draft.refusals
        return drafts

    def _add(self, reading: Reading, draft: _Draft) -> None:
        try:
            entities = self._decode(reading, draft.message.received_at)
        except DalguError as error:
            draft.refusals.append(Refusal(reading.device, error))
            return
        draft.entities += entities
        draft.used = True

    def _decode(self, reading: Reading, received_at: datetime) -> list[Entity]:
        registered = self._registry.resolve(reading.device)
        if reading.says is Says.NOTHING:
            return []
        heard = Device(
            id=registered.entity,
            observed_at=reading.observed_at,
            device_state="online",
            origin=registered.origin,
        )
        if reading.says is Says.ALIVE or registered.profile in SILENT_PROFILES:
            return [heard]
        return [*self._values(reading, registered, received_at), heard]

    def now(self) -> datetime:
        """Return the city's present instant, by which the entrance stamps."""
        return self._clock.now()

    def check_profile(self, device: str, profile: str | None) -> None:
        """Return when messages of the profile can be decoded; else raise `ProfileUnknown`."""
        if profile not in SILENT_PROFILES and profile not in self._decoders:
            raise ProfileUnknown(device, profile or "")

    def _values(
        self, reading: Reading, registered: Registered, received_at: datetime
    ) -> list[Entity]:
        profile = registered.profile or ""
        decoder = self._decoders.get(profile)
        if decoder is None:
            raise ProfileUnknown(reading.device, profile)
        if registered.asset is None:
            raise DeviceControlsNothing(reading.device)
        uplink = _uplink(reading, registered.asset, received_at, registered.key)
        try:
            entities = decoder(uplink)
        except DalguError:
            raise
        except Exception as error:  # one broken decoder must not stop the entrance
            log.exception("uplink.undecodable device=%s profile=%s", reading.device, profile)
            raise PayloadUndecodable(reading.device, profile, repr(error)) from error
        return entities if registered.origin is None else _of_origin(entities, registered.origin)

    async def _store(self, drafts: Sequence[_Draft]) -> list[Taken]:
        try:
            receipts = await self._hub.ingest([draft.delivery() for draft in drafts])
        except (InvalidInput, NotExisting) as error:
            return await self._store_apart(drafts, error)
        taken = []
        for draft, receipt in zip(drafts, receipts, strict=True):
            self._count(draft, receipt)
            taken.append(Taken(receipt, tuple(draft.refusals), draft.used))
        return taken

    async def _store_apart(self, drafts: Sequence[_Draft], error: DalguError) -> list[Taken]:
        """Store what the hub refused together one by one, so that one draft fails alone."""
        if len(drafts) > 1:
            return [taken for draft in drafts for taken in await self._store([draft])]
        [draft] = drafts
        if not draft.entities:
            raise error  # the message itself is refused: nothing is left to take out
        draft.entities, draft.used = [], False
        draft.refusals.insert(0, Refusal(draft.message.device, error))
        return await self._store([draft])

    def _count(self, draft: _Draft, receipt: Receipt) -> None:
        self.counters.accepted += draft.used
        self.counters.stored += receipt.stored
        self.counters.duplicates += receipt.duplicates
        if draft.refusals:
            self.counters.refused += 1
            log.info(
                "uplink.refused device=%s message=%d", draft.message.device, receipt.message_id
            )


def _parsed(message: Message, only: str | None) -> tuple[_Draft, list[Reading]]:
    """Return the draft of a message and what its devices say in it, as far as it is asked for."""
    draft = _Draft(message)
    parse = parse_of(message.format)
    try:
        readings = parse(message.body, message.received_at)
    except DalguError as error:
        draft.message = dataclasses.replace(message, body=message.body[:MAX_BODY_BYTES])
        draft.refusals.append(Refusal("", error))
        return draft, []
    if only is not None:
        return draft, [reading for reading in readings if reading.device == only]
    draft.message = dataclasses.replace(message, device=_speaker(readings))
    return draft, readings


def parse_of(format: str) -> Parse:
    """Return the parser of a message format; raise `FormatUnknown` where there is none."""
    try:
        return FORMATS[format]
    except KeyError:
        raise FormatUnknown(format, tuple(FORMATS)) from None


def _again(message: Message, device: str) -> Message:
    return dataclasses.replace(message, transport=REPLAYED, device=device, refusal=None)


def _uplink(reading: Reading, asset: EntityId, received_at: datetime, key: bytes | None) -> Uplink:
    return Uplink(
        device=reading.device,
        entity=asset,
        received_at=received_at,
        observed_at=reading.observed_at,
        payload=reading.payload,
        values=reading.values,
        f_port=reading.f_port,
        f_cnt=reading.f_cnt,
        rssi_dbm=reading.rssi_dbm,
        snr_db=reading.snr_db,
        gateway=reading.gateway,
        key=key,
    )


def _of_origin(entities: Iterable[Entity], origin: str) -> list[Entity]:
    """Return the values with the origin of their device, said once for each entity."""
    told: set[EntityId] = set()
    marked = []
    for entity in entities:
        if entity.id in told or entity.origin is not None:
            marked.append(entity)
            continue
        told.add(entity.id)
        marked.append(dataclasses.replace(entity, origin=origin))
    return marked


def _speaker(readings: Sequence[Reading]) -> str:
    """Return the device of a message, or what its several devices have in common.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> _speaker([Reading("parking:dongin/b1", at), Reading("parking:dongin/b2", at)])
    'parking:dongin/*'
    """
    devices = {reading.device for reading in readings}
    if len(devices) == 1:
        return devices.pop()
    if not devices:
        return ""
    shared = set.intersection(*(set(_groups(device)) for device in devices))
    return max(shared, key=len)


def _groups(device: str) -> list[str]:
    """Return the names under which a message of several devices may have kept this one.

    >>> _groups("parking:dongin/b1")
    ['parking:dongin/*', 'parking:*', '*']
    """
    kind, _, name = device.partition(":")
    sites = [f"{kind}:{name.rpartition('/')[0]}/*"] if "/" in name else []
    return [*sites, f"{kind}:*", "*"]
