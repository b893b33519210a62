"""The gate every guarded deed passes: allowed or refused, and written down with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from dalgu.access.actor import Actor
from dalgu.access.audit import LONGEST_TEXT, AuditChain, Fact, Outcome, entry_of
from dalgu.access.policy import allow
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import Forbidden
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what, on what, and what for: all that the audit chain has to know."""

    actor: Actor
    operation: str
    target: str
    district: str | None = None
    purpose: str = ""
    tenant: str = ""


class Gate:
    """Refuses what the policy does not allow; writes deeds and refusals in the chain."""

    def __init__(self, store: Store, clock: Clock, chain: AuditChain) -> None:
        self.store = store
        self.clock = clock
        self._chain = chain

    async def require(self, deed: Deed) -> None:
        """Return when the policy allows the deed; write a known actor's refusal down.

        What anonymous callers are refused is not written: they could fill the disk.

        Raises
        ------
        SignInRequired, OperationNotAllowed, DistrictNotAllowed, TenantNotAllowed
            As `policy.allow` does.

        """
        try:
            allow(deed.actor, deed.operation, deed.district, tenant=deed.tenant)
        except Forbidden as refusal:
            where = {"tenant": deed.tenant} if deed.tenant else {}
            await self.record(deed, Outcome.REFUSED, {"reason": refusal.slug} | where)
            raise

    async def do(
        self, deed: Deed, work: Callable[[Tables], T], facts: Mapping[str, Fact] | None = None
    ) -> T:
        """Require, then do the work and write it down in one transaction."""
        await self.require(deed)
        return await self.note(deed, work, facts)

    async def note(
        self, deed: Deed, work: Callable[[Tables], T], facts: Mapping[str, Fact] | None = None
    ) -> T:
        """Do the work and write it down in one transaction; the policy was asked before."""

        def both(tables: Tables) -> T:
            result = work(tables)
            self.append(tables, deed, Outcome.DONE, facts)
            return result

        return await self.store.write(both)

    async def record(
        self, deed: Deed, outcome: Outcome, facts: Mapping[str, Fact] | None = None
    ) -> None:
        """Write down a deed that changes nothing here, or did not come about."""
        await self.store.write(lambda tables: self.append(tables, deed, outcome, facts))

    def append(
        self, tables: Tables, deed: Deed, outcome: Outcome, facts: Mapping[str, Fact] | None
    ) -> None:
        """Write a deed down within the work in hand."""
        entry = entry_of(deed.actor, deed.operation, deed.target, self.clock.now())
        purpose = deed.purpose[:LONGEST_TEXT]
        self._chain.append(
            tables, replace(entry, outcome=outcome, purpose=purpose, facts=dict(facts or {}))
        )
