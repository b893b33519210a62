"""The draw: a secret seed committed to beforehand, one panel drawn, a proof that anybody checks.

Before the draw the city publishes `commit(seed, pool)`; whoever changes the seed or the pool later
is found out. A contribution that nobody could know at that time (the numbers of a public lottery,
a beacon) can be mixed in, so that not even who chose the seed knew the outcome. The proof holds
all that was published; `verify` recomputes the draw from it and nothing else.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from dalgu.services.citizens.sortition.lottery import Distribution
from dalgu.services.citizens.sortition.pool import Candidate, Pool, Quota, digest_of
from dalgu.services.citizens.sortition.refusals import (
    AlternateNotExisting,
    CommitmentOther,
    SeedTooShort,
)

LEAST_SEED = 16  # bytes
FORMAT = "dalgu-lottery-1"


@dataclass(frozen=True, slots=True)
class Draw:
    """Who was drawn, who follows in which order, and the proof (JSON) of it."""

    panel: tuple[str, ...]
    alternates: tuple[str, ...]
    proof: dict[str, Any]


class Proof(msgspec.Struct, frozen=True):
    """All that was published of a draw.

    `pool` lists people by pseudonym with their attributes, `panels` their numbers in it;
    `seed` and `contribution` are in hexadecimal digits.
    """

    format: str
    size: int
    quotas: list[tuple[str, str, int, int]]
    pool: list[tuple[str, dict[str, str]]]
    panels: list[list[int]]
    commitment: str
    seed: str
    contribution: str
    number: int  # of the drawn panel, from 0
    panel: list[str]
    alternates: list[str]


def commit(seed: bytes, pool: Pool) -> str:
    """Return what is published before the draw: SHA-256 of the seed and the pool's digest.

    Raises
    ------
    SeedTooShort
    """
    if len(seed) < LEAST_SEED:
        raise SeedTooShort(len(seed), LEAST_SEED)
    return hashlib.sha256(seed + bytes.fromhex(pool.digest)).hexdigest()


def draw(
    distribution: Distribution,
    seed: bytes,
    *,
    contribution: bytes = b"",
    commitment: str | None = None,
) -> Draw:
    """Draw one panel, everybody else as alternates in order, and the proof.

    Raises
    ------
    SeedTooShort
    CommitmentOther
        When the seed and the pool do not give the commitment that was published.
    """
    pool = distribution.pool
    ours = commit(seed, pool)
    if commitment is not None and commitment != ours:
        raise CommitmentOther(commitment)
    numbers = {person.id: number for number, person in enumerate(pool.people)}
    panels = [[numbers[one] for one in panel] for panel in distribution.panels]
    chosen = drawn_number(seed, contribution, pool.digest, panels)
    panel = distribution.panels[chosen]
    alternates = alternates_of(seed, contribution, pool, panel)
    proof = Proof(
        format=FORMAT,
        size=distribution.size,
        quotas=[(q.attribute, q.value, q.least, q.most) for q in distribution.quotas],
        pool=[(one.id, dict(one.attributes)) for one in pool.people],
        panels=panels,
        commitment=ours,
        seed=seed.hex(),
        contribution=contribution.hex(),
        number=chosen,
        panel=list(panel),
        alternates=list(alternates),
    )
    return Draw(panel, alternates, msgspec.to_builtins(proof))


def drawn_number(
    seed: bytes, contribution: bytes, pool_digest: str, panels: list[list[int]]
) -> int:
    """Return the number of the panel drawn, from 0.

    SHA-256 over seed, pool, panels and contribution, as a number modulo the panels: of 256 bits,
    no panel is favoured by more than one in 2 to the 246th.
    """
    told = b"|".join(
        [b"panel", seed.hex().encode(), pool_digest.encode(), digest_of(panels).encode(),
         contribution.hex().encode()]
    )  # fmt: skip
    return int.from_bytes(hashlib.sha256(told).digest(), "big") % len(panels)


def alternates_of(
    seed: bytes, contribution: bytes, pool: Pool, panel: Iterable[str]
) -> tuple[str, ...]:
    """Return everybody not drawn, ordered by a hash of seed, contribution and pseudonym."""
    drawn = set(panel)

    def place(one: str) -> bytes:
        told = b"|".join(
            [b"alternate", seed.hex().encode(), contribution.hex().encode(), one.encode()]
        )
        return hashlib.sha256(told).digest()

    return tuple(sorted((p.id for p in pool.people if p.id not in drawn), key=place))


def verify(proof: Mapping[str, Any]) -> bool:
    """Tell whether a published proof holds: see `faults` for what does not."""
    return not faults(proof)


def faults(proof: Mapping[str, Any]) -> list[str]:
    """Return what of a published proof does not hold, in words; nothing when all does."""
    try:
        told = msgspec.convert(proof, Proof)
        seed, contribution = bytes.fromhex(told.seed), bytes.fromhex(told.contribution)
    except (msgspec.ValidationError, ValueError) as broken:
        return [f"the file is not a proof: {broken}"]
    pool = Pool(tuple(Candidate(one, attributes) for one, attributes in told.pool))
    found = [*_of_panels(told, pool)]
    if found or told.format != FORMAT or len(seed) < LEAST_SEED:
        return found or ["the format or the seed is not ours"]
    if commit(seed, pool) != told.commitment:
        found.append("seed and pool do not give the commitment")
    number = drawn_number(seed, contribution, pool.digest, told.panels)
    panel = [pool.people[one].id for one in told.panels[number]]
    if (number, panel) != (told.number, told.panel):
        found.append(f"the seed draws panel {number}, not panel {told.number} as it stands here")
    if list(alternates_of(seed, contribution, pool, panel)) != told.alternates:
        found.append("the alternates stand in another order")
    return found


def _of_panels(told: Proof, pool: Pool) -> list[str]:
    ids = {person.id for person in pool.people}
    if len(ids) != len(pool.people) or not told.panels:
        return ["somebody stands in the pool twice, or there is no panel"]
    quotas = [Quota(*one) for one in told.quotas]
    has = np.array(
        [[person.attributes.get(q.attribute) == q.value for person in pool.people] for q in quotas],
        dtype=np.int64,
    ).reshape(len(quotas), len(pool.people))
    least, most = np.array([q.least for q in quotas]), np.array([q.most for q in quotas])

    def holds(panel: list[int]) -> bool:
        inside = all(0 <= one < len(pool.people) for one in panel)
        if not inside or len(panel) != told.size or len(set(panel)) != told.size:
            return False
        held = has[:, panel].sum(axis=1)
        return bool(((held >= least) & (held <= most)).all())

    return [
        f"panel {number} does not hold the size or a quota"
        for number, panel in enumerate(told.panels)
        if not holds(panel)
    ]


def _holds(pool: Pool, quotas: list[Quota], size: int, panel: list[Candidate]) -> bool:
    if len(panel) != size or len({one.id for one in panel}) != size:
        return False
    return all(
        quota.least
        <= sum(one.attributes.get(quota.attribute) == quota.value for one in panel)
        <= quota.most
        for quota in quotas
    )


def chances(proof: Mapping[str, Any]) -> dict[str, float]:
    """Return everybody's probability, counted from the panels of a proof."""
    told = msgspec.convert(proof, Proof)
    times = [0] * len(told.pool)
    for panel in told.panels:
        for number in panel:
            times[number] += 1
    whole = len(told.panels)
    return {one: count / whole for (one, _), count in zip(told.pool, times, strict=True)}


def replaced(proof: Mapping[str, Any], leaving: Iterable[str]) -> tuple[str, ...]:
    """Return the panel after those leaving gave their seats to alternates, quotas still held.

    The first alternate who is alike in everything the quotas speak of takes a seat, else the first
    with whom the quotas hold; who left never comes back.

    Raises
    ------
    AlternateNotExisting
    """
    told = msgspec.convert(proof, Proof)
    people = {one: Candidate(one, attributes) for one, attributes in told.pool}
    pool = Pool(tuple(people.values()))
    quotas = [Quota(*one) for one in told.quotas]
    panel, waiting = list(told.panel), list(told.alternates)
    gone = list(leaving)
    waiting = [one for one in waiting if one not in gone]
    for one in gone:
        if one not in panel:
            continue
        rest = [other for other in panel if other != one]
        alike = [other for other in waiting if _alike(people[one], people[other], quotas)]
        for other in [*alike, *waiting]:
            if _holds(pool, quotas, told.size, [people[seat] for seat in [*rest, other]]):
                panel = [*rest, other]
                waiting.remove(other)
                break
        else:
            raise AlternateNotExisting(one)
    return tuple(panel)


def _alike(one: Candidate, other: Candidate, quotas: list[Quota]) -> bool:
    named = {quota.attribute for quota in quotas}
    return all(one.attributes.get(key) == other.attributes.get(key) for key in named)
