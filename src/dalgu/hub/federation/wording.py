"""How a change is said to a context source: its address, parameters and body (CIM 009 6.3.18)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from dalgu.hub.change import Action, Change
from dalgu.hub.context import Context
from dalgu.hub.federation.courier import Forward, Origin, steering
from dalgu.hub.federation.matching import Match
from dalgu.hub.federation.share import OF_ATTRIBUTE
from dalgu.hub.hosted import Contexts
from dalgu.hub.model import JSON
from dalgu.hub.represent import Representation, represent

_FIXED: Final = frozenset(("id", "type", "@context"))
_PASSED_ON: Final = ("options", "format", "type", "datasetId", "deleteAll")
_METHODS: Final = {
    Action.UPDATE_ATTRIBUTE: "PATCH",
    Action.REPLACE_ATTRIBUTE: "PUT",
    Action.DELETE_ATTRIBUTE: "DELETE",
}


class Wording:
    """The words of one request, for each source that shares in it."""

    def __init__(
        self, contexts: Contexts, origin: Origin, path: tuple[str, ...], asked: Mapping[str, str]
    ) -> None:
        self._contexts = contexts
        self._origin = origin
        self._path = path
        self._asked = asked

    def of(self, change: Change, match: Match, part: frozenset[str], raw: JSON) -> Forward:
        """Return the request that asks a source for its part of a change."""
        method, path = self._address(change, match)
        body = None if raw is None else self.reduced(raw, change, match, part)
        return Forward(method, path, self.parameters(), body)

    def instead(self, change: Change, match: Match, part: frozenset[str], raw: JSON) -> Forward:
        """Return the request that asks a source for one change of a batch, as it takes none."""
        method, path = self._address(change, match)
        body = self.reduced(raw, change, match, part) if isinstance(raw, dict) else None
        is_kept = change.action is Action.APPEND_NEW
        return Forward(method, path, (("options", "noOverwrite"),) if is_kept else (), body)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters of the client that a source is given, too."""
        return tuple((name, self._asked[name]) for name in _PASSED_ON if self._asked.get(name))

    def reduced(self, raw: JSON, change: Change, match: Match, part: frozenset[str]) -> JSON:
        """Return the body as it was sent, with the source's part of the attributes only."""
        if not isinstance(raw, dict):
            return raw
        if change.action in OF_ATTRIBUTE:
            return {name: value for name, value in raw.items() if name != "@context"}
        if steering(match.registration, "jsonldContext") is not None:
            kept = {k: v for k, v in change.document.items() if not part or k in part | _FIXED}
            return represent(kept, Representation(context=self._context_for(match)))
        expand = self._origin.context.expand
        return {
            name: value
            for name, value in raw.items()
            if name != "@context" and (not part or name in _FIXED or expand(name) in part)
        }

    def _address(self, change: Change, match: Match) -> tuple[str, str]:
        """Return the method and the path that ask a source for the same."""
        entity = "entities/" + quote(change.entity, safe=":")
        if change.action in _METHODS:
            name = change.attribute or self._path[3]
            term = quote(self._context_for(match).compact(name), safe=":")
            return _METHODS[change.action], f"{entity}/attrs/{term}"
        return {
            Action.CREATE: ("POST", "entities"),
            Action.MERGE: ("PATCH", entity),
            Action.REPLACE: ("PUT", entity),
            Action.DELETE: ("DELETE", entity),
            Action.UPDATE: ("PATCH", entity + "/attrs/"),
        }.get(change.action, ("POST", entity + "/attrs/"))

    def _context_for(self, match: Match) -> Context:
        url = steering(match.registration, "jsonldContext")
        return self._origin.context if url is None else self._contexts.resolve(url)
