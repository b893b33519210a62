"""Writing entities that several sources hold parts of (CIM 009 5.6, 4.3.6.3, 6.3.17)."""

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from dalgu.hub.change import Action, Applied, Change
from dalgu.hub.document import ENTITY_MEMBERS, types_of
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.federation.batching import BATCHES, Batching, offered
from dalgu.hub.federation.courier import Courier, Origin
from dalgu.hub.federation.errors import LoopDetected, OperationNotOffered, SourceRefused
from dalgu.hub.federation.matching import Match, Matching
from dalgu.hub.federation.registration import Mode
from dalgu.hub.federation.share import OF_ATTRIBUTE, Refusal, Share, names
from dalgu.hub.federation.wording import Wording
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
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
        self._origin = origin
        self._wording = Wording(contexts, origin, path, asked)
        self._sent: JSON = msgspec.json.decode(sent) if sent else None
        is_batch = len(path) == 2 and path[0] == "entityOperations"
        self._batch = path[1] if is_batch and path[1] in BATCHES else None

    async def apply(self, changes: Sequence[Change]) -> list[Applied | DalguError]:
        """Send the parts of the sources first, then do ours."""
        shares = [await self._share(change) for change in changes]
        if self._batch is None:
            await asyncio.gather(*(self._one(s, *part) for s in shares for part in s.remote))
        else:
            batching = Batching(self._batch, self._courier, self._wording, self._origin)
            await batching.send(shares, self._sent)
        ours = [one for one in shares if one.local is not None and not one.is_looping]
        outcomes = iter(await self._hub.apply([one.local for one in ours if one.local]))
        applied = {id(one): next(outcomes) for one in ours}
        return [self._outcome(one, applied.get(id(one))) for one in shares]

    def _outcome(self, share: Share, local: Applied | DalguError | None) -> Applied | DalguError:
        if isinstance(local, DalguError):
            is_gone = isinstance(local, EntityNotExisting) and share.change.action is Action.DELETE
            if not (is_gone and share.is_proxied):
                share.refusals.append(Refusal(local, names(share.local or share.change)))
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
        given, taken = names(share.local), frozenset[str]()
        for match in matches:
            taken |= self._proxied(share, match, given)
        share.local = None if share.is_whole else _rest(share.local, taken)

    def _copy_out(self, share: Share, matches: list[Match]) -> None:
        """Give sources what they hold beside us."""
        change = share.local or share.change
        for match in matches:
            part = _part(names(change), match, change)
            if part is not None and self._is_offered(change, match) and not match.is_loop:
                share.remote.append((match, part))

    def _proxied(self, share: Share, match: Match, given: frozenset[str]) -> frozenset[str]:
        """Give a source what it holds alone; return that."""
        part = _part(given, match, share.change)
        if part is None:
            return frozenset()
        share.is_proxied = True
        share.is_whole |= not part and share.change.action is not Action.DELETE
        if match.is_loop:
            share.refuse(LoopDetected(match.registration.id), match, part)
        elif not self._is_offered(share.change, match):
            operation = self._operation(share.change)
            refused = OperationNotOffered(match.registration.id, operation)
            share.refuse(refused, match, part)
        else:
            share.remote.append((match, part))
        return part or given

    def _operation(self, change: Change) -> str:
        return OPERATIONS[change.action] if self._batch is None else f"{self._batch}Batch"

    def _is_offered(self, change: Change, match: Match) -> bool:
        if self._batch is not None:
            return offered(self._batch, change.action, match)
        return match.offers(OPERATIONS[change.action]) is not None

    async def _types(self, change: Change) -> list[str]:
        if "type" in change.document:
            return types_of(change.document)
        try:
            return types_of(await self._hub.retrieve(change.entity))
        except EntityNotExisting:
            return list(change.types) if len(change.types) == 1 else []

    async def _one(self, share: Share, match: Match, part: frozenset[str]) -> None:
        """Send one change to one source."""
        forward = self._wording.of(share.change, match, part, self._sent)
        try:
            answer = await self._courier.send(match.registration, forward, self._origin)
        except DalguError as refusal:
            share.refuse(refusal, match, part)
            return
        share.done += 1
        if answer.status == 207:
            share.refuse(SourceRefused(match.registration.id, 207), match, part)


def _part(given: frozenset[str], match: Match, change: Change) -> frozenset[str] | None:
    """Return what of a change a source holds (empty: all of it), None when nothing."""
    if change.action is Action.DELETE or not match.attributes:
        return frozenset()
    return (given & match.attributes) or None


def _rest(change: Change, taken: frozenset[str]) -> Change | None:
    """Return what of a change is left for others, None when nothing."""
    if not taken:
        return change
    if change.action in OF_ATTRIBUTE:
        return None
    rest = {name: value for name, value in change.document.items() if name not in taken}
    if all(name in ENTITY_MEMBERS for name in rest):
        return None
    return dataclasses.replace(change, document=rest)
