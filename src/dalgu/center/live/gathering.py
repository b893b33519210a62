"""Changes of the hub, gathered so that no page is flooded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from dalgu.center.layers import LAYERS
from dalgu.hub.hub import Event
from dalgu.kernel.ids import EntityId


@dataclass(slots=True)
class Changes:
    """What changed since the last turn, by what a page does about it."""

    cursor: int
    by_type: dict[str, list[EntityId]] = field(default_factory=dict)
    lessened: frozenset[str] = frozenset()  # types of which something was deleted

    def has_lost(self, layer: str) -> bool:
        """Tell whether a thing may have left a layer for good."""
        return not self.lessened.isdisjoint(LAYERS[layer].types)

    def of_layer(self, layer: str) -> list[EntityId]:
        """Return the changed things of a layer's types."""
        return [entity for kind in LAYERS[layer].types for entity in self.by_type.get(kind, [])]


def gather(events: Sequence[Event], cursor: int) -> Changes:
    """Return each changed entity once, by type."""
    by_type: dict[str, dict[EntityId, None]] = defaultdict(dict)
    for event in events:
        by_type[event.type][event.entity] = None
    newest = events[-1].seq if events else cursor
    lessened = frozenset(event.type for event in events if event.kind == "deleted")
    return Changes(newest, {kind: list(found) for kind, found in by_type.items()}, lessened)
