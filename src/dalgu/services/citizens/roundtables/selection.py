"""Who comes: quotas, the sealed seed, the draw with its proof, alternates, tables, codes.

The city's seed is computed from its key file and sealed (with the pool) before the draw, so the
city cannot try many. At the draw a number from witnesses in the room is mixed in: nobody who knows
the seed can choose the panel, nobody who chooses the number knows the seed.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.services.citizens.roundtables import drawing
from dalgu.services.citizens.roundtables.codes import TABLE
from dalgu.services.citizens.roundtables.deeds import (
    CodeRenewed,
    Committed,
    Drawn,
    QuotasChosen,
    Replaced,
    Seated,
)
from dalgu.services.citizens.roundtables.fold import subject_of
from dalgu.services.citizens.roundtables.ledger import ROOM, Ledger, must_be
from dalgu.services.citizens.roundtables.plan import Attribute, QuotaSet, Stage
from dalgu.services.citizens.roundtables.refusals import (
    ApplicantNotExisting,
    ProofNotExisting,
    WitnessMissing,
)
from dalgu.services.citizens.roundtables.state import Roundtable
from dalgu.services.citizens.sortition.draw import commit
from dalgu.services.citizens.sortition.pool import Candidate, Pool

PROOFS = "citizens.roundtable.proofs"
LEAST_WITNESS, LONGEST_WITNESS = 4, 200  # signs
SEATED = (Stage.DRAWN, Stage.SEATED, Stage.SURVEYING, Stage.LIVE)


class Selection:
    """Draws panels and seats them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seed = ledger.ground.access.keyed("citizens.roundtable.seed")

    async def set_quotas(
        self, actor: Actor, number: int, quotas: Sequence[QuotaSet], size: int
    ) -> None:
        """Choose quotas that some panel from the pool can meet.

        A seal that stands already no longer counts after that, and stays to be seen.

        Raises
        ------
        QuotasUnmeetable
            With the least change that helps.
        """
        one = self._ledger.get(number)
        must_be(one, Stage.SELECTING, Stage.COMMITTED)
        await asyncio.to_thread(drawing.check, pool_of(one), quotas, size)
        deed = QuotasChosen(number, tuple(quotas), size)
        await self._ledger.move(actor, number, deed, Stage.SELECTING, Stage.COMMITTED)

    async def commit(self, actor: Actor, number: int) -> str:
        """Seal the seed and the pool; return the seal, which everybody sees from now on."""

        def decide(one: Roundtable, at: datetime) -> list[msgspec.Struct]:
            must_be(one, Stage.SELECTING)
            attempt = len(one.commitments) + 1
            seal = commit(self._seed_of(number, attempt), pool_of(one))
            return [Committed(number, seal, attempt)]

        entries = await self._ledger.write(actor, number, decide)
        seal: str = entries[0].deed.commitment
        return seal

    async def draw(self, actor: Actor, number: int, witness: str) -> tuple[str, ...]:
        """Draw the panel by the sealed seed and the witnesses' number; return it."""
        said = " ".join(witness.split())
        if not LEAST_WITNESS <= len(said) <= LONGEST_WITNESS:
            raise WitnessMissing
        one = self._ledger.get(number)
        must_be(one, Stage.COMMITTED)
        seed = self._seed_of(number, len(one.commitments))
        seal, _ = one.commitments[-1]
        asked = drawing.Asked(pool_of(one), one.quotas, one.size, seed, said, seal)
        drawn = await asyncio.to_thread(drawing.drawn, asked)

        def decide(at: datetime) -> list[Noted]:
            must_be(one, Stage.COMMITTED)
            deed = Drawn(number, said, seed.hex(), drawn.panel, drawn.digest)
            return [Noted(subject_of(number), deed)]

        await self._ledger.ground.store.write(
            lambda tables: tables.records.put(PROOFS, str(number), drawn.proof)
        )
        await self._ledger.ground.book.write(actor, ROOM, decide)
        return drawn.panel

    def proof(self, number: int) -> bytes:
        """Return the file that proves a draw; raise `ProofNotExisting`."""
        one = self._ledger.get(number)
        body = self._ledger.ground.store.read().records.get(PROOFS, str(number))
        if body is None or not one.proof:
            raise ProofNotExisting(number)
        return body

    async def replace(self, actor: Actor, number: int, gone: str) -> str:
        """Let an alternate take the seat of who does not come; return who, "" where none fits."""
        one = self._ledger.get(number)
        must_be(one, *SEATED)
        came = await asyncio.to_thread(self._alternate, one, gone)

        def decide(at: datetime) -> list[Noted]:
            must_be(one, *SEATED)
            if gone not in one.members or came in one.members:
                raise ApplicantNotExisting(gone)
            return [Noted(subject_of(number), Replaced(number, gone, came))]

        await self._ledger.ground.book.write(actor, ROOM, decide)
        return came

    def _alternate(self, one: Roundtable, gone: str) -> str:
        if gone not in one.members:
            raise ApplicantNotExisting(gone)
        if gone not in one.panel:  # appointed: only who sent them can send another
            return ""
        return drawing.alternate(self.proof(one.number), one.absent, gone)

    async def seat(self, actor: Actor, number: int) -> None:
        """Set tables for every round, as mixed as they can be; again as long as none has met."""
        one = self._ledger.get(number)
        must_be(one, Stage.DRAWN, Stage.SEATED, Stage.SURVEYING)
        people = tuple(Candidate(id, one.applicants[id].attributes) for id in one.members)
        sizes = table_sizes(len(people), one.plan.table_size)
        seed = (one.seed, one.witness)
        rounds = await asyncio.to_thread(drawing.tables, people, sizes, one.plan.rounds, seed)
        deed = Seated(number, rounds)
        await self._ledger.move(actor, number, deed, Stage.DRAWN, Stage.SEATED, Stage.SURVEYING)

    async def renew_code(self, actor: Actor, number: int, holder: str) -> None:
        """Give a seat (`a0001`) or a table (`table:7`) another code; the old one opens nothing."""
        one = self._ledger.get(number)
        kind, _, table = holder.partition(":")
        is_table = kind == TABLE and table.isdigit() and 1 <= int(table) <= one.table_count
        if not is_table and holder not in one.members:
            raise ApplicantNotExisting(holder)
        await self._ledger.move(actor, number, CodeRenewed(number, holder), *SEATED, Stage.REPORTED)

    def _seed_of(self, number: int, attempt: int) -> bytes:
        halves = (self._seed(f"{number}|{attempt}|{half}") for half in (1, 2))
        return bytes.fromhex("".join(halves))


def pool_of(one: Roundtable) -> Pool:
    """Return the pool as the lottery takes it."""
    named = {str(attribute) for attribute in Attribute}
    return Pool(
        tuple(
            Candidate(
                applicant.id,
                {key: value for key, value in applicant.attributes.items() if key in named},
            )
            for applicant in one.pool
        )
    )


def table_sizes(people: int, table_size: int) -> tuple[int, ...]:
    """Return the sizes of tables of about so many, none of which differs by more than one.

    >>> table_sizes(23, 10)
    (8, 8, 7)
    """
    count = max(1, -(-people // table_size))
    least, more = divmod(people, count)
    return tuple([least + 1] * more + [least] * (count - more))
