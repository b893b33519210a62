"""Writing entities that several sources hold parts of (CIM 009 5.6, 4.3.6.3, 6.3.17)."""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import msgspec

from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.context import Context
from dalgu.hub.document import ENTITY_MEMBERS, types_of
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.federation.courier import Answer, Courier, Forward, Origin, steering
from dalgu.hub.federation.errors import (
    LoopDetected,
    OperationNotOffered,
    PartlyDone,
    SourceRefused,
)
from dalgu.hub.federation.matching import Match, Matching
from dalgu.hub.federation.registration import Mode
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.hub.represent import Representation, represent
from dalgu.kernel.errors import DalguError

OPERATIONS: Final[dict[Action, str]] = {
    Action.CREATE: "createEntity",
    Action.MERGE: "mergeEntity",
    Action.REPLACE: "replaceEntity",
    Action.DELETE: "deleteEntity",
    Action.APPEND: "appendAttrs",
    Action.APPEND_NEW: "appendAttrs",
    Action.UPDATE: "updateEntity",
    Action.UPDATE_ATTRIBUTE: "updateAttrs",
    Action.REPLACE_ATTRIBUTE: "replaceAttrs",
    Action.DELETE_ATTRIBUTE: "deleteAttrs",
}
BATCHES: Final = frozenset(("create", "upsert", "update", "merge", "delete"))
_OF_ATTRIBUTE: Final = frozenset(
    (Action.UPDATE_ATTRIBUTE, Action.REPLACE_ATTRIBUTE, Action.DELETE_ATTRIBUTE)
)
_FIXED: Final = frozenset(("id", "type", "@context"))
_PASSED_ON: Final = ("options", "format", "type", "datasetId", "deleteAll")


@dataclass(slots=True)
class Share:
    """What becomes of one change: the parts of the sources, ours, and what came of them."""

    change: Change
    remote: list[tuple[Match, frozenset[str]]] = field(default_factory=list)
    local: Change | None = None
    is_proxied: bool = False  # a source alone holds some of it
    is_whole: bool = False  # sources alone hold all of it
    done: int = 0  # sources that did their part
    errors: list[DalguError] = field(default_factory=list)

    def outcome(self, applied: Applied | None, *, is_batch: bool) -> Applied | DalguError:
        """Return the one outcome of all parts."""
        is_any = applied is not None or self.done > 0
        if not self.errors:
            created = Action.CREATE, Action.DELETE
            kinds = ("created", "deleted", "updated")
            at = created.index(self.change.action) if self.change.action in created else 2
            return applied or Applied(None, kinds[at])
        if len(self.errors) == 1 and (is_batch or not is_any):
            return self.errors[0]
        success = [str(self.change.entity)] if is_any else []
        return PartlyDone(success, [(self.change.entity, one) for one in self.errors])


class Writing:
    """One writing request: its changes, split between us and the sources."""

    def __init__(  # noqa: PLR0913  # made in one place, by name
        self,
        hub: Hub,
        matching: Matching,
        courier: Courier,
        contexts: Contexts,
        origin: Origin,
        path: tuple[str, ...],
        asked: Mapping[str, str],
        sent: bytes,
    ) -> None:
        self._hub = hub
        self._matching = matching
        self._courier = courier
        self._contexts = contexts
        self._origin = origin
        self._path = path
        self._asked = asked
        self._sent: JSON = msgspec.json.decode(sent) if sent else None
        is_batch = len(path) == 2 and path[0] == "entityOperations"
        self._batch = path[1] if is_batch and path[1] in BATCHES else None

    async def apply(self, changes: Sequence[Change]) -> list[Applied | DalguError]:
        """Send the parts of the sources first, then do ours."""
        shares = [await self._share(change) for change in changes]
        if self._batch is None:
            await asyncio.gather(*(self._one(s, *part) for s in shares for part in s.remote))
        else:
            await self._many(shares)
        ours = [one for one in shares if one.local is not None and not _is_looping(one)]
        outcomes = iter(await self._hub.apply([one.local for one in ours if one.local]))
        applied = {id(one): next(outcomes) for one in ours}
        return [self._outcome(one, applied.get(id(one))) for one in shares]

    def _outcome(self, share: Share, local: Applied | DalguError | None) -> Applied | DalguError:
        if isinstance(local, DalguError):
            is_gone = isinstance(local, EntityNotExisting) and share.change.action is Action.DELETE
            if not (is_gone and share.is_proxied):
                share.errors.append(local)
            local = None
        return share.outcome(local, is_batch=self._batch is not None)

    async def _share(self, change: Change) -> Share:
        """Split one change: what is held by sources alone is taken out of ours."""
        share = Share(change, local=change)
        matches = self._matching.of_entity(change.entity, await self._types(change))
        for mode in (Mode.EXCLUSIVE, Mode.REDIRECT):
            self._take_out(share, [one for one in matches if one.mode is mode])
        if share.local is not None:
            self._copy_out(share, [one for one in matches if one.mode is Mode.INCLUSIVE])
        return share

    def _take_out(self, share: Share, matches: list[Match]) -> None:
        """Give sources what they hold alone; it is not ours any more."""
        if share.local is None:
            return
        given, taken = _names(share.local), frozenset[str]()
        for match in matches:
            taken |= self._proxied(share, match, given)
        share.local = None if share.is_whole else _rest(share.local, taken)

    def _copy_out(self, share: Share, matches: list[Match]) -> None:
        """Give sources what they hold beside us."""
        change = share.local or share.change
        for match in matches:
            part = _part(_names(change), match, change)
            is_offered = match.offers(self._operation(change)) is not None
            if part is not None and is_offered and not match.is_loop:
                share.remote.append((match, part))

    def _proxied(self, share: Share, match: Match, given: frozenset[str]) -> frozenset[str]:
        """Give a source what it holds alone; return that."""
        part = _part(given, match, share.change)
        if part is None:
            return frozenset()
        share.is_proxied = True
        share.is_whole |= not part and share.change.action is not Action.DELETE
        operation = self._operation(share.change)
        if match.is_loop:
            share.errors.append(LoopDetected(match.registration.id))
        elif match.offers(operation) is None:
            share.errors.append(OperationNotOffered(match.registration.id, operation))
        else:
            share.remote.append((match, part))
        return part or given

    def _operation(self, change: Change) -> str:
        return OPERATIONS[change.action] if self._batch is None else f"{self._batch}Batch"

    async def _types(self, change: Change) -> list[str]:
        if "type" in change.document:
            return types_of(change.document)
        try:
            return types_of(await self._hub.retrieve(change.entity))
        except EntityNotExisting:
            return list(change.types) if len(change.types) == 1 else []

    async def _one(self, share: Share, match: Match, part: frozenset[str]) -> None:
        """Send one change to one source."""
        method, path = self._address(share.change, match)
        body = None if self._sent is None else self._reduced(self._sent, share.change, match, part)
        forward = Forward(method, path, self._parameters(), body)
        try:
            answer = await self._courier.send(match.registration, forward, self._origin)
        except DalguError as refusal:
            share.errors.append(refusal)
            return
        share.done += 1
        if answer.status == 207:
            share.errors.append(SourceRefused(match.registration.id, 207))

    def _address(self, change: Change, match: Match) -> tuple[str, str]:
        """Return the method and the path that ask a source for the same."""
        entity = "entities/" + quote(change.entity, safe=":")
        if change.action in _OF_ATTRIBUTE:
            name = change.attribute or self._path[3]
            term = quote(self._context_for(match).compact(name), safe=":")
            methods = {Action.UPDATE_ATTRIBUTE: "PATCH", Action.REPLACE_ATTRIBUTE: "PUT"}
            return methods.get(change.action, "DELETE"), f"{entity}/attrs/{term}"
        return {
            Action.CREATE: ("POST", "entities"),
            Action.MERGE: ("PATCH", entity),
            Action.REPLACE: ("PUT", entity),
            Action.DELETE: ("DELETE", entity),
            Action.UPDATE: ("PATCH", entity + "/attrs/"),
        }.get(change.action, ("POST", entity + "/attrs/"))

    def _parameters(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, self._asked[name]) for name in _PASSED_ON if self._asked.get(name))

    def _context_for(self, match: Match) -> Context:
        url = steering(match.registration, "jsonldContext")
        return self._origin.context if url is None else self._contexts.resolve(url)

    def _reduced(self, raw: JSON, change: Change, match: Match, part: frozenset[str]) -> JSON:
        """Return the body as it was sent, with the source's part of the attributes only."""
        if not isinstance(raw, dict):
            return raw
        if change.action in _OF_ATTRIBUTE:
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

    async def _many(self, shares: list[Share]) -> None:
        """Send each source its part of a batch in one request."""
        raws = _by_id(self._sent)
        batches: dict[str, list[tuple[Share, Match, JSON]]] = {}
        for share in shares:
            raw = raws[share.change.entity].pop(0)
            for match, part in share.remote:
                item = self._reduced(raw, share.change, match, part)
                batches.setdefault(match.registration.id, []).append((share, match, item))
        await asyncio.gather(*(self._batch_of(parts) for parts in batches.values()))

    async def _batch_of(self, parts: list[tuple[Share, Match, JSON]]) -> None:
        to = parts[0][1].registration
        items = [item for _, _, item in parts]
        path = f"entityOperations/{self._batch}"
        forward = Forward("POST", path, self._parameters(), items)
        try:
            answer = await self._courier.send(to, forward, self._origin)
        except DalguError as refusal:
            for share, _, _ in parts:
                share.errors.append(refusal)
            return
        failed = _failed(answer)
        for share, _, _ in parts:
            if share.change.entity in failed:
                share.errors.append(SourceRefused(to.id, failed[share.change.entity]))
            else:
                share.done += 1


def _is_looping(share: Share) -> bool:
    """Whether nothing is written here, as the request has come back (6.3.17)."""
    return any(isinstance(one, LoopDetected) for one in share.errors)


def _names(change: Change) -> frozenset[str]:
    """Return the attributes that a change speaks of, none when it is of a whole entity."""
    if change.action in _OF_ATTRIBUTE:
        return frozenset((change.attribute,))
    return frozenset(name for name in change.document if name not in ENTITY_MEMBERS)


def _part(given: frozenset[str], match: Match, change: Change) -> frozenset[str] | None:
    """Return what of a change a source holds (empty: all of it), None when nothing."""
    if change.action is Action.DELETE or not match.attributes:
        return frozenset()
    return (given & match.attributes) or None


def _rest(change: Change, taken: frozenset[str]) -> Change | None:
    """Return what of a change is left for others, None when nothing."""
    if not taken:
        return change
    if change.action in _OF_ATTRIBUTE:
        return None
    rest = {name: value for name, value in change.document.items() if name not in taken}
    if all(name in ENTITY_MEMBERS for name in rest):
        return None
    return dataclasses.replace(change, document=rest)


def _by_id(sent: JSON) -> dict[str, list[JSON]]:
    found: dict[str, list[JSON]] = {}
    for item in sent if isinstance(sent, list) else ():
        key = item.get("id") if isinstance(item, dict) else item
        if isinstance(key, str):
            found.setdefault(key, []).append(item)
    return found


def _failed(answer: Answer) -> dict[str, int]:
    """Return the entities that a source could not take, with the status of each."""
    if answer.status != 207:
        return {}
    try:
        body: Document = msgspec.json.decode(answer.body, type=dict[str, JSON])
        return {
            str(one["entityId"]): int(one.get("error", {}).get("status", 500))
            for one in body.get("errors", ())
        }
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        return {}
