"""What can be wrong with a framework, a formula or a piece of evidence."""

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class FormulaInvalid(InvalidInput):
    """An expression of a framework cannot be parsed or names what it may not."""

    slug = "formula-invalid"
    title = "The formula is invalid"

    def __init__(self, formula: str, reason: str) -> None:
        super().__init__(
            f"Formula '{formula}' is invalid: {reason}. "
            "Use + - * /, parentheses, min, max and the variables of the entry.",
            formula=formula,
            reason=reason,
        )


class FormulaUndefined(DalguError):
    """The formula has no value for these inputs, as with a denominator of zero."""

    status = 422
    slug = "formula-undefined"
    title = "The formula has no value"

    def __init__(self, formula: str) -> None:
        super().__init__(
            f"Formula '{formula}' has no value: a denominator is zero. "
            "The register behind the denominator holds no entry.",
            formula=formula,
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
