"""Writing histories that several sources hold parts of (CIM 009 5.6.11 to 5.6.16)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from dalgu.hub.attribute import MEMBERS
from dalgu.hub.context import Context
from dalgu.hub.document import ENTITY_MEMBERS
from dalgu.hub.federation.courier import Courier, Forward, Origin, steering
from dalgu.hub.federation.errors import (
    LoopDetected,
    OperationNotOffered,
    PartlyDone,
    SourceRefused,
)
from dalgu.hub.federation.matching import Match
from dalgu.hub.federation.registration import Mode
from dalgu.hub.hosted import Contexts
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError, NotExisting

_PASSED_ON: Final = ("datasetId", "deleteAll")

# Method, and the number of segments after `temporal` -> operation (4.20).
OPERATIONS: Final = {
    ("POST", 1): "upsertTemporal",
    ("DELETE", 2): "deleteTemporal",
    ("POST", 3): "appendAttrsTemporal",
    ("DELETE", 4): "deleteAttrsTemporal",
    ("PATCH", 5): "updateAttrInstanceTemporal",
    ("DELETE", 5): "deleteAttrInstanceTemporal",
}


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change of a history, as it was asked for."""

    method: str
    path: tuple[str, ...]  # after /ngsi-ld/v1: temporal, entities, …
    entity: str
    types: list[str]
    names: frozenset[str]  # the attributes it speaks of, by stored name; empty: the whole
    body: JSON = None

    @property
    def operation(self) -> str:
        """The name of the operation that a source must offer."""
        return OPERATIONS[self.method, len(self.path) - 1]


@dataclass(slots=True)
class Plan:
    """Who does what of a change."""

    remote: list[tuple[Match, frozenset[str]]] = field(default_factory=list)
    local: frozenset[str] | None = frozenset()  # attributes that are ours; None: nothing is
    is_proxied: bool = False
    errors: list[DalguError] = field(default_factory=list)


class PastWriting:
    """Splits one change of a history between this hub and the sources, and sends their parts."""

    def __init__(
        self, courier: Courier, contexts: Contexts, origin: Origin, asked: Mapping[str, str]
    ) -> None:
        self._courier = courier
        self._contexts = contexts
        self._origin = origin
        self._asked = asked

    async def send(self, change: PastChange, plan: Plan) -> int:
        """Send their parts to the sources; return how many did theirs."""
        done = await asyncio.gather(*(self._one(change, plan, *part) for part in plan.remote))
        return sum(done)

    async def _one(
        self, change: PastChange, plan: Plan, match: Match, part: frozenset[str]
    ) -> bool:
        context = self._context_for(match)
        segments = [*change.path]
        if len(segments) > 4:
            segments[4] = context.compact(self._origin.context.expand(segments[4]))
        path = "/".join(quote(one, safe=":") for one in segments)
        parameters = tuple((k, self._asked[k]) for k in _PASSED_ON if self._asked.get(k))
        forward = Forward(change.method, path, parameters, self._reduced(change, part, context))
        try:
            answer = await self._courier.send(match.registration, forward, self._origin)
        except DalguError as refusal:
            plan.errors.append(refusal)
            return False
        if answer.status == 207:
            plan.errors.append(SourceRefused(match.registration.id, 207))
        return True

    def _context_for(self, match: Match) -> Context:
        url = steering(match.registration, "jsonldContext")
        return self._origin.context if url is None else self._contexts.resolve(url)

    def _reduced(self, change: PastChange, part: frozenset[str], context: Context) -> JSON:
        """Return the body with the source's part of the attributes, in the words of a context."""
        body = reduced(change.body, part, self._origin.context)
        if not isinstance(body, dict) or context is self._origin.context:
            return body
        return _renamed(body, self._origin.context, context, is_entity=change.method == "POST")


def reduced(body: JSON, part: frozenset[str], context: Context) -> JSON:
    """Return a body with some of its attributes only; with all where `part` is empty."""
    if not isinstance(body, dict):
        return body
    bare = {name: value for name, value in body.items() if name != "@context"}
    if not part:
        return bare
    return {
        name: value
        for name, value in bare.items()
        if name in ENTITY_MEMBERS or context.expand(name) in part
    }


def _renamed(one: Document, before: Context, after: Context, *, is_entity: bool) -> Document:
    """Return an entity, or an instance, with the names of another context."""
    fixed = ENTITY_MEMBERS if is_entity else MEMBERS
    made: Document = {}
    for name, value in one.items():
        if name == "type" and is_entity:
            several = value if isinstance(value, list) else [value]
            kinds = [after.compact(before.expand(kind)) for kind in several]
            made[name] = kinds if isinstance(value, list) else kinds[0]
        elif name in fixed:
            made[name] = value
        else:
            made[after.compact(before.expand(name))] = _renamed_instances(value, before, after)
    return made


def _renamed_instances(value: JSON, before: Context, after: Context) -> JSON:
    if isinstance(value, list):
        return [_renamed_instances(one, before, after) for one in value]
    return _renamed(value, before, after, is_entity=False) if isinstance(value, dict) else value


def planned(change: PastChange, matches: Sequence[Match]) -> Plan:
    """Return who does what: first those that hold it alone, then we and those beside us."""
    plan, rest = Plan(), change.names
    is_whole = not change.names
    for mode in (Mode.EXCLUSIVE, Mode.REDIRECT):
        rest -= _proxied(plan, change, rest, [one for one in matches if one.mode is mode])
    # An entity that is deleted is deleted here, too; of all else, what others hold alone is theirs.
    is_theirs = plan.is_proxied and not rest and change.operation != "deleteTemporal"
    plan.local = None if is_theirs else rest
    for match in matches:
        part = _part(rest, match, is_whole=is_whole)
        is_beside = match.mode is Mode.INCLUSIVE and not match.is_loop and not is_theirs
        if is_beside and part is not None and match.offers(change.operation) is not None:
            plan.remote.append((match, part))
    return plan


def _proxied(
    plan: Plan, change: PastChange, rest: frozenset[str], matches: list[Match]
) -> frozenset[str]:
    """Give sources what they hold alone; return that."""
    taken = frozenset[str]()
    for match in matches:
        part = _part(rest, match, is_whole=not change.names)
        if part is None:
            continue
        plan.is_proxied = True
        taken |= part
        if match.is_loop:
            plan.errors.append(LoopDetected(match.registration.id))
        elif match.offers(change.operation) is None:
            plan.errors.append(OperationNotOffered(match.registration.id, change.operation))
        else:
            plan.remote.append((match, part))
    return taken


def _part(rest: frozenset[str], match: Match, *, is_whole: bool) -> frozenset[str] | None:
    """Return what of a change a source holds (empty: all of it), None when nothing."""
    if is_whole:
        return frozenset()
    return (rest & match.attributes if match.attributes else rest) or None


def refusal_of(
    change: PastChange, plan: Plan, done: int, local: DalguError | None
) -> DalguError | None:
    """Return what is to be told besides success: None, one error, or what was done in part."""
    errors = list(plan.errors)
    # What does not exist here is no fault where a source holds it (5.6.12.4 and its like).
    if local is not None and not (isinstance(local, NotExisting) and done):
        errors.append(local)
    is_any = done > 0 or (local is None and plan.local is not None)
    if not errors:
        return None
    if len(errors) == 1 and not is_any:
        return errors[0]
    return PartlyDone([change.entity] if is_any else [], [(change.entity, one) for one in errors])
