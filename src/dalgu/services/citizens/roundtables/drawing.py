"""Lottery and tables of a roundtable, as `sortition` computes them; slow, so in a thread."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from dalgu.services.citizens.roundtables.plan import QuotaSet
from dalgu.services.citizens.sortition import draw, seating
from dalgu.services.citizens.sortition.lottery import distribution
from dalgu.services.citizens.sortition.panels import require_panel
from dalgu.services.citizens.sortition.pool import Candidate, Pool, kinds_of
from dalgu.services.citizens.sortition.refusals import AlternateNotExisting

Rounds = tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a draw is made from."""

    pool: Pool
    quotas: Sequence[QuotaSet]
    size: int
    seed: bytes
    witness: str
    seal: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel, the file that proves it, and the file's digest."""

    panel: tuple[str, ...]
    proof: bytes
    digest: str


def check(pool: Pool, quotas: Sequence[QuotaSet], size: int) -> None:
    """Return when some panel meets the quotas; raise `QuotasUnmeetable` with what would help."""
    asked = [one.quota() for one in quotas]
    require_panel(kinds_of(pool, asked, size), asked)


def drawn(asked: Asked) -> Drawn:
    """Draw a panel; raise `CommitmentOther` when seed and pool are not those that were sealed."""
    lottery = distribution(asked.pool, [one.quota() for one in asked.quotas], asked.size)
    found = draw.draw(
        lottery, asked.seed, contribution=asked.witness.encode(), commitment=asked.seal
    )
    proof = msgspec.json.encode(found.proof)
    return Drawn(found.panel, proof, hashlib.sha256(proof).hexdigest())


def alternate(proof: bytes, absent: Mapping[str, str], gone: str) -> str:
    """Return who takes the seat of who does not come, nothing where nobody fits.

    `absent` maps those who left before, in their order, to who came for them.
    """
    told = msgspec.json.decode(proof)
    before = [one for one, came in absent.items() if came]
    try:
        left = set(draw.replaced(told, before))
        now = set(draw.replaced(told, [*before, gone]))
    except AlternateNotExisting:
        return ""
    return next(iter(now - left), "")


def tables(
    people: Sequence[Candidate], sizes: Sequence[int], rounds: int, asked: tuple[str, str]
) -> Rounds:
    """Return who sits with whom, by the opened seed and the witnesses' number, to be redone."""
    seed = hashlib.sha256("|".join(("seating", *asked)).encode()).digest()
    found = seating.tables(people, sizes, rounds, int.from_bytes(seed[:8], "big"))
    return tuple(tuple(tuple(table) for table in one) for one in found)
