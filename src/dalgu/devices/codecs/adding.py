"""Adds codecs to a city, lists them, and tries one on bytes before a device depends on it."""

import re
from asyncio import to_thread
from dataclasses import dataclass, replace
from datetime import datetime

from dalgu.devices.codecs.entities import PayloadCodec
from dalgu.devices.codecs.errors import (
    CodecNameInvalid,
    CodecNameTaken,
    CodecUnknown,
    CodecUnloadable,
)
from dalgu.devices.codecs.host import Codec, CodecHost, Decoded
from dalgu.devices.codecs.mapping import CanonicalRead, canonical, mapping_of
from dalgu.devices.codecs.native import native_of
from dalgu.devices.codecs.shelf import codec_entity, source_text
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Text

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class NewCodec:
    """A codec as somebody adds it: a JavaScript text, or the name of a native decoder."""

    name: str
    source: str | None = None
    native: str | None = None
    title: Text | None = None
    vendor: str | None = None
    device: str | None = None
    licence: str | None = None
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Adding:
    """When and by whom a codec is added, and whether it may take the place of another text."""

    at: datetime
    by: str | None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What a codec makes of bytes, and the canonical read in it where it has a mapping."""

    decoded: Decoded
    read: CanonicalRead | None


async def add_codec(hub: Hub, host: CodecHost, new: NewCodec, adding: Adding) -> PayloadCodec:
    """Check a codec, keep its text, and register it; adding the same again changes nothing.

    Raises
    ------
    CodecNameInvalid, CodecUnloadable, CodecStopped, MappingUnknown, CodecUnknown
        When the name, the text, the mapping or the native decoder cannot be used.
    CodecNameTaken
        When the name has another text and it may not be replaced.
    """
    entity = _entity(new, adding)
    if new.source is not None:
        codec = Codec(new.name, new.source)
        await to_thread(host.check, codec)  # up to a second of CPU
        entity = replace(entity, digest=codec.digest)
    present = await _present(hub, new.name)
    if present is not None and (present.digest, present.native) != (entity.digest, entity.native):
        if not adding.replaces:
            raise CodecNameTaken(new.name)
        await hub.delete(entity.id)  # a merge would leave the digest of a codec that is native now
    if new.source is not None:
        await hub.keep(new.source.encode())
    await hub.upsert([entity])
    return entity


async def list_codecs(hub: Hub) -> list[PayloadCodec]:
    """Return the codecs of a city."""
    return [PayloadCodec.from_document(one) async for one in hub.every(PayloadCodec.type)]


async def source_of(hub: Hub, name: str) -> tuple[PayloadCodec, str | None]:
    """Return a codec and its text, which a native one has not; raise `CodecUnknown`."""
    present = await _present(hub, name)
    if present is None:
        raise CodecUnknown(name)
    if present.native is not None:
        return present, None
    return present, await source_text(hub, name, present.digest)


def try_codec(
    host: CodecHost, new: NewCodec, payload: bytes, *, f_port: int, at: datetime
) -> Tried:
    """Return what a codec makes of bytes; raises as the codec does on an uplink."""
    if new.native is not None:
        result = Decoded(native_of(new.native).decode(payload, f_port))
    else:
        codec = Codec(new.name, new.source or "")
        result = host.decode_uplink(codec, payload, f_port=f_port, received_at=at)
    if new.mapping is None or result.errors:
        return Tried(result, None)
    return Tried(result, canonical(new.mapping, result.data))


def as_new(entity: PayloadCodec, source: str | None) -> NewCodec:
    """Return a registered codec in the shape in which it can be tried."""
    name = entity.id.removeprefix(codec_entity(""))
    return NewCodec(name, source, entity.native, mapping=entity.mapping)


def told(entity: PayloadCodec) -> Document:
    """Return a codec as the HTTP interface tells it."""
    return {
        "name": entity.id.removeprefix(codec_entity("")),
        "entity": entity.id,
        "title": None if entity.name is None else {"ko": entity.name.ko, "en": entity.name.en},
        "vendor": entity.vendor,
        "device": entity.device,
        "digest": entity.digest,
        "native": entity.native,
        "licence": entity.licence,
        "mapping": entity.mapping,
        "added_at": entity.added_at,
        "added_by": entity.added_by,
    }


def tried(result: Tried) -> Document:
    """Return a trial as the HTTP interface and the command tell it."""
    answer: Document = {
        "data": result.decoded.data,
        "errors": result.decoded.errors,
        "warnings": result.decoded.warnings,
    }
    if result.read is not None:
        answer["read"] = result.read.fields()
    return answer


def _entity(new: NewCodec, adding: Adding) -> PayloadCodec:
    if _NAME.fullmatch(new.name) is None:
        raise CodecNameInvalid(new.name)
    if new.mapping is not None:
        mapping_of(new.mapping)
    mapping = new.mapping
    if new.native is not None:
        mapping = mapping or native_of(new.native).mapping
    elif new.source is None:
        raise CodecUnloadable(new.name, "it has neither a text nor a native decoder")
    return PayloadCodec(
        id=codec_entity(new.name),
        name=new.title,
        vendor=new.vendor,
        device=new.device,
        native=new.native,
        licence=new.licence,
        mapping=mapping,
        added_at=iso(adding.at),
        added_by=adding.by,
    )


async def _present(hub: Hub, name: str) -> PayloadCodec | None:
    try:
        return PayloadCodec.from_document(await hub.retrieve(codec_entity(name)))
    except EntityNotExisting:
        return None
