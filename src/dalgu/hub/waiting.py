"""What waits to be notified: of one subscription, entity by entity."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from dalgu.hub.model import Document
from dalgu.hub.notified import Happening
from dalgu.hub.subscription import Subscription


class Assembler(Protocol):
    """Puts entities together of which several context sources hold a part."""

    async def whole(self, subscription: Subscription, document: Document, source: str) -> Document:
        """Return the whole of an entity of which a source notified a part."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """What waits to be told of one entity."""

    seq: int  # the oldest event it stems from
    happening: Happening
    source: str = ""  # the registration it came by, "" for what happened here
    receipts: tuple[str, ...] = ()  # records that go when it is dealt with

    @property
    def is_gone(self) -> bool:
        """Whether the entity was deleted: there is nothing to put together."""
        return self.happening.kind == "deleted" or "deletedAt" in self.happening.document

    def after(self, earlier: "Item") -> "Item":
        """Return both as one: what is newer is told, what is older is not forgotten."""
        return replace(
            self,
            seq=earlier.seq,
            happening=self.happening.after(earlier.happening),
            receipts=earlier.receipts + self.receipts,
        )


@dataclass(slots=True)
class Queue:
    """What one subscription is still to be told, by entity and source."""

    waiting: dict[tuple[str, str], Item] = field(default_factory=dict)
    under_way: list[int] = field(default_factory=list)
    is_served: bool = False

    @property
    def receipts(self) -> set[str]:
        """The records of what waits."""
        return {receipt for one in self.waiting.values() for receipt in one.receipts}

    def oldest(self) -> int | None:
        """Return the oldest event that is not dealt with."""
        return min((*self.under_way, *(one.seq for one in self.waiting.values())), default=None)
