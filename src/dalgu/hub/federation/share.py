"""What becomes of one change that several context sources share in (CIM 009 5.6, 6.3.17)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.context import full_name
from dalgu.hub.document import ENTITY_MEMBERS
from dalgu.hub.federation.errors import LoopDetected, PartlyDone, PartlyUpdated
from dalgu.hub.federation.matching import Match
from dalgu.kernel.errors import DalguError

OF_ATTRIBUTE = frozenset(
    (Action.UPDATE_ATTRIBUTE, Action.REPLACE_ATTRIBUTE, Action.DELETE_ATTRIBUTE)
)
# Their partial success is told by attributes (5.2.18), that of all others by entities (5.2.16).
_BY_ATTRIBUTES = OF_ATTRIBUTE | {Action.UPDATE, Action.APPEND, Action.APPEND_NEW}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a part of a change came to nothing by: the part's attributes (empty: all of them)."""

    error: DalguError
    attributes: frozenset[str] = frozenset()
    registration: str | None = None  # None: it is the hub's own part


@dataclass(slots=True)
class Share:
    """One change: the parts of the sources, ours, and what came of them."""

    change: Change
    remote: list[tuple[Match, frozenset[str]]] = field(default_factory=list)
    local: Change | None = None
    is_proxied: bool = False  # a source alone holds some of it
    is_whole: bool = False  # sources alone hold all of it
    done: int = 0  # sources that did their part
    is_created: bool = False  # a source has made the entity
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, error: DalguError, match: Match, part: Iterable[str]) -> None:
        """Note that a source did not do its part."""
        self.refusals.append(Refusal(error, frozenset(part), match.registration.id))

    @property
    def is_looping(self) -> bool:
        """Whether nothing is written here, as the request has come back (6.3.17)."""
        return any(isinstance(one.error, LoopDetected) for one in self.refusals)

    def outcome(self, applied: Applied | None, *, is_batch: bool) -> Applied | DalguError:
        """Return the one outcome of all parts."""
        is_any = applied is not None or self.done > 0
        if not self.refusals:
            return applied or Applied(None, self._kind())
        if len(self.refusals) == 1 and (is_batch or not is_any):
            return self.refusals[0].error
        if self.change.action in _BY_ATTRIBUTES:
            return self._partly_updated(applied, is_any=is_any)
        success = [str(self.change.entity)] if is_any else []
        return PartlyDone(success, [(self.change.entity, one.error) for one in self.refusals])

    def _kind(self) -> str:
        if self.change.action is Action.DELETE:
            return "deleted"
        is_made = self.is_created or self.change.action is Action.CREATE
        return "created" if is_made else "updated"

    def _partly_updated(self, applied: Applied | None, *, is_any: bool) -> PartlyUpdated:
        """Return which attributes were written somewhere and which nowhere."""
        named = names(self.change)
        failed = frozenset().union(*(one.attributes or named for one in self.refusals))
        shared = frozenset().union(*(part or named for _, part in self.remote))
        ours = frozenset() if applied is None or self.local is None else names(self.local)
        updated = ours | (shared - failed) if is_any else frozenset()
        reasons = [
            self._reason(name, one) for one in self.refusals for name in one.attributes or named
        ]
        return PartlyUpdated(sorted(map(full_name, updated)), reasons)

    @staticmethod
    def _reason(name: str, refusal: Refusal) -> Mapping[str, str]:
        told = {"attributeName": full_name(name), "reason": refusal.error.detail}
        if refusal.registration is not None:
            told["registrationId"] = refusal.registration
        return told


def names(change: Change) -> frozenset[str]:
    """Return the attributes that a change speaks of, none when it is of a whole entity."""
    if change.action in OF_ATTRIBUTE:
        return frozenset((change.attribute,))
    return frozenset(name for name in change.document if name not in ENTITY_MEMBERS)
