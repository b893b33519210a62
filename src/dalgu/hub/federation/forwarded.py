"""Which subscriptions were forwarded to which sources: kept, so that a restart doubles none.

A record is written before the request that makes the copy goes out, with the id the copy is to
have: whatever is lost on the way, the hub knows what to ask for again, or to delete.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import uuid4

import msgspec

from dalgu.hub.federation.registration import Registration, read_registration
from dalgu.hub.hosted import Contexts
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock
from dalgu.store.sqlite import Store

COLLECTION: Final = "hub.forwarded-subscriptions"
MAX_COPIES: Final = 50_000  # of all subscriptions at all sources

Pair = tuple[str, str]  # the ids of a subscription and of a registration


@dataclass(frozen=True, slots=True)
class Copy:
    """A subscription's copy at a source."""

    pair: Pair
    to: Registration  # as it was when the copy was made: there it is, and there it is deleted
    remote: str = field(default_factory=lambda: f"urn:ngsi-ld:Subscription:distsub-{uuid4().hex}")
    sent: Document | None = None  # what the source has taken; None: it was not heard to take it

    def is_at(self, to: Registration) -> bool:
        """Whether the copy is where a registration leads now."""
        return (self.to.endpoint, self.to.tenant) == (to.endpoint, to.tenant)


class Copies:
    """The copies of all subscriptions, found by their pair and by the id they have there."""

    def __init__(self, store: Store, contexts: Contexts, clock: Clock, tenant: str = "") -> None:
        self._store = store
        self._collection = f"{COLLECTION}@{tenant}" if tenant else COLLECTION
        self._all: dict[Pair, Copy] = {}
        self._by_remote: dict[str, Pair] = {}
        for remote, body in store.read().records.all(self._collection):
            kept = msgspec.json.decode(body)
            context = contexts.resolve(kept["context"])
            rest = {name: one for name, one in kept["to"].items() if name != "expiresAt"}
            to = read_registration(rest, context, kept["pair"][1], clock.now())
            self._hold(Copy(tuple(kept["pair"]), to, remote, kept["sent"]))

    def _hold(self, copy: Copy) -> None:
        self._all[copy.pair] = copy
        self._by_remote[copy.remote] = copy.pair

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def __iter__(self) -> Iterator[Copy]:
        """Yield them all."""
        return iter(list(self._all.values()))

    def get(self, pair: Pair) -> Copy | None:
        """Return the copy of a subscription at a source, None when there is none."""
        return self._all.get(pair)

    def of_remote(self, remote: str) -> Copy | None:
        """Return the copy that has an id at its source."""
        pair = self._by_remote.get(remote)
        return None if pair is None else self._all[pair]

    async def put(self, copy: Copy) -> None:
        """Keep a copy."""
        kept: dict[str, JSON] = {
            "pair": copy.pair,
            "to": copy.to.body,
            "context": copy.to.context.source,
            "sent": copy.sent,
        }
        body = msgspec.json.encode(kept)
        await self._store.write(
            lambda tables: tables.records.put(self._collection, copy.remote, body)
        )
        self._hold(copy)

    async def rename(self, copy: Copy, remote: str) -> Copy:
        """Keep a copy under the id that its source chose for it."""
        renamed = replace(copy, remote=remote)
        await self.drop(copy)
        await self.put(renamed)
        return renamed

    async def drop(self, copy: Copy) -> None:
        """Forget a copy."""
        await self._store.write(lambda tables: tables.records.delete(self._collection, copy.remote))
        self._all.pop(copy.pair, None)
        self._by_remote.pop(copy.remote, None)
