"""Frozen evidence: the rows behind a number, kept so that the number can be computed again.

A snapshot holds the query texts, the parameters, every row and the engine's version. It is kept
under the SHA-256 of its bytes, out of reach of retention and of late corrections.
"""

import hashlib
import math
from collections.abc import Mapping

import msgspec

from dalgu.certification.errors import EvidenceAltered, FormulaUndefined
from dalgu.certification.formula.expression import parse
from dalgu.certification.framework.model import Goalposts
from dalgu.certification.variables import Row

ENGINE = "1"  # raised whenever the same rows could give another number


class FrozenVariable(msgspec.Struct, frozen=True):
    """One variable as it was measured: the questions asked and every row of the answer."""

    name: str
    value: float
    queries: list[str]
    row_count: int
    rows_sha256: str
    rows: list[Row]


class Snapshot(msgspec.Struct, frozen=True):
    """One measurement of one indicator, with all that is needed to compute it again."""

    framework: str
    indicator: str
    engine: str
    formula: str
    hub_time: str
    since: str | None
    until: str
    coverage: float
    max_points: float
    goalposts: Goalposts
    variables: list[FrozenVariable]
    status: str
    value: float | None
    points: float


def freeze(name: str, queries: list[str], rows: list[Row]) -> FrozenVariable:
    """Return a variable with its rows fixed and hashed; its value is their exact sum."""
    return FrozenVariable(
        name=name,
        value=total(rows),
        queries=queries,
        row_count=len(rows),
        rows_sha256=hashlib.sha256(msgspec.json.encode(rows)).hexdigest(),
        rows=rows,
    )


def total(rows: list[Row]) -> float:
    """Return the correctly rounded sum of the contributions, whatever their order."""
    return math.fsum(row.contribution for row in rows)


def score(
    formula: str, goalposts: Goalposts, max_points: float, variables: Mapping[str, float]
) -> tuple[float | None, float]:
    """Return value and points; a formula without a value earns nothing."""
    try:
        value = parse(formula).value(variables)
    except FormulaUndefined:
        return None, 0.0
    return value, round(max_points * goalposts.share(value), 2)


def messages_of(body: bytes) -> set[int]:
    """Return the messages that a snapshot's rows name; none where the bytes are no snapshot."""
    try:
        snapshot = msgspec.json.decode(body, type=Snapshot)
    except msgspec.DecodeError:
        return set()
    return {row.message_id for variable in snapshot.variables for row in variable.rows}


def recompute(snapshot: Snapshot, digest: str) -> tuple[float | None, float]:
    """Compute value and points again from the frozen rows alone.

    Raises
    ------
    EvidenceAltered
        When rows or results differ, by a single bit, from what was recorded.
    """
    for variable in snapshot.variables:
        again = freeze(variable.name, variable.queries, variable.rows)
        if again != variable:
            raise EvidenceAltered(digest, f"{variable.name} = {variable.value}", f"{again.value}")
    if snapshot.status != "measured":
        return None, 0.0
    value, points = score(
        snapshot.formula,
        snapshot.goalposts,
        snapshot.max_points,
        {variable.name: variable.value for variable in snapshot.variables},
    )
    if (value, points) != (snapshot.value, snapshot.points):
        raise EvidenceAltered(digest, f"{snapshot.value}", f"{value}")
    return value, points
