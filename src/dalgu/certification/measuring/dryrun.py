"""The dry run: a framework held to its language, its units and to what the hub has."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from dalgu.certification.errors import FormulaInvalid, UnitClash, UnitUnknown, WindowInvalid
from dalgu.certification.formula.parsing import Formula, parse
from dalgu.certification.formula.units import check_units
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.measuring.findings import Finding, Kind, Severity
from dalgu.certification.measuring.needs import STANDING, asked
from dalgu.certification.measuring.windows import check_window
from dalgu.hub.query.q import tree
from dalgu.hub.view import View
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text

OF_ERRORS: tuple[tuple[type[DalguError], Kind], ...] = (
    (UnitUnknown, Kind.UNIT_UNKNOWN),
    (UnitClash, Kind.UNIT_CLASH),
    (WindowInvalid, Kind.WINDOW_INVALID),
    (FormulaInvalid, Kind.FORMULA_INVALID),
)


@dataclass(frozen=True, slots=True)
class Check:
    """What a framework's check found; `not_available` are indicators that the hub cannot tell."""

    framework: str
    findings: list[Finding]
    not_available: tuple[str, ...]

    @property
    def has_errors(self) -> bool:
        """Whether the framework itself is at fault."""
        return any(one.severity is Severity.ERROR for one in self.findings)


def check(framework: Framework, view: View) -> Check:
    """Return all that is wrong with a framework, and all that it asks for and the hub lacks."""
    codes = {one.code for one in framework.indicators}
    held = _Held(view)
    findings: list[Finding] = []
    lacking: list[str] = []
    for indicator in framework.indicators:
        findings += _of_indicator(indicator, codes)
        missing = list(_missing(indicator, held))
        findings += missing
        if any(one.kind is Kind.TYPE_UNKNOWN for one in missing):
            lacking.append(indicator.code)
    return Check(framework.name, findings, tuple(lacking))


def check_language(framework: Framework) -> list[Finding]:
    """Return all that is wrong with the formulas, units and queries of a framework."""
    codes = {one.code for one in framework.indicators}
    return [one for each in framework.indicators for one in _of_indicator(each, codes)]


class _Held:
    """What the hub holds, each type looked at once."""

    def __init__(self, view: View) -> None:
        self.types = view.types()
        self._view = view
        self._empty: dict[tuple[str, str], bool] = {}

    def lacks(self, entity_type: str, attribute: str) -> bool:
        """Whether no entity of a type has an attribute."""
        key = entity_type, attribute
        if key not in self._empty:
            column = self._view.table(entity_type, (attribute,)).column(attribute)
            self._empty[key] = column.is_empty
        return self._empty[key]

    def never_observed(self, attribute: str) -> bool:
        """Whether the hub never had an observation of an attribute."""
        return self._view.attribute_key(attribute) is None


def _of_indicator(indicator: Indicator, codes: set[str]) -> Iterator[Finding]:
    report = _Report(indicator.code)
    for name, variable in indicator.variables.items():
        yield from _of_variable(report, f"variables.{name}", variable)
    units = {name: one.unit for name, one in indicator.variables.items()}
    if indicator.kind == "quantitative":
        formula = yield from report.parsed("formula", indicator.formula)
        if formula is not None:
            yield from _of_formula(report, formula, indicator, units)
    for place, question in enumerate(indicator.plausibility):
        field = f"plausibility[{place}].check"
        parsed = yield from report.parsed(field, question.check)
        if parsed is not None:
            known = {**units, "value": indicator.dimension}
            yield from _unknown(report, field, parsed.variables - set(known), Kind.VARIABLE_UNKNOWN)
            yield from _unknown(report, field, parsed.indicators - codes, Kind.INDICATOR_UNKNOWN)
            if not parsed.is_condition:
                reason = Text("조건이 아니다", "it is no condition")
                yield report.error(Kind.FORMULA_INVALID, field, question.check, reason)


def _of_formula(
    report: "_Report", formula: Formula, indicator: Indicator, units: dict[str, str]
) -> Iterator[Finding]:
    yield from _unknown(report, "formula", formula.variables - set(units), Kind.VARIABLE_UNKNOWN)
    if formula.is_condition:
        reason = Text("값이 아니라 조건이다", "it is a condition, not a value")
        yield report.error(Kind.FORMULA_INVALID, "formula", formula.text, reason)
    shown = {indicator.numerator, indicator.denominator, indicator.survey}
    asked_of = formula.variables | shown | _of_questions(indicator)
    for name in sorted(set(units) - asked_of):
        reason = Text("어디에도 쓰이지 않는 변수이다", "nothing uses the variable")
        yield report.warning(Kind.VARIABLE_UNUSED, f"variables.{name}", name, reason)
    if formula.variables <= set(units):
        yield from report.tried("formula", lambda: check_units(formula, units, indicator.dimension))


def _of_questions(indicator: Indicator) -> set[str]:
    found: set[str] = set()
    for question in indicator.plausibility:
        try:
            found |= parse(question.check).variables
        except FormulaInvalid:  # told elsewhere
            continue
    return found


def _of_variable(report: "_Report", field: str, variable: Variable) -> Iterator[Finding]:
    wheres = [("where", variable.where)]
    wheres += [(f"linked[{n}].where", one.where) for n, one in enumerate(variable.linked)]
    for name, where in wheres:
        if where:
            yield from report.tried(f"{field}.{name}", lambda where=where: tree(where))  # type: ignore[misc]
    if variable.during is not None:
        window = variable.during.window
        yield from report.tried(f"{field}.during.window", lambda: check_window(window))
    of_value = "" if variable.observed is None else variable.observed.condition
    for name, text in (("condition", variable.condition), ("observed.condition", of_value)):
        if text:
            parsed = yield from report.parsed(f"{field}.{name}", text)
            if parsed is not None and name == "observed.condition":
                odd = parsed.variables - {"value"}
                yield from _unknown(report, f"{field}.{name}", odd, Kind.VARIABLE_UNKNOWN)
    if variable.of:
        yield from report.parsed(f"{field}.of", variable.of)


def _missing(indicator: Indicator, held: _Held) -> Iterator[Finding]:
    """Yield the types and attributes that an indicator asks for and no entity has."""
    report = _Report(indicator.code)
    for name, variable in indicator.variables.items():
        observed = [] if variable.observed is None else variable.observed.type
        types = [*variable.type, *(one.type for one in variable.linked), *observed]
        for entity_type in dict.fromkeys(types):
            if entity_type not in held.types:
                reason = Text("허브에 이 유형의 자료가 없다", "the hub holds no entity of the type")
                yield report.warning(Kind.TYPE_UNKNOWN, f"variables.{name}", entity_type, reason)
        lacking = [
            f"{entity_type}.{attribute}"
            for entity_type, attribute in sorted(set(_asked(variable)))
            if entity_type in held.types and held.lacks(entity_type, attribute)
        ]
        history = None if variable.observed is None else variable.observed.attribute
        if history is not None and held.never_observed(history):
            lacking.append(history)
        for subject in lacking:
            reason = Text("이 속성을 가진 자료가 없다", "no entity of the type has it")
            yield report.warning(Kind.ATTRIBUTE_UNKNOWN, f"variables.{name}", subject, reason)


def _asked(variable: Variable) -> list[tuple[str, str]]:
    try:
        found = [one for one in asked(variable) if one[1] not in STANDING]
    except DalguError:  # its language is at fault, which is told elsewhere
        return []
    valids = [variable.valid, *(one.valid for one in variable.linked)]
    optional = {one.until for one in valids if one is not None}
    return [one for one in found if one[1] not in optional]


def _unknown(
    report: "_Report", field: str, names: frozenset[str] | set[str], kind: Kind
) -> Iterator[Finding]:
    for name in sorted(names):
        yield report.error(kind, field, name, Text("선언되지 않았다", "it is not declared"))


@dataclass(frozen=True, slots=True)
class _Report:
    indicator: str

    def error(self, kind: Kind, field: str, subject: str, reason: Text) -> Finding:
        return Finding(kind, Severity.ERROR, self.indicator, field, subject, reason)

    def warning(self, kind: Kind, field: str, subject: str, reason: Text) -> Finding:
        return Finding(kind, Severity.WARNING, self.indicator, field, subject, reason)

    def parsed(self, field: str, text: str) -> Generator[Finding, None, Formula | None]:
        try:
            return parse(text)
        except FormulaInvalid as fault:
            yield self._of(fault, field)
            return None

    def tried(self, field: str, work: Callable[[], object]) -> Iterator[Finding]:
        try:
            work()
        except DalguError as fault:
            yield self._of(fault, field)

    def _of(self, fault: DalguError, field: str) -> Finding:
        kind = next(
            (kind for error, kind in OF_ERRORS if isinstance(fault, error)), Kind.QUERY_INVALID
        )
        subject = str(next(iter(fault.parts.values()), ""))
        return self.error(kind, field, subject, Text(fault.detail, fault.detail))
