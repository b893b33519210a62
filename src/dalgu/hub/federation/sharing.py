"""A hub that shares each request with the context sources that may hold a part of it.

`Federation.around` lays itself around the hub of this process for one request. Whatever is not
shared (history, messages, events) is asked of the hub itself.
"""

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import parse_qsl

import httpx2

from dalgu.hub.api.batch import query_parameters
from dalgu.hub.api.exchange import Call, decode
from dalgu.hub.change import Applied, Change
from dalgu.hub.context import Context
from dalgu.hub.federation.assembling import Assembling
from dalgu.hub.federation.charting import OF_QUERY, OF_TEMPORAL_QUERY, PAGE, Charting, Kind
from dalgu.hub.federation.courier import Courier, Forward, Origin
from dalgu.hub.federation.discovering import Discovering, Question
from dalgu.hub.federation.forwarded import Copies
from dalgu.hub.federation.forwarding import Forwarding
from dalgu.hub.federation.matching import Match, Matching
from dalgu.hub.federation.noticing import Noticing
from dalgu.hub.federation.past_reading import PastReading
from dalgu.hub.federation.past_writing import PastWriting
from dalgu.hub.federation.purging import Purging
from dalgu.hub.federation.reading import Reading
from dalgu.hub.federation.registry import Registry
from dalgu.hub.federation.shared_question import SharedQuestion
from dalgu.hub.federation.watching import Watchers, Watching
from dalgu.hub.federation.writing import Writing
from dalgu.hub.holding import Holdings
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub, Page, Query, TemporalQuery
from dalgu.hub.maps import Chart
from dalgu.hub.model import Document
from dalgu.hub.notify import Notifier
from dalgu.hub.outgoing import Reach
from dalgu.hub.query.q import Predicate, compile_q, expand_q
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.store.sqlite import Store

Q = TypeVar("Q", bound=SharedQuestion)


class Federation:
    """The other context sources of a hub: who they are, and the way to them.

    With `notifier`, its subscriptions are forwarded to them, and it tells on what they notify;
    `address` is how they reach this hub for that, where its clients use another one.
    """

    def __init__(  # noqa: PLR0913  # the composition root names each part once
        self,
        store: Store,
        contexts: Contexts,
        clock: Clock,
        *,
        notifier: Notifier | None = None,
        reach: Reach = Reach(),  # noqa: B008  # a frozen value
        transport: httpx2.AsyncBaseTransport | None = None,
        tenant: str = "",
        hub_alias: str | None = None,
        address: str = "",
    ) -> None:
        self._address = address
        self._store = store
        self._clock = clock
        self._reach = reach
        self._transport = transport
        self.contexts = contexts
        self.registry = Registry(store, contexts, clock, tenant, hub_alias=hub_alias)
        self.courier = Courier(self.registry, reach, transport)
        watchers = Watchers(store, contexts, clock, tenant)
        self.watching = Watching(self.registry, watchers, clock, reach=reach, transport=transport)

        self.forwarding: Forwarding | None = None
        if notifier is not None:
            copies = Copies(store, contexts, clock, notifier.tenant)
            parts = contexts, clock, self.registry, self.courier
            self.forwarding = Forwarding(copies, *parts, notifier, address)
            self.noticing = Noticing(copies, notifier, clock)
            watchers.of_entities = notifier.subscriptions
            notifier.assembler = Assembling(notifier.hub, self.registry, self.courier, contexts)

    def tenant(self, contexts: Contexts, notifier: Notifier) -> "Federation":
        """Return the federation of another tenant: its own sources, the same way out."""
        return Federation(
            self._store,
            contexts,
            self._clock,
            notifier=notifier,
            reach=self._reach,
            transport=self._transport,
            tenant=notifier.tenant,
            hub_alias=self.registry.hub_alias,
            address=self._address,
        )

    async def run(self) -> None:
        """Tell subscribers of registrations, and forward subscriptions, until cancelled."""
        await self.registry.keep_alias()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.watching.run())
                if self.forwarding is not None:
                    tasks.create_task(self.forwarding.run())
        finally:
            await self.courier.aclose()

    def now(self) -> str:
        """Return the instant as documents have it."""
        return iso(self._clock.now())

    @property
    def is_idle(self) -> bool:
        """Whether there is no source, so that no request need be shared."""
        return not len(self.registry)

    def around(self, hub: Hub, call: Call) -> "SharedHub":
        """Return the hub that answers one request together with the sources."""
        return SharedHub(hub, self, call)


class SharedHub:
    """Implements what the NGSI-LD interface asks of a `Hub`, for one request."""

    def __init__(self, hub: Hub, federation: Federation, call: Call) -> None:
        self._hub = hub
        self._federation = federation
        self._call = call
        query: bytes = call.scope["query_string"]
        self._asked = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
        self.warnings: list[str] = []
        self._purging: Purging | None = None
        self.followed = None if self.is_local else call.entity_map()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # whatever the hub has
            """Return a method of the hub itself: what is not shared."""
            return getattr(self._hub, name)

    @property
    def hub(self) -> Hub:
        """What handlers ask: the whole of a hub, as what is not shared is the hub's own."""
        return cast("Hub", self)

    @property
    def context(self) -> Context:
        """The context of the names of the request."""
        return self._origin().context

    def sources_of(self, entity: str, types: list[str]) -> list[Match]:
        """Return the sources that may hold something of an entity."""
        return self._matching(self._origin()).of_entity(entity, types)

    def past_writing(self) -> PastWriting:
        """Return what sends the parts of a change of a history to the sources."""
        parts = self._federation.courier, self._federation.contexts, self._origin()
        return PastWriting(*parts, self._asked)

    @property
    def is_local(self) -> bool:
        """Whether the client asked for what is held here only (6.3.18)."""
        return self._asked.get("local", "").lower() == "true"

    async def apply(self, changes: Sequence[Change]) -> list[Applied | DalguError]:
        """Apply changes here and at the sources."""
        if self.is_local:
            return await self._hub.apply(changes)
        if self._is_purge:
            outcomes = await self._hub.apply(changes)
            if self._purging is not None:
                self._purging.raise_refused()
            return outcomes
        origin = self._origin()
        writing = Writing(
            hub=self._hub,
            matching=self._matching(origin),
            courier=self._federation.courier,
            contexts=self._federation.contexts,
            origin=origin,
            path=self._call.path,
            asked=self._asked,
            sent=self._call.sent,
        )
        return await writing.apply(changes)

    async def retrieve(self, entity: EntityId) -> Document:
        """Return one entity, put together from all that hold a part of it."""
        if self.is_local:
            return await self._hub.retrieve(entity)
        reading = self._asking(Reading)
        try:
            return await reading.retrieve(entity)
        finally:
            self.warnings += reading.warnings

    async def query(self, query: Query) -> Page:
        """Return a page of entities, those of the sources among them."""
        if self.is_local:
            return await self._hub.query(query)
        if self._is_purge:
            await self._purge(query)
            return await self._hub.query(query)
        reading = self._asking(Reading)
        page = await reading.query(query, is_batch=self._call.method == "POST")
        self.warnings += reading.warnings
        return page

    async def evolution(self, query: TemporalQuery) -> Page:
        """Return histories, put together from all that hold a part of them."""
        path = self._call.path
        is_read = self._call.method == "GET" or path[1] == "entityOperations"
        if self.is_local or not is_read:
            return await self._hub.evolution(query)
        reading = self._asking(PastReading)
        try:
            if path[1] == "entities" and len(path) == 3:
                return await reading.retrieve(query)
            return await reading.query(query)
        finally:
            self.warnings += reading.warnings

    async def chart(self, query: Query) -> Chart:
        """Return who holds the entities that a query finds (5.14.4)."""
        if self.is_local:
            return Chart.of_here(one["id"] for one in (await self._hub.query(query)).entities)
        reading = self._asking(Reading)
        asked = query
        if reading.is_split:  # candidates: the queries are asked of what is put together (5.14.4)
            asked = dataclasses.replace(query, q=None, georel=None, geometry=None, scope_q=None)
        local = await self._hub.query(asked)
        questions = [(one, reading.question(one, PAGE)) for one in reading.matches(query)]
        return await self._charted(local, questions, OF_QUERY)

    async def temporal_chart(self, query: TemporalQuery) -> Chart:
        """Return who holds the histories that a query finds (5.14.5)."""
        page = await self._hub.evolution(query)
        held = [one for one in page.entities if set(one) - {"id", "type", "scope"}]
        if self.is_local:
            return Chart.of_here(one["id"] for one in held)
        reading = self._asking(PastReading)
        questions = [(one, reading.question(one, query, PAGE)) for one in reading.matches(query)]
        return await self._charted(Page(held), questions, OF_TEMPORAL_QUERY)

    async def _charted(
        self, local: Page, questions: list[tuple[Match, Forward]], kind: Kind
    ) -> Chart:
        parts = self._federation.courier, self._federation.contexts, self._origin()
        charting = Charting(*parts)
        chart = await charting.chart((one["id"] for one in local.entities), questions, kind)
        self.warnings += charting.warnings
        return chart

    async def holdings(self, question: Question, name: str = "") -> list[Holdings]:
        """Return what each source holds of the types and attributes that are asked for."""
        origin = self._origin()
        sources = Discovering(
            self._matching(origin), self._federation.courier, self._federation.contexts, origin
        )
        found = await sources.holdings(question, name)
        self.warnings += sources.warnings
        return found

    def _question(self) -> dict[str, str]:
        """Return what is asked, as parameters, be it asked by a body."""
        if self._call.path[-1] != "query" or not self._call.sent:
            return dict(self._asked)
        body = decode(self._call.sent)
        posted = query_parameters(body, selectors=True)
        is_split = {"splitEntities": "true"} if body.get("splitEntities") is True else {}
        return posted | is_split | self._asked

    @property
    def _is_purge(self) -> bool:
        return self._call.method == "DELETE" and self._call.path == ("entities",)

    async def _purge(self, query: Query) -> None:
        """Ask the sources to purge, too, before anything goes here."""
        if self._purging is None:
            origin = self._origin()
            self._purging = Purging(
                self._matching(origin), self._federation.courier, origin, self._asked
            )
            await self._purging.forward(query)

    def _asking(self, kind: type[Q]) -> Q:
        """Return the request as what reads entities, or histories, together with the sources."""
        origin = self._origin()
        return kind(
            hub=self._hub,
            matching=self._matching(origin),
            courier=self._federation.courier,
            contexts=self._federation.contexts,
            origin=origin,
            asked=self._question(),
            followed=self.followed,
        )

    def _origin(self) -> Origin:
        call = self._call
        fields = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in call.scope["headers"]]
        body = decode(call.sent) if call.sent else None
        first = body[0] if isinstance(body, list) and body else body
        context = call.context_of(first) if isinstance(first, dict) else call.context()
        return Origin(context, dict(fields), call.via())

    def _matching(self, origin: Origin) -> Matching:
        text = self._question().get("csf")
        csf: Predicate | None = None
        if text is not None:
            csf = compile_q(expand_q(text, origin.context))
        return Matching(self._federation.registry, origin, self._federation.courier.alias, csf)
