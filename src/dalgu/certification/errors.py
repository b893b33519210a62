"""What can be wrong with a framework, a formula or a piece of evidence."""

from datetime import datetime

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class FormulaInvalid(InvalidInput):
    """An expression of a framework cannot be parsed or names what it may not."""

    slug = "formula-invalid"
    title = "The formula is invalid"

    def __init__(self, formula: str, reason: str) -> None:
        super().__init__(
            f"Formula '{formula}' is invalid: {reason}. "
            "Use + - * /, min, max, comparisons, and, or, not, in, has and the entry's variables.",
            formula=formula,
            reason=reason,
        )


class FormulaUndefined(DalguError):
    """The formula has no value for these inputs, as with a denominator of zero."""

    status = 422
    slug = "formula-undefined"
    title = "The formula has no value"

    def __init__(self, formula: str, reason: str) -> None:
        super().__init__(
            f"Formula '{formula}' has no value: {reason}. "
            "Look at the registers behind its variables.",
            formula=formula,
            reason=reason,
        )


class UnitUnknown(InvalidInput):
    """A variable or an indicator names a unit that does not exist."""

    slug = "formula-unit-unknown"
    title = "The unit does not exist"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"Unit '{unit}' does not exist. Write it as pint does, or define it in "
            "frameworks/units.txt.",
            unit=unit,
        )


class UnitClash(InvalidInput):
    """A formula adds or compares unlike units, or its value is of another dimension."""

    slug = "formula-unit-clash"
    title = "The units of the formula clash"

    def __init__(self, formula: str, got: str, wanted: str) -> None:
        super().__init__(
            f"Formula '{formula}' joins unlike units: {got} and {wanted}. "
            "Correct the formula, the units of its variables, or the dimension of the indicator.",
            formula=formula,
            got=got,
            wanted=wanted,
        )


class WindowInvalid(InvalidInput):
    """A variable names a window of time that cannot be read."""

    slug = "window-invalid"
    title = "The window is invalid"

    def __init__(self, window: str) -> None:
        super().__init__(
            f"Window '{window}' is invalid. Use 'N days', 'N months', 'N years' or "
            "'N fiscal years'.",
            window=window,
        )


class FrameworkInvalid(InvalidInput):
    """A framework file breaks its own schema."""

    slug = "framework-invalid"
    title = "The framework is invalid"

    def __init__(self, file: str, line: int, field: str, reason: str) -> None:
        where = f", field '{field}'" if field else ""
        super().__init__(
            f"Framework file '{file}' is invalid at line {line}{where}: {reason}.",
            file=file,
            line=line,
            field=field,
            reason=reason,
        )


class CityTypeUndecided(InvalidInput):
    """No rule of the framework says which type a city is of."""

    slug = "city-type-undecided"
    title = "The city type is undecided"

    def __init__(self, framework: str, kind: str, population: int) -> None:
        super().__init__(
            f"Framework '{framework}' has no rule for a local government of kind '{kind}' "
            f"with {population} residents. Correct the kind, or add a rule to framework.toml.",
            framework=framework,
            kind=kind,
            population=population,
        )


class FrameworkNotExisting(NotExisting):
    """No framework has this name."""

    slug = "framework-not-existing"
    title = "The framework does not exist"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Framework '{name}' does not exist. Known frameworks: {', '.join(known)}.",
            framework=name,
        )


class IndicatorNotExisting(NotExisting):
    """The framework has no indicator of this code."""

    slug = "indicator-not-existing"
    title = "The indicator does not exist"

    def __init__(self, framework: str, code: str) -> None:
        super().__init__(
            f"Indicator '{code}' does not exist in framework '{framework}'.",
            framework=framework,
            indicator=code,
        )


class ReferenceInFuture(InvalidInput):
    """A city cannot be measured as of an instant that has not come."""

    slug = "reference-in-future"
    title = "The reference date has not come"

    def __init__(self, reference: datetime) -> None:
        super().__init__(
            f"Reference instant {reference.isoformat()} has not come. Name a day until today.",
            reference=reference.isoformat(),
        )


class EvidenceAltered(DalguError):
    """Frozen evidence no longer gives the number it was frozen with."""

    status = 409
    slug = "evidence-altered"
    title = "The evidence was altered"

    def __init__(self, digest: str, expected: str, got: str) -> None:
        super().__init__(
            f"Evidence '{digest}' gives {got} where {expected} was recorded. "
            "Measure the indicator again and report the difference to the administrator.",
            digest=digest,
            expected=expected,
            got=got,
        )
