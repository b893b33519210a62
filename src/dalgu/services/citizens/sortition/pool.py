"""The pool of a lottery, its quotas, and the kinds of people in it as arrays.

People who are alike in everything that a quota speaks of are of one kind: a fair lottery treats
them alike, so that it can be computed over some dozens of kinds instead of thousands of people.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.services.citizens.sortition.refusals import (
    CandidateTwice,
    PanelSizeInvalid,
    PoolTooSmall,
    QuotaInvalid,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who would come: a pseudonym and the values of categorical attributes."""

    id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of a panel must and may have one value of one attribute."""

    attribute: str
    value: str
    least: int
    most: int


@dataclass(frozen=True)
class Pool:
    """Everybody who would come, in the order in which they are numbered."""

    people: tuple[Candidate, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the pool's canonical form, in hexadecimal digits."""
        told = [[one.id, sorted(one.attributes.items())] for one in self.people]
        return digest_of(told)


def digest_of(told: Any) -> str:
    """Return the SHA-256 of something as compact JSON, in hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


@dataclass(frozen=True)
class Kinds:
    """A pool as arrays; T kinds of people, Q quotas.

    `members` holds for each kind the numbers of its people in the pool; `count` (T,) how many;
    `has` (Q, T) is 1 where a kind has the value of a quota; `least` and `most` (Q,) are its
    bounds; `size` is that of a panel.
    """

    members: tuple[tuple[int, ...], ...]
    count: Ints
    has: Ints
    least: Ints
    most: Ints
    size: int

    def is_panel(self, panel: Ints) -> bool:
        """Tell whether counts of kinds (T,) make a panel that meets every quota."""
        inside = bool(((panel >= 0) & (panel <= self.count)).all())
        held = self.has @ panel
        met = bool(((held >= self.least) & (held <= self.most)).all())
        return inside and met and int(panel.sum()) == self.size


def kinds_of(pool: Pool, quotas: Sequence[Quota], size: int) -> Kinds:
    """Return the kinds of people in a pool, as the quotas tell them apart.

    Raises
    ------
    PanelSizeInvalid, PoolTooSmall, CandidateTwice, QuotaInvalid
    """
    _check(pool, quotas, size)
    signatures: dict[tuple[int, ...], list[int]] = {}
    for number, person in enumerate(pool.people):
        signature = tuple(int(person.attributes.get(q.attribute) == q.value) for q in quotas)
        signatures.setdefault(signature, []).append(number)
    has = np.array(list(signatures), dtype=np.int64).reshape(len(signatures), len(quotas)).T
    return Kinds(
        members=tuple(tuple(numbers) for numbers in signatures.values()),
        count=np.array([len(numbers) for numbers in signatures.values()], dtype=np.int64),
        has=np.ascontiguousarray(has),
        least=np.array([quota.least for quota in quotas], dtype=np.int64),
        most=np.array([min(quota.most, size) for quota in quotas], dtype=np.int64),
        size=size,
    )


def _check(pool: Pool, quotas: Sequence[Quota], size: int) -> None:
    if size < 1:
        raise PanelSizeInvalid(size)
    if len(pool.people) < size:
        raise PoolTooSmall(len(pool.people), size)
    seen: set[str] = set()
    for person in pool.people:
        if person.id in seen:
            raise CandidateTwice(person.id)
        seen.add(person.id)
    named: set[tuple[str, str]] = set()
    for quota in quotas:
        key = (quota.attribute, quota.value)
        if not 0 <= quota.least <= quota.most or key in named:
            raise QuotaInvalid(quota.attribute, quota.value, quota.least, quota.most)
        named.add(key)
