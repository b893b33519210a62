"""What could not be told to a subscriber: kept, so that a person can look, and tell it again.

A dead letter is one change of one entity for one subscription. It is given up after several
attempts, or because the subscription's queue was full; a newer one of the same entity takes its
place, as it would in the queue. A replay is asked for by a mark in the store, so that a command
beside a running hub can ask for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from dalgu.hub.errors import ResourceNotFound, shown
from dalgu.hub.model import Document
from dalgu.hub.notified import Happening
from dalgu.hub.waiting import Item
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

LETTERS: Final = "hub.dead-letters"
REPLAYS: Final = "hub.dead-letter-replays"
MAX_LETTERS: Final = 1_000  # of one subscription; further ones are counted in it, and gone
QUEUE_FULL: Final = "the queue of the subscription was full"


class Reason(NamedTuple):
    """When and why something was given up."""

    at: str
    text: str


class DeadLetter(msgspec.Struct, frozen=True):
    """One change that a subscriber was not told of."""

    subscription: str
    entity: str
    seq: int  # of the oldest event in it
    given_up_at: str
    reason: str
    kind: str
    document: Document
    before: Document
    at: str
    source: str = ""  # the registration it came by

    @classmethod
    def of(cls, subscription: str, item: Item, why: Reason) -> "DeadLetter":
        """Return the letter of what is given up."""
        happening = item.happening
        return cls(
            subscription=subscription,
            entity=happening.document["id"],
            seq=item.seq,
            given_up_at=why.at,
            reason=why.text,
            kind=happening.kind,
            document=happening.document,
            before=happening.before,
            at=happening.at,
            source=item.source,
        )

    @property
    def happening(self) -> Happening:
        """What happened, as it was to be told."""
        return Happening(self.kind, self.document, self.before, self.at)


class SubscriptionWithoutLetters(ResourceNotFound):
    """A subscription has no dead letters."""

    title = "The subscription has no dead letters"

    def __init__(self, subscription: str) -> None:
        super().__init__(
            f"Subscription '{shown(subscription)}' has no dead letters. "
            "`dalgu hub dead-letters list` names those that have.",
            subscription=shown(subscription),
        )


@dataclass
class DeadLetters:
    """The dead letters of one tenant; `write` is called in the store's writer."""

    store: Store
    tenant: str = ""
    _new: dict[str, DeadLetter] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)
    _replayed: set[str] = field(default_factory=set)  # on their way once more
    _taken: set[str] = field(default_factory=set)  # marks that are dealt with

    @property
    def collection(self) -> str:
        """Where they are kept."""
        return collection_of(self.tenant)

    @property
    def marks(self) -> str:
        """Where replays are asked for."""
        return f"{REPLAYS}@{self.tenant}" if self.tenant else REPLAYS

    def add(self, letter: DeadLetter) -> None:
        """Keep a letter; it is durable after the next `write`."""
        key = _key(letter.subscription, letter.entity)
        self._gone.discard(key)
        self._replayed.discard(key)
        self._new[key] = letter

    def delivered(self, subscription: str, entity: str) -> None:
        """Take a letter away that was replayed and has arrived."""
        key = _key(subscription, entity)
        if key in self._replayed:
            self._replayed.discard(key)
            self._gone.add(key)

    def asked_again(self) -> Iterator[DeadLetter]:
        """Yield the letters whose replay was asked for since the last look."""
        for subscription, _ in self.store.read().records.all(self.marks):
            if subscription in self._taken:
                continue
            self._taken.add(subscription)
            for letter in self.every(subscription):
                self._replayed.add(_key(letter.subscription, letter.entity))
                yield letter

    def writing(self) -> "Written":
        """Return what is to be written down now."""
        written = Written(self, self._new, self._gone, self._taken)
        self._new, self._gone, self._taken = {}, set(), set()
        return written

    def every(self, subscription: str = "") -> list[DeadLetter]:
        """Return the letters of one subscription, or of all."""
        prefix = f"{subscription} " if subscription else ""
        kept = self.store.read().records.under(self.collection, prefix)
        return [msgspec.json.decode(body, type=DeadLetter) for _, body in kept]

    def counts(self) -> dict[str, int]:
        """Return how many letters each subscription has."""
        return self.store.read().records.counts(self.collection, " ")

    async def replay(self, subscription: str) -> int:
        """Ask for the letters of a subscription to be told again; return how many there are.

        Raises
        ------
        SubscriptionWithoutLetters
            When there are none.
        """
        count = len(self.every(subscription))
        if not count:
            raise SubscriptionWithoutLetters(subscription)
        await self.store.write(lambda tables: tables.records.put(self.marks, subscription, b""))
        return count

    async def drop(self, subscription: str) -> int:
        """Take the letters of a subscription away for good; return how many there were.

        Raises
        ------
        SubscriptionWithoutLetters
            When there are none.
        """
        prefix = f"{subscription} "
        count = await self.store.write(
            lambda tables: tables.records.delete_under(self.collection, prefix)
        )
        if not count:
            raise SubscriptionWithoutLetters(subscription)
        return count


@dataclass(frozen=True)
class Written:
    """Dead letters on their way into the store."""

    letters: DeadLetters
    new: dict[str, DeadLetter]
    gone: set[str]
    taken: set[str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write down."""
        return not (self.new or self.gone or self.taken)

    def write(self, tables: Tables) -> None:
        """Write them down, as many as a subscription may have; take away what has arrived."""
        records, collection = tables.records, self.letters.collection
        for key in self.gone:
            records.delete(collection, key)
        for key in self.taken:
            records.delete(self.letters.marks, key)
        room: dict[str, int] = {}
        for key, letter in self.new.items():
            name = letter.subscription
            if name not in room:
                room[name] = MAX_LETTERS - records.count_under(collection, f"{name} ")
            if records.get(collection, key) is None:
                if room[name] <= 0:
                    continue
                room[name] -= 1
            records.put(collection, key, msgspec.json.encode(letter))

    def put_back(self) -> None:
        """Keep them for the next time: the store did not take them."""
        self.letters._new = self.new | self.letters._new
        self.letters._gone |= self.gone
        self.letters._taken |= self.taken


def collection_of(tenant: str) -> str:
    """Return where the dead letters of a tenant are kept."""
    return f"{LETTERS}@{tenant}" if tenant else LETTERS


def _key(subscription: str, entity: str) -> str:
    return f"{subscription} {entity}"  # a URI has no space
