"""What the `Hub` facade needs beyond NGSI-LD, under `/hub/v1`: for our own remote hubs."""

import asyncio
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from dalgu.hub.api.exchange import Call, Response, plain
from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.document import parse_entity, parse_fragment
from dalgu.hub.errors import BadRequestData, InvalidRequest, ParameterInvalid, PathNotExisting
from dalgu.hub.hub import Delivery, Hub
from dalgu.hub.model import Document
from dalgu.hub.query.parse import Parameters, flag, whole
from dalgu.hub.query.q import compile_q
from dalgu.hub.values import check_uri, instant
from dalgu.hub.wire import SentChange, SentDelivery, SentEvent, SentMessage
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId

MAX_EVENTS: Final = 1_000
MAX_MESSAGES: Final = 1_000
MAX_HISTORY: Final = 10_000
MAX_WAIT_S: Final = 30


T = TypeVar("T")


async def _read(call: Call, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await call.body(), type=kind)
    except msgspec.ValidationError as refusal:
        raise BadRequestData(f"The body is invalid: {refusal}.") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise InvalidRequest("The body is no JSON.") from None


async def ingest(hub: Hub, call: Call) -> Response:
    """Store deliveries; return their receipts."""
    sent = await _read(call, list[SentDelivery])
    deliveries = [
        Delivery(one.message.message(), [parse_entity(entity) for entity in one.entities])
        for one in sent
    ]
    receipts = await hub.ingest(deliveries)
    return plain(
        [
            {"messageId": one.message_id, "stored": one.stored, "duplicates": one.duplicates}
            for one in receipts
        ]
    )


async def upsert(hub: Hub, call: Call) -> Response:
    """Create or observe entities; return how many."""
    documents = [parse_entity(one) for one in await _read(call, list[Document])]
    return plain(await hub.upsert(documents))


async def apply(hub: Hub, call: Call) -> Response:
    """Apply changes; return what became of each, in its place."""
    changes = [_change(one) for one in await _read(call, list[SentChange])]
    return plain([_outcome(one) for one in await hub.apply(changes)])


def _change(sent: SentChange) -> Change:
    entity = EntityId(check_uri("entity", sent.entity))
    is_patch = sent.action in (Action.MERGE, Action.UPDATE, Action.UPDATE_ATTRIBUTE)
    document = parse_fragment(sent.document, patch=is_patch)
    if sent.action in (Action.UPDATE_ATTRIBUTE, Action.REPLACE_ATTRIBUTE) and (
        sent.attribute not in document
    ):
        raise BadRequestData("The document of an attribute's change must hold the attribute.")
    return Change(
        sent.action,
        entity,
        document,
        sent.attribute,
        sent.dataset,
        sent.every_dataset,
        sent.types,
    )


def _outcome(outcome: Applied | DalguError) -> Document:
    if isinstance(outcome, DalguError):
        return {"error": outcome.problem()}
    return {
        "document": outcome.document,
        "kind": outcome.kind,
        "changed": outcome.changed,
        "skipped": outcome.skipped,
    }


def _required(parameters: Parameters, name: str) -> str:
    value = parameters.get(name)
    if not value:
        raise InvalidRequest(f"Query parameter '{name}' is required.")
    return value


def _instant(parameters: Parameters, name: str) -> datetime:
    at = instant(_required(parameters, name))
    if at is None:
        raise ParameterInvalid(name, parameters[name], "must be a DateTime")
    return at


_WINDOW = frozenset(("entity", "type", "attribute", "since", "until"))


async def series(hub: Hub, call: Call) -> Response:
    """Return the numeric history of one attribute of one entity."""
    parameters = call.parameters(_WINDOW - {"type"})
    found = await hub.series(
        EntityId(check_uri("entity", _required(parameters, "entity"))),
        _required(parameters, "attribute"),
        _instant(parameters, "since"),
        _instant(parameters, "until"),
    )
    return plain(
        {
            "at": found.at_s.tolist(),
            "value": found.value.tolist(),
            "message": found.message_id.tolist(),
        }
    )


async def forget(hub: Hub, call: Call) -> Response:
    """Delete the history of an entity; its state stays."""
    call.parameters(frozenset())
    await hub.forget(EntityId(check_uri("entity", call.path[1])))
    return Response(204)


async def columns(hub: Hub, call: Call) -> Response:
    """Return the numeric history of one attribute of all entities of a type."""
    parameters = call.parameters(_WINDOW - {"entity"})
    found = await hub.columns(
        _required(parameters, "type"),
        _required(parameters, "attribute"),
        _instant(parameters, "since"),
        _instant(parameters, "until"),
    )
    return plain(
        {
            "ids": found.ids,
            "entity": found.entity.tolist(),
            "at": found.at_s.tolist(),
            "value": found.value.tolist(),
            "message": found.message_id.tolist(),
        }
    )


async def history(hub: Hub, call: Call) -> Response:
    """Return the newest instances of one attribute, with their message ids."""
    parameters = call.parameters(frozenset(("entity", "attribute", "last")))
    found = await hub.history(
        EntityId(check_uri("entity", _required(parameters, "entity"))),
        _required(parameters, "attribute"),
        last=whole(parameters, "last", 100, MAX_HISTORY),
    )
    return plain([{"instance": instance, "message": message} for instance, message in found])


async def message(hub: Hub, call: Call) -> Response:
    """Return one message as it came."""
    call.parameters(frozenset())
    text = call.path[1]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise PathNotExisting(f"messages/{text}")
    return plain(SentMessage.of(await hub.message(int(text))))


async def messages(hub: Hub, call: Call) -> Response:
    """Return the newest messages."""
    parameters = call.parameters(frozenset(("device", "refused", "limit")))
    found = await hub.messages(
        device=parameters.get("device"),
        refused=flag(parameters, "refused"),
        limit=whole(parameters, "limit", 50, MAX_MESSAGES),
    )
    return plain([{"id": key, "message": SentMessage.of(one)} for key, one in found])


async def types(hub: Hub, call: Call) -> Response:
    """Return how many entities there are of each type."""
    call.parameters(frozenset())
    return plain(await hub.types())


async def count(hub: Hub, call: Call) -> Response:
    """Return how many entities of a type match."""
    parameters = call.parameters(frozenset(("type", "q")))
    q = parameters.get("q")
    if q is not None:
        compile_q(q)
    return plain(await hub.count(_required(parameters, "type"), q=q))


async def events(hub: Hub, call: Call) -> Response:
    """Return events after a cursor; with `wait` seconds, as soon as there is one."""
    parameters = call.parameters(frozenset(("after", "limit", "wait")))
    after = whole(parameters, "after", 0, 10**12 - 1)
    limit = whole(parameters, "limit", 500, MAX_EVENTS)
    wait_s = whole(parameters, "wait", 0, MAX_WAIT_S)
    found = await hub.events(after, limit=limit)
    if not found and wait_s:
        try:
            await asyncio.wait_for(hub.wait(after), wait_s)
        except TimeoutError:
            return plain([])
        found = await hub.events(after, limit=limit)
    return plain([SentEvent.of(one) for one in found])


async def head(hub: Hub, call: Call) -> Response:
    """Return the number of the newest event."""
    call.parameters(frozenset())
    return plain(await hub.head())


async def keep(hub: Hub, call: Call) -> Response:
    """Keep the body for good; return its digest."""
    call.parameters(frozenset())
    return plain(await hub.keep(await call.body()), status=201)


async def kept(hub: Hub, call: Call) -> Response:
    """Return kept bytes."""
    call.parameters(frozenset())
    body = await hub.kept(call.path[1])
    return Response(200, body, [(b"content-type", b"application/octet-stream")])
