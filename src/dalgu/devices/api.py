"""The device entrance over HTTP: messages in, the registry, what was refused.

Each route carries the operation of the access policy as its name; the composition root
checks it; device keys ask for a right of their own here. Errors are raised and become
problem documents in the app's one handler.
"""

import dataclasses
from asyncio import to_thread
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import ANONYMOUS, Actor
from dalgu.access.policy import Operation, allow
from dalgu.devices.codecs.adding import (
    Adding,
    NewCodec,
    add_codec,
    as_new,
    list_codecs,
    source_of,
    told,
    tried,
    try_codec,
)
from dalgu.devices.codecs.mapping import mapping_names
from dalgu.devices.codecs.native import NATIVE
from dalgu.devices.codecs.shelf import codec_entity, codec_name
from dalgu.devices.errors import BodyTooLarge, ContentTypeUnsupported
from dalgu.devices.formats import chirpstack_format
from dalgu.devices.formats.fields import MAX_BODY_BYTES, field_invalid, from_hex, from_json
from dalgu.devices.intake import Intake, Taken, parse_of
from dalgu.devices.registry import Registered, Registry, device_entity
from dalgu.hub.hub import Hub, Message, Receipt
from dalgu.hub.model import JSON, Document
from dalgu.hub.types import Device
from dalgu.hub.values import check_geometry, check_uri
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text

# ChirpStack sends application/json; gateways that forward bare hex send text/plain.
CONTENT_TYPES = frozenset({"", "application/json", "text/plain", "application/x-ndjson"})
MAX_PAGE = 1_000
MAX_OFFSET = 10_000_000
PAGE = 100


class _Name(msgspec.Struct):
    ko: str = ""
    en: str = ""


class _Registration(msgspec.Struct, forbid_unknown_fields=True):
    device: str
    profile: str | None = None
    category: str | None = None
    controlled_asset: str | None = None
    declared_interval_s: Annotated[float, msgspec.Meta(gt=0)] | None = None
    in_service: bool = True
    name: _Name | None = None
    location: Document | None = None
    feed: str | None = None
    origin: str | None = None
    codec: str | None = None  # name of a payload codec
    key: str | None = None  # hexadecimal

    def to_device(self) -> Device:
        """Return the entity that the hub keeps; the key is no part of it."""
        return Device(
            id=device_entity(self.device),
            profile=self.profile,
            codec=None if self.codec is None else codec_entity(self.codec),
            category=self.category,
            controlled_asset=_link("controlled_asset", self.controlled_asset),
            declared_interval=self.declared_interval_s,
            in_service=self.in_service,
            name=None if self.name is None else Text(self.name.ko, self.name.en),
            location=(None if self.location is None else check_geometry("location", self.location)),
            feed=_link("feed", self.feed),
            origin=self.origin,
        )


class _NewCodec(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    source: str | None = None  # JavaScript by LoRa Alliance TS013
    native: str | None = None
    title: _Name | None = None
    vendor: str | None = None
    device: str | None = None
    licence: str | None = None
    mapping: str | None = None
    replaces: bool = False

    def to_codec(self) -> NewCodec:
        """Return the codec as it is added or tried."""
        title = None if self.title is None else Text(self.title.ko, self.title.en)
        return NewCodec(
            self.name,
            self.source,
            self.native,
            title,
            self.vendor,
            self.device,
            self.licence,
            self.mapping,
        )


class _Trial(msgspec.Struct, forbid_unknown_fields=True):
    bytes: str  # hexadecimal
    f_port: Annotated[int, msgspec.Meta(ge=0, le=255)] = 1
    source: str | None = None  # a text that is not added yet, in place of the kept one
    mapping: str | None = None


class _Paging(msgspec.Struct):
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)] = PAGE
    offset: Annotated[int, msgspec.Meta(ge=0, le=MAX_OFFSET)] = 0


_NEW_CODEC = msgspec.json.Decoder(_NewCodec)
_TRIAL = msgspec.json.Decoder(_Trial)
_REGISTRATIONS = msgspec.json.Decoder(_Registration | list[_Registration])


def routes(intake: Intake, registry: Registry, hub: Hub) -> list[Route]:
    """Return the routes under /devices; more special paths come first."""
    doors = _Doors(intake, registry, hub)
    send, read = Operation.UPLINK_SEND, Operation.DEVICE_READ
    write, messages = Operation.DEVICE_WRITE, Operation.MESSAGE_READ
    one = "/devices/registry/{device:path}"
    return [
        Route("/devices/registry", doors.list_devices, methods=["GET"], name=read),
        Route("/devices/registry", doors.register, methods=["POST"], name=write),
        Route(one, doors.remove, methods=["DELETE"], name=write),
        Route("/devices/codecs", doors.list_codecs, methods=["GET"], name=read),
        Route("/devices/codecs", doors.add_codec, methods=["POST"], name=write),
        Route("/devices/codecs/{name}/try", doors.try_codec, methods=["POST"], name=write),
        Route("/devices/refused", doors.list_refused, methods=["GET"], name=messages),
        Route("/devices/refused/replay", doors.replay, methods=["POST"], name=write),
        Route("/devices/{format}", doors.send, methods=["POST"], name=send),
    ]


class _Doors:
    """The handlers, with what they stand on."""

    def __init__(self, intake: Intake, registry: Registry, hub: Hub) -> None:
        self._intake = intake
        self._registry = registry
        self._hub = hub

    async def send(self, request: Request) -> Response:
        format = _format(request)
        parse_of(format)  # an unknown format is told before its body is read
        body = await _body(request, format)
        taken = await self._intake.take(format, body, transport="http")
        return _json(_receipt(taken))

    async def list_devices(self, request: Request) -> Response:
        paging = _paging(request)
        devices = list(self._registry)
        page = devices[paging.offset : paging.offset + paging.limit]
        return _json({"total": len(devices), "devices": [_registered(one) for one in page]})

    async def register(self, request: Request) -> Response:
        sent = from_json(_REGISTRATIONS, await _body(request, "registry"), "registry")
        registrations = [sent] if isinstance(sent, _Registration) else sent
        keys = {
            one.device: from_hex(one.key, format="registry", field="key")
            for one in registrations
            if one.key is not None
        }
        if keys:
            allow(_actor(request), Operation.DEVICE_KEY_WRITE)
        for one in registrations:
            self._intake.check_profile(one.device, one.profile)
        devices = [one.to_device() for one in registrations]
        count = await self._registry.register(devices, keys)
        return _json({"registered": count})

    async def remove(self, request: Request) -> Response:
        device = request.path_params["device"]
        if self._registry.resolve(device).key is not None:
            allow(_actor(request), Operation.DEVICE_KEY_WRITE)
        await self._registry.remove(device)
        return Response(status_code=204)

    async def list_codecs(self, _request: Request) -> Response:
        codecs = [told(codec) for codec in await list_codecs(self._hub)]
        return _json({"codecs": codecs, "native": sorted(NATIVE), "mappings": [*mapping_names()]})

    async def add_codec(self, request: Request) -> Response:
        sent = from_json(_NEW_CODEC, await _body(request, "codec"), "codec")
        codecs = self._registry.codecs
        at, by = self._intake.now(), _actor(request).id
        adding = Adding(at, by, replaces=sent.replaces)
        added = await add_codec(self._hub, codecs.host, sent.to_codec(), adding)
        await codecs.refresh(added.id)
        return _json(told(added))

    async def try_codec(self, request: Request) -> Response:
        sent = from_json(_TRIAL, await _body(request, "codec"), "codec")
        payload = from_hex(sent.bytes, format="codec", field="bytes")
        name = request.path_params["name"]
        if sent.source is None:
            codec = as_new(*await source_of(self._hub, name))
        else:
            codec = NewCodec(name, sent.source)
        if sent.mapping is not None:
            codec = dataclasses.replace(codec, mapping=sent.mapping)
        host, at = self._registry.codecs.host, self._intake.now()
        result = await to_thread(try_codec, host, codec, payload, f_port=sent.f_port, at=at)
        return _json(tried(result))

    async def list_refused(self, request: Request) -> Response:
        paging = _paging(request)
        device = request.query_params.get("device")
        kept = await self._hub.messages(
            device=device, refused=True, limit=paging.offset + paging.limit
        )
        return _json({"refused": [_refused(*one) for one in kept[paging.offset :]]})

    async def replay(self, request: Request) -> Response:
        device = request.query_params.get("device", "")
        self._registry.resolve(device)
        return _json(_sum(await self._intake.replay_refused(device)))


def _actor(request: Request) -> Actor:
    """Return who asks, as the composition root's middleware found out; nobody without it."""
    actor: Actor = request.scope.get("actor", ANONYMOUS)
    return actor


def _format(request: Request) -> str:
    format: str = request.path_params["format"]
    if format != "chirpstack":
        return format
    return chirpstack_format(request.query_params.get("event", "up"))


async def _body(request: Request, format: str) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in CONTENT_TYPES:
        raise ContentTypeUnsupported(content_type)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(format, len(body), MAX_BODY_BYTES)
    return bytes(body)


def _paging(request: Request) -> _Paging:
    try:
        return msgspec.convert(dict(request.query_params), _Paging, strict=False)
    except msgspec.ValidationError as error:
        raise field_invalid("query", str(error)) from None


def _link(field: str, text: str | None) -> EntityId | None:
    return None if text is None else EntityId(check_uri(field, text))


def _receipt(taken: Taken) -> JSON:
    receipt = taken.receipt
    return {
        "message_id": receipt.message_id,
        "stored": receipt.stored,
        "duplicates": receipt.duplicates,
        "refused": [
            {"device": refusal.device, "detail": refusal.error.detail} for refusal in taken.refusals
        ],
    }


def _registered(device: Registered) -> JSON:
    return {
        "device": device.device,
        "entity": device.entity,
        "controlled_asset": device.asset,
        "profile": device.profile,
        "codec": None if device.codec is None else codec_name(device.codec),
        "declared_interval_s": device.declared_interval_s,
        "origin": device.origin,
        "has_key": device.key is not None,
    }


def _refused(message_id: int, message: Message) -> JSON:
    return {
        "message_id": message_id,
        "received_at": iso(message.received_at),
        "transport": message.transport,
        "format": message.format,
        "device": message.device,
        "refusal": message.refusal,
        "bytes": len(message.body),
    }


def _sum(receipts: list[Receipt]) -> JSON:
    return {
        "replayed": len(receipts),
        "stored": sum(receipt.stored for receipt in receipts),
        "duplicates": sum(receipt.duplicates for receipt in receipts),
    }


def _json(value: JSON) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
