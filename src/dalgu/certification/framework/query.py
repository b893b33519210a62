"""The form of a variable: one named number of a formula, declared as a question to the hub.

A variable names entity types, keeps those that its filters keep, and aggregates them. Filters
work in the order of the fields below. Dates and instants are ISO 8601; a plain date is the whole
day in the city's local time.
"""

from typing import Literal

import msgspec

from dalgu.kernel.text import Text

Aggregate = Literal["count", "sum", "mean", "median", "p90", "distinct", "latest"]
Measure = Literal["any", "days", "time", "hours"]


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which observations speak of the subjects of a variable.

    The history of `attribute` of the entities of `type`; `via` walks relationships from the
    observed entity to the subject (`["feed", "department"]`); empty when it is the subject.
    With a `condition` over `value` only observations that fulfil it count: a signal that says 0
    was heard, but it was not adaptive.
    """

    type: list[str]
    attribute: str
    via: list[str] = []
    condition: str = ""


class Valid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In force at the reference date: `since` is not after it, `until` is absent or not before."""

    since: str
    until: str = ""


class During(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A date attribute lies in a window that ends at the reference date.

    `window` is `N days`, `N months`, `N years` (back from the reference date, which belongs to
    it; the first day does not), or `N fiscal years`: whole calendar years ended by then; on
    31 December the year counts as ended. Days are those of the city's local calendar.
    """

    attribute: str
    window: str


class Linked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entity that a relationship leads to exists, is of a type, and matches."""

    via: str
    type: str
    where: str = ""
    valid: Valid | None = None


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep the subjects whose group reaches a total.

    Groups are those with the same value (or link) of `by`; the total is the sum of attribute
    `total`, or the number of subjects where that is empty.
    """

    by: str
    at_least: float
    total: str = ""


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One named number of a formula, as a question to the hub.

    `where` asks the entity as the hub has it; an attribute that is not there fulfils no
    comparison. `count` counts the entities, or those that have `of` where it is named; `mean`,
    `median` and `p90` (linear between neighbours) go over those that have `of`; `latest` takes
    the one of the newest `by`, and has no value where two of them differ.

    Without `observed`: the `aggregate` of `of` over the entities that the filters keep. With it
    (aggregates `count`, `sum` and `distinct` only): each such entity adds its `of` (1 when empty)
    times the share of the period it was observed, or the whole of it once the share reaches
    `min_share`.
    """

    name: Text
    unit: str  # as pint writes it, with the counting units of frameworks/units.txt
    type: list[str]
    where: str = ""  # NGSI-LD query language: anybody can put it to the API
    condition: str = ""  # of the formula language, over attributes and `reference`
    valid: Valid | None = None
    during: During | None = None
    linked: list[Linked] = []
    group: Group | None = None
    aggregate: Aggregate = "count"
    of: str = ""  # an attribute, or an expression over attributes: "score * weight", "b - a"
    by: str = ""  # the date attribute that says which is the `latest`
    observed: Observed | None = None
    measure: Measure = "any"
    min_share: float | None = None
    max_age_s: float = 0.0
    max_age_intervals: float = 0.0  # times the subject's declaredInterval
    per_hour: bool = False  # counts hours instead of shares
    window_days: float | None = None  # of `observed`, where it is not the indicator's period
