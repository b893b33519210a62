"""Which sources a request concerns, and what of it (CIM 009 5.12, 6.3.18)."""

from collections.abc import Iterable
from dataclasses import dataclass

from dalgu.hub.federation.courier import Origin
from dalgu.hub.federation.registration import Mode, Registration
from dalgu.hub.federation.registry import Registry
from dalgu.hub.federation.wanted import EntityWanted, properties
from dalgu.hub.query.q import Predicate


@dataclass(frozen=True, slots=True)
class Match:
    """A registration that concerns a request, and the attributes it holds (empty: all)."""

    registration: Registration
    attributes: frozenset[str] = frozenset()
    ids: tuple[str, ...] = ()  # of entities that it may hold, where it or the request names them
    is_loop: bool = False  # the request has been at this source before

    @property
    def mode(self) -> Mode:
        """How the source shares in operations."""
        return self.registration.mode

    def offers(self, *operations: str) -> str | None:
        """Return the first of the operations that the source offers."""
        return next((one for one in operations if one in self.registration.operations), None)


class Matching:
    """The registrations of a hub as one request sees them."""

    def __init__(
        self,
        registry: Registry,
        origin: Origin,
        alias: str,
        csf: Predicate | None = None,
        *,
        without: str = "",
    ) -> None:
        self._registry = registry
        self._via = origin.via
        self._is_back = has_passed(alias, origin.via)
        self._csf = csf
        self._without = without  # the registration that has told already

    def _candidates(self) -> Iterable[Registration]:
        for one in self._registry:
            if one.id == self._without:
                continue
            if self._csf is None or self._csf(properties(one)):
                yield one

    def _is_loop(self, one: Registration) -> bool:
        return self._is_back or (one.alias is not None and has_passed(one.alias, self._via))

    def of_entity(self, entity: str, types: list[str]) -> list[Match]:
        """Return the sources that may hold something of an entity; no types: not known."""
        found = []
        for one in self._candidates():
            scope = one.scope_of(entity, types)
            if scope is not None:
                found.append(Match(one, scope, is_loop=self._is_loop(one)))
        return found

    def of_selection(self, wanted: EntityWanted, attributes: frozenset[str]) -> list[Match]:
        """Return the sources that may hold entities of a selection with such attributes."""
        return [
            match
            for one in self._candidates()
            if (match := self._selected(one, wanted, attributes)) is not None
        ]

    def _selected(
        self, one: Registration, wanted: EntityWanted, attributes: frozenset[str]
    ) -> Match | None:
        names: list[frozenset[str]] = []
        ids: list[str | None] = []
        for information in one.information:
            held = information.attributes
            if held and attributes and held.isdisjoint(attributes):
                continue
            infos = [info for info in information.entities if wanted.meets(info)]
            if information.entities and not infos:
                continue
            names.append(held)
            ids += [info.entity for info in infos] or [None]
        if not names:
            return None
        scope = frozenset().union(*names) if all(names) else frozenset()
        named = tuple(dict.fromkeys(i for i in ids if i is not None)) if all(ids) else ()
        if wanted.ids:
            named = tuple(key for key in wanted.ids if one.scope_of(key, []) is not None)
        return Match(one, scope, named, is_loop=self._is_loop(one))


def has_passed(alias: str, via: Iterable[str]) -> bool:
    """Whether a request has been at a hub before (6.3.18).

    >>> has_passed("west", ["1.1 east", "1.1 west"])
    True
    """
    return any(one.split()[-1] == alias for one in via if one.split())
