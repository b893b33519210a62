"""The codecs of a city, in memory: from the codec of a device to the fields of its bytes.

Their texts are kept in the hub under their digests and loaded once; the registry of devices
keeps this shelf fresh by the hub's events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dalgu.devices.codecs.entities import PayloadCodec
from dalgu.devices.codecs.errors import (
    CodecEngineAbsent,
    CodecRefusal,
    CodecUnknown,
    CodecUnloadable,
)
from dalgu.devices.codecs.host import Call, Codec, CodecHost, decoded, uplink_call
from dalgu.devices.codecs.mapping import canonical
from dalgu.devices.codecs.native import native_of
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId, entity_id

PREFIX = entity_id("PayloadCodec", "")

Fields = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Shelved:
    """One codec of the city; `codec` or `native` is there, or the `fault` that forbids its use."""

    name: str
    codec: Codec | None
    native: str | None
    mapping: str | None
    fault: DalguError | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One payload whose fields are asked for, and the codec that makes them."""

    codec: EntityId
    payload: bytes
    f_port: int | None
    received_at: datetime


class Codecs:
    """The codecs that devices name.

    Parameters
    ----------
    hub
        Holds the `PayloadCodec` entities and the texts.
    """

    def __init__(self, hub: Hub) -> None:
        self.host = CodecHost()
        self._hub = hub
        self._shelved: dict[EntityId, Shelved] = {}

    async def load(self) -> None:
        """Read all codecs of the hub."""
        async for document in self._hub.every(PayloadCodec.type):
            await self._shelve(PayloadCodec.from_document(document))

    async def refresh(self, entity: EntityId) -> None:
        """Take in the change of one codec."""
        try:
            document = await self._hub.retrieve(entity)
        except EntityNotExisting:
            self._shelved.pop(entity, None)
            return
        await self._shelve(PayloadCodec.from_document(document))

    def fields(self, asked: Sequence[Asked]) -> list[Fields | DalguError]:
        """Return the fields of each payload, or why there are none.

        A codec with a mapping gives the canonical fields that profile `water-decoded` reads.
        """
        results: list[Fields | DalguError | None] = [None] * len(asked)
        calls = []
        for index, one in enumerate(asked):
            shelved = self._shelved.get(one.codec)
            if shelved is None:
                results[index] = CodecUnknown(codec_name(one.codec))
            elif shelved.fault is not None:
                results[index] = shelved.fault
            elif shelved.codec is not None:
                call = uplink_call(shelved.codec, one.payload, one.f_port, one.received_at)
                calls.append((index, shelved, call))
            else:
                results[index] = _attempt(shelved, one)
        for (index, shelved, _), result in zip(calls, self._run(calls), strict=True):
            results[index] = _understood(shelved, result)
        return [result for result in results if result is not None]

    def _run(self, calls: Sequence[tuple[int, Shelved, Call]]) -> list[JSON | DalguError]:
        try:
            return [*self.host.run_many([call for _, _, call in calls])]
        except CodecEngineAbsent as absent:
            return [absent] * len(calls)

    async def _shelve(self, entity: PayloadCodec) -> None:
        name = codec_name(entity.id)
        codec, fault = None, None
        if entity.native is None:
            try:
                codec = Codec(name, await source_text(self._hub, name, entity.digest))
            except DalguError as error:  # one bad codec must not keep the city from starting
                fault = error
        self._shelved[entity.id] = Shelved(name, codec, entity.native, entity.mapping, fault)


async def source_text(hub: Hub, name: str, digest: str | None) -> str:
    """Return the kept text of a codec; raise `CodecUnloadable` or `KeptNotExisting`."""
    if not isinstance(digest, str):
        raise CodecUnloadable(name, "it has neither a text nor a native decoder")
    try:
        return (await hub.kept(digest)).decode("utf-8")
    except UnicodeDecodeError:
        raise CodecUnloadable(name, "what is kept under its digest is no text") from None


def codec_entity(name: str) -> EntityId:
    """Return the entity id of a codec's name.

    >>> codec_entity("axioma-qalcosonic-w1")
    'urn:ngsi-ld:PayloadCodec:axioma-qalcosonic-w1'
    """
    return EntityId(PREFIX + name)


def codec_name(entity: EntityId) -> str:
    """Return the name of a codec's entity id."""
    return entity.removeprefix(PREFIX)


def _attempt(shelved: Shelved, asked: Asked) -> Fields | DalguError:
    try:
        fields = native_of(shelved.native or "").decode(asked.payload, asked.f_port)
        return fields if shelved.mapping is None else canonical(shelved.mapping, fields).fields()
    except DalguError as error:
        return error


def _understood(shelved: Shelved, result: JSON) -> Fields | DalguError:
    """Return the fields in what a call of the codec gave."""
    if isinstance(result, DalguError):
        return result
    try:
        found = decoded(shelved.name, result)
        if found.errors:
            raise CodecRefusal(shelved.name, "; ".join(found.errors))
        fields: Fields = found.data
        return fields if shelved.mapping is None else canonical(shelved.mapping, fields).fields()
    except DalguError as error:
        return error
