"""What hangs on what: device and gateway, thing and its supply, meter and its metered area.

Pure: whoever reads the hub tells it (`reading.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

Link = tuple[str, str]  # name of the relation, id of the parent
DEEPEST = 6  # steps from a thing to what it depends on


class Topology:
    """Parents of things, and what hangs below a parent."""

    def __init__(self, same: Iterable[str] = ()) -> None:
        self._same = frozenset(same)  # relations by which a thing only speaks for another
        self._parents: dict[str, tuple[Link, ...]] = {}
        self._children: dict[str, dict[str, set[str]]] = defaultdict(dict)  # parent, relation
        self._ancestors: dict[str, tuple[Link, ...]] = {}
        self._below: dict[str, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._parents)

    def knows(self, thing: str) -> bool:
        """Tell whether it was told of the thing."""
        return thing in self._parents

    def tell(self, thing: str, parents: Iterable[Link]) -> None:
        """Take what a thing depends on, in place of what was told before."""
        links = tuple(dict.fromkeys(parents))
        before = self._parents.get(thing)
        if before == links:
            return
        for relation, parent in before or ():
            self._children[parent].get(relation, set()).discard(thing)
        self._parents[thing] = links
        for relation, parent in links:
            self._children[parent].setdefault(relation, set()).add(thing)
        self._ancestors.clear()
        self._below.clear()

    def ancestors(self, thing: str) -> tuple[Link, ...]:
        """Return everything the thing depends on, the nearest first."""
        known = self._ancestors.get(thing)
        if known is None:
            known = self._ancestors[thing] = tuple(self._climb(thing))
        return known

    def parent(self, thing: str, relation: str) -> str | None:
        """Return the nearest parent of a relation; the thing itself where it is one."""
        if self.is_parent(thing, relation):
            return thing
        return next((one for name, one in self.ancestors(thing) if name == relation), None)

    def direct(self, thing: str, relation: str) -> Iterator[tuple[str, str]]:
        """Yield the parents of a relation without a step between, each with the child it has.

        The child is the thing, or what it speaks for.
        """
        for child in self.names_of(thing):
            for name, parent in self._parents.get(child, ()):
                if name == relation:
                    yield parent, child

    def names_of(self, thing: str) -> tuple[str, ...]:
        """Return the thing and what it only speaks for."""
        links = self._parents.get(thing, ())
        return (thing, *(parent for name, parent in links if name in self._same))

    def children(self, parent: str, relation: str) -> int:
        """Return how many things hang on a parent by a relation, without a step between."""
        return len(self._children.get(parent, {}).get(relation, ()))

    def is_parent(self, thing: str, relation: str) -> bool:
        """Tell whether other things hang on it by the relation."""
        return bool(self._children.get(thing, {}).get(relation))

    def below(self, parent: str) -> frozenset[str]:
        """Return everything that depends on a parent, in however many steps."""
        known = self._below.get(parent)
        if known is None:
            known = self._below[parent] = frozenset(self._descend(parent))
        return known

    def _climb(self, thing: str) -> Iterator[Link]:
        seen, level = {thing}, [thing]
        for _ in range(DEEPEST):
            links = [link for one in level for link in self._parents.get(one, ())]
            fresh = [link for link in dict.fromkeys(links) if link[1] not in seen]
            yield from fresh
            level = list(dict.fromkeys(parent for _, parent in fresh))
            seen.update(level)

    def _descend(self, parent: str) -> set[str]:
        found: set[str] = set()
        level = {parent}
        while level:
            kept = (self._children.get(one, {}) for one in level)
            level = {child for by in kept for children in by.values() for child in children}
            level -= found
            found |= level
        return found - {parent}
