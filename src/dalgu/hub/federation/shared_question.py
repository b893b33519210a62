"""One request that several sources answer together: what was asked, and whom else to ask."""

from collections.abc import Mapping
from typing import Final

from dalgu.hub.federation.courier import Courier, Origin, without_link
from dalgu.hub.federation.inquiry import Inquiry
from dalgu.hub.federation.matching import Match, Matching
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.maps import EntityMap
from dalgu.hub.query.parse import flag

FILTERS: Final = ("q", "scopeQ", "georel", "geometry", "coordinates", "geoproperty")


class SharedQuestion:
    """What a request for entities and one for their histories have in common."""

    def __init__(  # noqa: PLR0913  # made in few places, by name
        self,
        hub: Hub,
        matching: Matching,
        courier: Courier,
        contexts: Contexts,
        origin: Origin,
        asked: Mapping[str, str],
        followed: EntityMap | None = None,
    ) -> None:
        self._hub = hub
        self._followed = followed
        self._matching = matching
        self._inquiry = Inquiry(courier, contexts, without_link(origin))
        self._client_context = origin.context
        self._asked = asked
        self.is_split = flag(asked, "splitEntities")
        """Whether queries are asked of entities that are put together first."""

    @property
    def warnings(self) -> list[str]:
        """What the client is to be warned of."""
        return self._inquiry.warnings

    def _types(self) -> list[str]:
        """Return the one type that is asked for; of several none is sure."""
        text = self._asked.get("type", "")
        return [self._client_context.expand(text)] if text and not set(text) & set(",;()|") else []

    def _filters(self) -> dict[str, str]:
        """Return the queries that a source is asked: none where they are asked of the whole."""
        if self.is_split:
            return {}
        return {name: self._asked[name] for name in FILTERS if self._asked.get(name)}

    def _told_by_map(self, matches: list[Match], ids: tuple[str, ...]) -> list[Match]:
        """Return who is asked; where a map is followed it alone tells (5.7.1.4 to 5.7.4.4)."""
        known = self._followed
        if known is None:
            return matches
        return [one for one in matches if known.held_by(one.registration.id, ids)]

    def _held_types(self, match: Match) -> str:
        """Return the types that a source is registered for, in the words of its context."""
        held = (info.types for one in match.registration.information for info in one.entities)
        context = self._inquiry.context_for(match)
        return ",".join(dict.fromkeys(context.compact(name) for names in held for name in names))
