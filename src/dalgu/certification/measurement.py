"""A measured indicator as everybody passes it on: value, how far it can be relied on, evidence."""

from enum import StrEnum

import msgspec


class Status(StrEnum):
    """What stands behind a value."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    PROXY = "proxy"
    NOT_AVAILABLE = "not available"
    NOT_APPLICABLE = "not applicable"


class Method(StrEnum):
    """How a value came about."""

    AUTOMATIC = "automatic"  # computed from the hub
    SEMIAUTOMATIC = "semiautomatic"  # computed from imported registers
    MANUAL = "manual"  # declared


class Measurement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One quantitative indicator of one city at one reference date.

    `value` is None exactly where the status is "not available" or "not applicable". `since` and
    `until` are ISO 8601; `coverage` is the share 0 to 1 of the period that the hub held.
    `standard_error` is that of the value, in its unit, None where none is known.
    """

    indicator: str
    status: Status
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    since: str = ""
    until: str = ""
    coverage: float = 0.0
    method: Method = Method.AUTOMATIC
    snapshot: str = ""  # digest of the frozen evidence; empty: none
    standard_error: float | None = None


class Maturity(msgspec.Struct, frozen=True, omit_defaults=True):
    """One qualitative indicator: the city's own level, and those of the reviewers, 0 to 5."""

    indicator: str
    self_level: int | None = None
    levels: tuple[int, ...] = ()
    most: int | None = None  # where a site visit lowered it
    evidence: tuple[str, ...] = ()  # digests or ids of what was found
