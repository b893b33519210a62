"""The hub in another process or place, over HTTP: the same protocol as `LocalHub`.

NGSI-LD carries what it can; the rest goes by the hub's own resources under `/hub/v1`.
"""

import dataclasses
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

import httpx2
import msgspec
import numpy as np

from dalgu.hub.asking import parameters, temporal_parameters
from dalgu.hub.change import Applied, Change
from dalgu.hub.errors import HubError
from dalgu.hub.hub import (
    Columns,
    Delivery,
    Event,
    Message,
    Page,
    Query,
    Receipt,
    Revision,
    Series,
    TemporalQuery,
)
from dalgu.hub.model import JSON, Document, Entity
from dalgu.hub.query.parse import MAX_LIMIT
from dalgu.hub.wire import SentChange, SentDelivery, SentEvent, SentMessage
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId

NGSI_LD: Final = "/ngsi-ld/v1"
OWN: Final = "/hub/v1"
TIMEOUT_S: Final = 60.0
WAIT_S: Final = 25  # of one long poll; below the time-outs of proxies
PAGE: Final = 500

Parameters = Mapping[str, str | int]


class HubUnreachable(HubError):
    """The remote hub does not answer."""

    status = 503
    slug = "hub-unreachable"
    title = "The hub is unreachable"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Hub {url} does not answer ({reason}).", url=url)


class RemoteRefusal(HubError):
    """The remote hub refused, for a reason that this side has no class for."""

    status = 502
    slug = "remote-refusal"
    title = "The remote hub refused"


class RemoteHub:
    """Implements `Hub` over HTTP.

    Parameters
    ----------
    base_url
        Where the hub is, without path: `https://hub.daegu.example`.
    token
        API token that is sent as bearer.
    transport
        Replaces the network, for a hub in the same process.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._url = base_url
        self._client = httpx2.AsyncClient(
            base_url=base_url, headers=headers, transport=transport, timeout=TIMEOUT_S
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(
        self, method: str, path: str, *, query: Parameters | None = None, body: JSON = None
    ) -> httpx2.Response:
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            response = await self._client.request(
                method, path, params=dict(query or {}), content=content, headers=headers
            )
        except httpx2.HTTPError as failure:
            raise HubUnreachable(self._url, type(failure).__name__) from None
        if response.status_code >= 400:
            raise revived(response.status_code, response.content)
        return response

    async def _get(self, path: str, **query: str | int | None) -> JSON:
        given = {name: value for name, value in query.items() if value is not None}
        return msgspec.json.decode((await self._ask("GET", path, query=given)).content)

    async def ingest(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Store messages with what was decoded from them, all in one commit group."""
        sent = [
            SentDelivery(SentMessage.of(one.message), [_document(e) for e in one.entities])
            for one in deliveries
        ]
        answer = await self._ask("POST", f"{OWN}/deliveries", body=sent)
        return [
            Receipt(one["messageId"], one["stored"], one["duplicates"])
            for one in msgspec.json.decode(answer.content)
        ]

    async def upsert(self, entities: Iterable[Entity | Document]) -> int:
        """Create or merge entities; return how many."""
        body = [_document(one) for one in entities]
        answer = await self._ask("POST", f"{OWN}/observations", body=body)
        return int(msgspec.json.decode(answer.content))

    async def create(self, entity: Entity | Document) -> None:
        """Create one entity; raise `EntityAlreadyExists`."""
        await self._ask("POST", f"{NGSI_LD}/entities", body=_document(entity))

    async def merge(self, entity: Entity | Document) -> None:
        """Merge one existing entity; raise `EntityNotExisting`."""
        document = _document(entity)
        path = f"{NGSI_LD}/entities/{_quoted(document['id'])}"
        await self._ask("PATCH", path, body=document)

    async def delete(self, entity: EntityId) -> None:
        """Delete one entity; raise `EntityNotExisting`."""
        await self._ask("DELETE", f"{NGSI_LD}/entities/{_quoted(entity)}")

    async def apply(self, changes: Sequence[Change]) -> list[Applied | DalguError]:
        """Apply changes; one that is refused gives its error."""
        body = [SentChange.of(one) for one in changes]
        answer = await self._ask("POST", f"{OWN}/changes", body=body)
        return [_outcome(one) for one in msgspec.json.decode(answer.content)]

    async def evolution(self, query: TemporalQuery) -> Page:
        """Return entities with the history of their attributes."""
        asked = temporal_parameters(query)
        answer = await self._ask("GET", f"{NGSI_LD}/temporal/entities", query=asked)
        page = _page(answer)
        if query.last is None:  # over HTTP the oldest stands first then
            page = Page([_newest_first(one) for one in page.entities], page.total)
        return page

    async def forget(self, entity: EntityId) -> None:
        """Delete an entity's history."""
        await self._ask("DELETE", f"{OWN}/history/{_quoted(entity)}")

    async def revise(self, revision: Revision) -> None:
        """Change the past; the state follows where it stood on what changes."""
        path = f"{NGSI_LD}/temporal/entities/{_quoted(revision.entity)}"
        path += f"/attrs/{quote(revision.attribute, safe='')}"
        if revision.instance is None:
            every = {"deleteAll": "true"} if revision.every_dataset else {}
            dataset = {} if revision.dataset is None else {"datasetId": revision.dataset}
            await self._ask("DELETE", path, query={**every, **dataset})
            return
        path += f"/{_quoted(revision.instance)}"
        if revision.patch is None:
            await self._ask("DELETE", path)
        else:
            await self._ask("PATCH", path, body=revision.patch)

    async def retrieve(self, entity: EntityId) -> Document:
        """Return one entity, normalized with createdAt and modifiedAt."""
        path = f"{NGSI_LD}/entities/{_quoted(entity)}"
        return dict(await self._get(path, options="sysAttrs"))

    async def query(self, query: Query) -> Page:
        """Return a page of entities in stable order."""
        rest, found = query, Page([])
        while True:
            part = dataclasses.replace(rest, limit=min(rest.limit, MAX_LIMIT))
            page = _page(await self._ask("GET", f"{NGSI_LD}/entities", query=parameters(part)))
            found = Page([*found.entities, *page.entities], page.total)
            if len(page.entities) < part.limit or part.limit == rest.limit:
                return found
            rest = dataclasses.replace(
                rest, limit=rest.limit - part.limit, offset=rest.offset + part.limit
            )

    async def every(self, entity_type: str, *, q: str | None = None) -> AsyncIterator[Document]:
        """Yield all entities of a type, page by page."""
        query = Query(types=(entity_type,), q=q, limit=PAGE)
        while True:
            page = await self.query(query)
            for document in page.entities:
                yield document
            if len(page.entities) < PAGE:
                return
            query = dataclasses.replace(query, offset=query.offset + PAGE)

    async def count(self, entity_type: str, *, q: str | None = None) -> int:
        """Return how many entities of a type match."""
        return int(await self._get(f"{OWN}/count", type=entity_type, q=q))

    async def series(
        self, entity: EntityId, attribute: str, since: datetime, until: datetime
    ) -> Series:
        """Return the numeric history of one attribute in [since, until)."""
        found = await self._get(
            f"{OWN}/series",
            entity=entity,
            attribute=attribute,
            since=iso(since),
            until=iso(until),
        )
        return Series(
            np.array(found["at"], np.float64),
            np.array(found["value"], np.float64),
            np.array(found["message"], np.int64),
        )

    async def columns(
        self, entity_type: str, attribute: str, since: datetime, until: datetime
    ) -> Columns:
        """Return the numeric history of one attribute over all entities of a type."""
        found = await self._get(
            f"{OWN}/columns",
            type=entity_type,
            attribute=attribute,
            since=iso(since),
            until=iso(until),
        )
        return Columns(
            [EntityId(one) for one in found["ids"]],
            np.array(found["entity"], np.int64),
            np.array(found["at"], np.float64),
            np.array(found["value"], np.float64),
            np.array(found["message"], np.int64),
        )

    async def history(
        self, entity: EntityId, attribute: str, *, last: int = 100
    ) -> list[tuple[Document, int]]:
        """Return the newest instances, newest first, each with its message id."""
        found = await self._get(f"{OWN}/history", entity=entity, attribute=attribute, last=last)
        return [(one["instance"], one["message"]) for one in found]

    async def message(self, message_id: int) -> Message:
        """Return a kept message; raise `MessageNotExisting`."""
        answer = await self._ask("GET", f"{OWN}/messages/{message_id}")
        return msgspec.json.decode(answer.content, type=SentMessage).message()

    async def messages(
        self, *, device: str | None = None, refused: bool = False, limit: int = 50
    ) -> list[tuple[int, Message]]:
        """Return the newest messages, newest first."""
        found = await self._get(
            f"{OWN}/messages", device=device, refused=str(refused).lower(), limit=limit
        )
        return [
            (one["id"], msgspec.convert(one["message"], SentMessage).message()) for one in found
        ]

    async def keep(self, body: bytes) -> str:
        """Keep bytes for good under their SHA-256 and return it."""
        try:
            response = await self._client.post(f"{OWN}/kept", content=body)
        except httpx2.HTTPError as failure:
            raise HubUnreachable(self._url, type(failure).__name__) from None
        if response.status_code >= 400:
            raise revived(response.status_code, response.content)
        return str(msgspec.json.decode(response.content))

    async def kept(self, digest: str) -> bytes:
        """Return kept bytes; raise `KeptNotExisting`."""
        return (await self._ask("GET", f"{OWN}/kept/{_quoted(digest)}")).content

    async def types(self) -> dict[str, int]:
        """Return how many entities there are of each type."""
        return dict(await self._get(f"{OWN}/types"))

    async def events(self, after: int, *, limit: int = 500) -> list[Event]:
        """Return events after a cursor, oldest first, at once."""
        return await self._events(after, limit, 0)

    async def _events(self, after: int, limit: int, wait_s: int) -> list[Event]:
        answer = await self._ask(
            "GET", f"{OWN}/events", query={"after": after, "limit": limit, "wait": wait_s}
        )
        return [one.event() for one in msgspec.json.decode(answer.content, type=list[SentEvent])]

    async def wait(self, after: int) -> None:
        """Return as soon as there is an event past the cursor."""
        while not await self._events(after, 1, WAIT_S):
            pass

    async def head(self) -> int:
        """Return the sequence number of the newest event."""
        return int(await self._get(f"{OWN}/head"))


def _document(entity: Entity | Document) -> Document:
    return entity.to_document() if isinstance(entity, Entity) else entity


def _quoted(part: str) -> str:
    return quote(part, safe=":")


def _newest_first(document: Document) -> Document:
    return {
        name: value[::-1] if isinstance(value, list) and name != "type" else value
        for name, value in document.items()
    }


def _page(answer: httpx2.Response) -> Page:
    count = answer.headers.get("ngsild-results-count")
    return Page(msgspec.json.decode(answer.content), None if count is None else int(count))


def _outcome(body: Document) -> Applied | DalguError:
    if "error" in body:
        return revived(body["error"]["status"], msgspec.json.encode(body["error"]))
    return Applied(body["document"], body["kind"], tuple(body["changed"]), tuple(body["skipped"]))


def _by_title() -> dict[str, type[DalguError]]:
    found: dict[str, type[DalguError]] = {}
    waiting: list[type[DalguError]] = [DalguError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if "title" in vars(kind):
            found.setdefault(kind.title, kind)
    return found


def revived(status: int, body: bytes) -> DalguError:
    """Return the error that a problem body tells of, as the class that raised it where known."""
    try:
        problem = msgspec.json.decode(body, type=dict[str, JSON])
    except msgspec.DecodeError:
        problem = {}
    kind = _by_title().get(str(problem.get("title")), RemoteRefusal)
    detail = str(problem.get("detail", f"The remote hub answered {status}."))
    parts = {
        name: value
        for name, value in problem.items()
        if name not in ("type", "title", "status", "detail")
    }
    error = kind.__new__(kind)  # its own constructor words the sentence; this one has its words
    DalguError.__init__(error, detail, **parts)
    for name, value in parts.items():  # what a constructor keeps beside its sentence
        if not hasattr(error, name):
            setattr(error, name, value)
    return error
