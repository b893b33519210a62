"""Batches that several sources share in (CIM 009 5.6.7 to 5.6.10, 5.6.20).

A source that takes batches is sent its part of one in one request; a source that does not is asked
for each entity on its own, by the operations that the clauses name for that.
"""

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Final

import msgspec

from dalgu.hub.change import Action
from dalgu.hub.federation.courier import Answer, Courier, Forward, Origin
from dalgu.hub.federation.errors import OperationNotOffered, SourceConflict, SourceRefused
from dalgu.hub.federation.matching import Match
from dalgu.hub.federation.share import Share
from dalgu.hub.federation.wording import Wording
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError

BATCHES: Final = frozenset(("create", "upsert", "update", "merge", "delete"))

_Part = tuple[Share, Match, frozenset[str], JSON]  # the last: the entity as it was sent

# What a source that takes no batch is asked for instead, first to last, as operations of 4.20.
_INSTEAD: Final[dict[str, tuple[tuple[Action, str], ...]]] = {
    "create": ((Action.CREATE, "createEntity"),),
    "upsert-replace": ((Action.CREATE, "createEntity"), (Action.REPLACE, "replaceEntity")),
    "upsert-update": ((Action.CREATE, "createEntity"), (Action.UPDATE, "updateEntity")),
    "append": ((Action.UPDATE, "updateEntity"),),
    "append-new": ((Action.APPEND_NEW, "appendAttrs"),),
    "merge": ((Action.MERGE, "mergeEntity"),),
    "delete": ((Action.DELETE, "deleteEntity"),),
}


def offered(batch: str, action: Action, match: Match) -> bool:
    """Whether a source takes such a batch, or each of its changes on its own."""
    return match.offers(f"{batch}Batch", *(name for _, name in _INSTEAD[action])) is not None


class Batching:
    """One batch on its way to the sources."""

    def __init__(self, batch: str, courier: Courier, wording: Wording, origin: Origin) -> None:
        self._batch = batch
        self._courier = courier
        self._wording = wording
        self._origin = origin

    async def send(self, shares: list[Share], sent: JSON) -> None:
        """Send each source its part, and note in the shares what came of it."""
        raws = _by_id(sent)
        together: dict[str, list[_Part]] = {}
        alone: list[_Part] = []
        for share in shares:
            raw = raws[share.change.entity].pop(0)
            for match, part in share.remote:
                item = (share, match, part, raw)
                if match.offers(f"{self._batch}Batch"):
                    together.setdefault(match.registration.id, []).append(item)
                else:
                    alone.append(item)
        await asyncio.gather(
            *(self._together(parts) for parts in together.values()), *map(self._alone, alone)
        )

    async def _together(self, parts: list[_Part]) -> None:
        to = parts[0][1].registration
        items = [
            self._wording.reduced(raw, share.change, match, part)
            for share, match, part, raw in parts
        ]
        path = f"entityOperations/{self._batch}"
        forward = Forward("POST", path, self._wording.parameters(), items)
        try:
            answer = await self._courier.send(to, forward, self._origin)
        except DalguError as refusal:
            for share, match, part, _ in parts:
                share.refuse(refusal, match, part)
            return
        failed, created = _failed(answer), _created(answer)
        for share, match, part, _ in parts:
            if share.change.entity in failed:
                refused = SourceRefused(to.id, failed[share.change.entity])
                share.refuse(refused, match, part)
            else:
                share.done += 1
                share.is_created |= share.change.entity in created

    async def _alone(self, item: _Part) -> None:
        share, match, part, raw = item
        steps = [action for action, name in _INSTEAD[share.change.action] if match.offers(name)]
        for at, action in enumerate(steps, 1):
            change = dataclasses.replace(share.change, action=action)
            forward = self._wording.instead(change, match, part, raw)
            try:
                await self._courier.send(match.registration, forward, self._origin)
            except DalguError as refusal:
                if isinstance(refusal, SourceConflict) and at < len(steps):
                    continue  # it exists there, so the next step is to change it
                share.refuse(self._told(refusal, share, match), match, part)
                return
            share.done += 1
            share.is_created |= action is Action.CREATE
            return

    def _told(self, refusal: DalguError, share: Share, match: Match) -> DalguError:
        """Return the error of an upsert that can create and not change (5.6.8.4), or what came."""
        if self._batch != "upsert" or not isinstance(refusal, SourceConflict):
            return refusal
        return OperationNotOffered(match.registration.id, _INSTEAD[share.change.action][-1][1])


def _by_id(sent: JSON) -> Mapping[str, list[JSON]]:
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
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError, ValueError, AttributeError):
        return {}


def _created(answer: Answer) -> frozenset[str]:
    """Return the entities that a source says it made (5.6.7.5, 5.6.8.5)."""
    if answer.status != 201:
        return frozenset()
    try:
        return frozenset(msgspec.json.decode(answer.body, type=list[str]))
    except msgspec.DecodeError:
        return frozenset()
