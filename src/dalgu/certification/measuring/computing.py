"""One indicator from what was gathered for it: rows, numbers, value, status, evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dalgu.certification.errors import FormulaInvalid, FormulaUndefined
from dalgu.certification.formula.operand import EPOCH, micros
from dalgu.certification.formula.parsing import DIVIDED_BY_ZERO, parse
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.measurement import Method, Status
from dalgu.certification.measuring import words
from dalgu.certification.measuring.evidence import (
    ENGINE,
    Frozen,
    FrozenVariable,
    Snapshot,
    frozen,
)
from dalgu.certification.measuring.histories import Listener
from dalgu.certification.measuring.queries import parameters_of, queries_of
from dalgu.certification.measuring.rows import (
    QUALITIES,
    Counted,
    Counting,
    Rows,
    count,
    digest_of,
    packed,
    worst,
)
from dalgu.certification.measuring.shares import Held, held, observed_rows
from dalgu.certification.measuring.spread import standard_error
from dalgu.certification.measuring.subjects import Subjects
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Text

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the hub answered for one variable; `reason` says why it answered nothing."""

    variable: Variable
    subjects: Subjects
    listener: Listener | None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable that has been counted."""

    gathered: Gathered
    rows: Rows
    counting: Counting
    counted: Counted

    @property
    def is_missing(self) -> bool:
        """Whether the hub could not say anything of it."""
        return self.gathered.reason is not None or not self.gathered.subjects.known


@dataclass(frozen=True, slots=True)
class _Told:
    """What an indicator says: a value, or why there is none."""

    value: float | None
    reason: Text | None = None


def computed(
    framework: Framework,
    indicator: Indicator,
    gathered: Mapping[str, Gathered],
    reference: datetime,
    hub_time: datetime,
) -> Frozen:
    """Return the frozen measurement of an indicator as of a reference instant."""
    listeners = [one.listener for one in gathered.values() if one.listener is not None]
    period = held(indicator, listeners, micros(reference))
    variables = {name: _counted(one, period) for name, one in gathered.items()}
    told = _value(indicator, period, variables, reference)
    bodies: dict[str, bytes] = {}
    fixed = [_freeze(name, one, period, reference, bodies) for name, one in variables.items()]
    snapshot = Snapshot(
        framework=framework.name,
        indicator=indicator.code,
        engine=ENGINE,
        formula=indicator.formula,
        reference=iso(reference),
        hub_time=iso(hub_time),
        variables=fixed,
        status=_status(variables) if told.value is not None else Status.NOT_AVAILABLE,
        value=told.value,
        numerator=indicator.numerator,
        denominator=indicator.denominator,
        since="" if period.reason else iso(_instant(period.since_us)),
        until=iso(reference),
        coverage=0.0 if any(one.is_missing for one in variables.values()) else period.coverage,
        method=_method(variables),
        standard_error=_error(indicator, told.value, variables),
        reason=told.reason,
    )
    return frozen(snapshot, bodies)


def _counted(gathered: Gathered, period: Held) -> _Variable:
    variable = gathered.variable
    hours = period.of(variable).hours if variable.per_hour else 1
    counting = Counting(variable.aggregate, variable.min_share, float(hours))
    rows = gathered.subjects.rows
    if gathered.listener is not None:
        from_memory = _is_from_memory(variable, period)
        rows = observed_rows(gathered.listener, period.of(variable), from_memory=from_memory)
    counted = count(rows, counting)
    found = _Variable(gathered, rows, counting, counted)
    if found.is_missing:
        lack = gathered.reason or words.no_entities(variable.type)
        return replace(found, counted=Counted(counted.contribution, None, lack))
    return found


def _is_from_memory(variable: Variable, period: Held) -> bool:
    return bool(variable.max_age_intervals) and period.is_clipped(variable)


def _value(
    indicator: Indicator, period: Held, variables: Mapping[str, _Variable], reference: datetime
) -> _Told:
    """Return the value, or the first reason why there is none."""
    reason = _lack(indicator, period, variables, reference)
    if reason is not None:
        return _Told(None, reason)
    try:
        return _Told(parse(indicator.formula).value({
            name: one.counted.total for name, one in variables.items()
            if one.counted.total is not None
        }))  # fmt: skip
    except FormulaUndefined as undefined:
        is_zero = undefined.parts["reason"] == DIVIDED_BY_ZERO
        return _Told(None, words.ZERO_DENOMINATOR if is_zero else words.NOT_FINITE)
    except FormulaInvalid as invalid:
        return _Told(None, words.formula_invalid(str(invalid)))


def _lack(
    indicator: Indicator, period: Held, variables: Mapping[str, _Variable], reference: datetime
) -> Text | None:
    """Return what the value lacks: what the hub does not hold comes first."""
    for one in variables.values():
        if one.is_missing:
            return one.counted.reason
    if period.reason is not None:
        return period.reason
    for one in variables.values():
        reason = one.counted.reason or _too_old(indicator, one, reference)
        if reason is not None:
            return words.variable_without(one.gathered.variable.name, reason)
    return None


def _too_old(indicator: Indicator, one: _Variable, reference: datetime) -> Text | None:
    """Return why a register is too old to stand on at the reference date, if it is."""
    most = indicator.max_age_days
    if most is None or one.gathered.listener is not None or not len(one.rows):
        return None
    by_us = one.rows.by_us
    dated_us = one.gathered.subjects.dated_us if by_us is None else int(by_us.max())
    if dated_us is None:
        return None
    days = (micros(reference) - dated_us) / DAY_US
    return words.too_old(days, most) if days > most else None


def _status(variables: Mapping[str, _Variable]) -> Status:
    """Return the least reliable quality of the subjects that entered."""
    found = [worst(one.rows, one.counted.contribution) for one in variables.values()]
    return Status(max(found, key=QUALITIES.index, default=QUALITIES[0]))


def _method(variables: Mapping[str, _Variable]) -> Method:
    is_register = any(one.gathered.subjects.is_register for one in variables.values())
    return Method.SEMIAUTOMATIC if is_register else Method.AUTOMATIC


def _error(
    indicator: Indicator, value: float | None, variables: Mapping[str, _Variable]
) -> float | None:
    if value is None:
        return None
    return standard_error(
        indicator,
        value,
        {name: one.rows for name, one in variables.items()},
        {name: one.counted for name, one in variables.items()},
    )


def _freeze(
    name: str, one: _Variable, period: Held, reference: datetime, bodies: dict[str, bytes]
) -> FrozenVariable:
    variable = one.gathered.variable
    body = packed(one.rows)
    digest = digest_of(body)
    bodies[digest] = body
    span = period.of(variable)
    return FrozenVariable(
        name=name,
        unit=variable.unit,
        value=one.counted.total,
        queries=queries_of(variable, _instant(span.since_us), reference),
        parameters=parameters_of(variable, reference),
        row_count=len(one.rows),
        rows=digest,
        aggregate=variable.aggregate,
        since_us=span.since_us,
        until_us=span.until_us,
        min_share=variable.min_share,
        factor=one.counting.factor,
        measure=None if variable.observed is None else variable.measure,
        is_missing=one.is_missing,
        from_memory=one.gathered.listener is not None and _is_from_memory(variable, period),
    )


def _instant(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)
