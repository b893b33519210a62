"""What a verifier asks of the values before believing them: the rules of a framework, answered.

A rule that does not hold is a question to the city, no verdict: the answer, and what becomes of
the value, belong to the review. A rule that stands on a number nobody reported is told of as
unchecked, never passed over.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from dalgu.certification.formula.parsing import Formula, parse
from dalgu.certification.framework.model import Framework, Indicator, Plausibility, Severity
from dalgu.certification.measurement import Measurement
from dalgu.kernel.text import Text

VALUE = "value"  # the indicator's own value, in a rule

Values = Mapping[str, float | None]


class Outcome(StrEnum):
    """Why a rule is told of."""

    VIOLATED = "violated"
    UNCHECKED = "unchecked"


class Finding(msgspec.Struct, frozen=True):
    """A rule that does not hold, or could not be checked, with the numbers it was held against."""

    id: str  # of the rule: "K63-14#2" is the second of its indicator
    indicator: str
    check: str
    outcome: Outcome
    severity: Severity
    question: Text
    numbers: dict[str, float | None]  # by the names of the rule; None: not reported


def findings(
    framework: Framework,
    measurements: Mapping[str, Measurement],
    variables: Mapping[str, Values],
) -> list[Finding]:
    """Return what the rules of a framework ask about the values of a city.

    Parameters
    ----------
    framework
        Whose rules are put.
    measurements
        By indicator code; an indicator without a value is asked nothing.
    variables
        The values of the variables that each indicator was computed from, by indicator code.
    """
    values = {code: one.value for code, one in measurements.items()}
    found: list[Finding] = []
    for indicator in framework.indicators:
        if values.get(indicator.code) is not None:
            found += _of_indicator(indicator, values, variables.get(indicator.code, {}))
    return found


def worst(found: list[Finding]) -> Severity | None:
    """Return the gravest severity among the violated rules, None where all hold."""
    grave = {one.severity for one in found if one.outcome is Outcome.VIOLATED}
    if "error" in grave:
        return "error"
    return "warning" if grave else None


def _of_indicator(indicator: Indicator, values: Values, own: Values) -> Iterator[Finding]:
    for place, rule in enumerate(indicator.plausibility, start=1):
        condition = parse(rule.check)
        known = {VALUE: values[indicator.code], **own}
        holds = condition.holds(known, values)
        if holds is not True:
            outcome = Outcome.UNCHECKED if holds is None else Outcome.VIOLATED
            numbers = _numbers(condition, known, values)
            yield _finding(indicator, place, rule, outcome, numbers)


def _numbers(condition: Formula, own: Values, values: Values) -> dict[str, float | None]:
    named = {name: own.get(name) for name in sorted(condition.variables)}
    return named | {code: values.get(code) for code in sorted(condition.indicators)}


def _finding(
    indicator: Indicator,
    place: int,
    rule: Plausibility,
    outcome: Outcome,
    numbers: dict[str, float | None],
) -> Finding:
    return Finding(
        id=f"{indicator.code}#{place}",
        indicator=indicator.code,
        check=rule.check,
        outcome=outcome,
        severity=rule.severity,
        question=rule.question,
        numbers=numbers,
    )
