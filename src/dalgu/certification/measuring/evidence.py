"""Frozen evidence: what a number was computed from, kept so that it can be computed again.

A snapshot names the questions, the parameters, the engine and, by their digests, every row. It is
kept under the SHA-256 of its bytes, out of reach of retention and of late corrections. That of an
official freeze names the observations under the rows as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from dalgu.certification.errors import EvidenceAltered, FormulaUndefined
from dalgu.certification.formula.parsing import parse
from dalgu.certification.framework.query import Aggregate, Measure
from dalgu.certification.measurement import Measurement, Method, Status
from dalgu.certification.measuring.rows import Counting, Rows, count, digest_of, packed, unpacked
from dalgu.kernel.text import Text

ENGINE = "measuring/2"  # raised whenever the same rows could give another number

Bodies = Mapping[str, bytes]
"""Kept bytes by their digests."""


class Pinned(msgspec.Struct, frozen=True):
    """The observations under a variable: a file of them, and who speaks of whom."""

    file: str  # digest of a Parquet file in the city's folder
    attribute: str
    links: str  # digest of (observed entity, subject) pairs
    condition: str = ""


class FrozenVariable(msgspec.Struct, frozen=True, omit_defaults=True):
    """One variable as it was measured: the questions asked and the rows of the answer."""

    name: str
    unit: str
    value: float | None
    queries: list[str]
    parameters: dict[str, str]
    row_count: int
    rows: str  # digest of the packed rows
    aggregate: Aggregate
    since_us: int
    until_us: int
    min_share: float | None = None
    factor: float = 1.0
    measure: Measure | None = None  # None: not observed
    is_missing: bool = False  # the hub held nothing of its types: no value, instead of none
    from_memory: bool = False  # subjects heard soon after it began count from its beginning
    observations: Pinned | None = None

    @property
    def counting(self) -> Counting:
        """How its rows become its value."""
        return Counting(self.aggregate, self.min_share, self.factor)


class Snapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """One measurement of one indicator, with all that is needed to compute it again."""

    framework: str
    indicator: str
    engine: str
    formula: str
    reference: str  # ISO 8601: as of when
    hub_time: str  # when the hub was asked
    variables: list[FrozenVariable]
    status: Status
    value: float | None = None
    numerator: str = ""  # names of variables
    denominator: str = ""
    since: str = ""
    until: str = ""
    coverage: float = 0.0
    method: Method = Method.AUTOMATIC
    standard_error: float | None = None
    reason: Text | None = None  # why there is no value
    is_frozen: bool = False  # with the observations: as of an official reference date

    def variable(self, name: str) -> FrozenVariable | None:
        """Return a variable by its name."""
        return next((one for one in self.variables if one.name == name), None)

    def measurement(self, digest: str) -> Measurement:
        """Return what everybody else needs to know of it."""
        numerator, denominator = self.variable(self.numerator), self.variable(self.denominator)
        return Measurement(
            indicator=self.indicator,
            status=self.status,
            value=self.value,
            numerator=None if numerator is None else numerator.value,
            denominator=None if denominator is None else denominator.value,
            since=self.since,
            until=self.until,
            coverage=self.coverage,
            method=self.method,
            snapshot=digest,
            standard_error=self.standard_error,
        )


@dataclass(frozen=True, slots=True)
class Frozen:
    """A snapshot under its digest, with the bodies that it names and those hold nothing else."""

    digest: str
    snapshot: Snapshot
    bodies: Bodies  # its own among them

    @property
    def measurement(self) -> Measurement:
        """Return what everybody else needs to know of it."""
        return self.snapshot.measurement(self.digest)


def frozen(snapshot: Snapshot, rows: Bodies) -> Frozen:
    """Return a snapshot under its digest; equal snapshots have equal digests."""
    body = msgspec.json.encode(snapshot, order="deterministic")
    digest = digest_of(body)
    return Frozen(digest, snapshot, {**rows, digest: body})


def thawed(body: bytes, digest: str) -> Snapshot:
    """Return the snapshot of kept bytes; raise `EvidenceAltered` where they are others."""
    return msgspec.json.decode(checked(body, digest), type=Snapshot)


def thawed_rows(body: bytes, digest: str) -> Rows:
    """Return the rows of kept bytes; raise `EvidenceAltered` where they are others."""
    return unpacked(checked(body, digest))


def checked(body: bytes, digest: str) -> bytes:
    """Return bytes that are still those that were frozen."""
    got = digest_of(body)
    if got != digest:
        raise EvidenceAltered(digest, digest, got)
    return body


def recompute(snapshot: Snapshot, digest: str, rows: Mapping[str, Rows]) -> float | None:
    """Compute a value again from its frozen rows, which go by variable name.

    Raises
    ------
    EvidenceAltered
        When rows or results differ, by a single bit, from what was recorded.
    """
    for one in snapshot.variables:
        mine = rows[one.name]
        again = None if one.is_missing else count(mine, one.counting).total
        if again != one.value or len(mine) != one.row_count:
            raise EvidenceAltered(digest, f"{one.name} = {one.value}", f"{again}")
        if digest_of(packed(mine)) != one.rows:
            raise EvidenceAltered(digest, f"the rows of {one.name}", "other rows")
    if snapshot.value is None:
        return None
    value = value_of(snapshot.formula, {one.name: one.value for one in snapshot.variables})
    if value != snapshot.value:
        raise EvidenceAltered(digest, f"{snapshot.value}", f"{value}")
    return value


def value_of(formula: str, variables: Mapping[str, float | None]) -> float | None:
    """Return a formula's value, `None` where it has none."""
    known = {name: one for name, one in variables.items() if one is not None}
    try:
        return parse(formula).value(known)
    except FormulaUndefined:
        return None
