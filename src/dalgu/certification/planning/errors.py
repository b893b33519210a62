"""What cannot be planned, and why."""

from dalgu.kernel.errors import DalguError, InvalidInput


class CostsInvalid(InvalidInput):
    """A table of costs breaks its form."""

    slug = "costs-invalid"
    title = "The table of costs is invalid"

    def __init__(self, file: str, line: int, field: str, reason: str) -> None:
        where = f", field '{field}'" if field else ""
        super().__init__(
            f"Costs '{file}' are invalid at line {line}{where}: {reason}. "
            "A template comes from 'dalgu certify what-if --template FILE'.",
            file=file,
            line=line,
            field=field,
            reason=reason,
        )


class ImprovementInvalid(InvalidInput):
    """An improvement asks for what the indicator cannot do."""

    slug = "improvement-invalid"
    title = "The improvement is invalid"

    def __init__(self, indicator: str, reason: str) -> None:
        super().__init__(
            f"Improvement of indicator '{indicator}' is invalid: {reason}.",
            indicator=indicator,
            reason=reason,
        )


class GradeNotInFramework(InvalidInput):
    """The framework has no such grade."""

    slug = "grade-not-in-framework"
    title = "The grade does not exist in the framework"

    def __init__(self, framework: str, grade: int, known: tuple[int, ...]) -> None:
        super().__init__(
            f"Grade {grade} does not exist in framework '{framework}'. "
            f"Known grades: {', '.join(map(str, known))}.",
            framework=framework,
            grade=grade,
        )


class AreaNotInFramework(InvalidInput):
    """The framework has no such area."""

    slug = "area-not-in-framework"
    title = "The area does not exist in the framework"

    def __init__(self, framework: str, area: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Area '{area}' does not exist in framework '{framework}'. "
            f"Known areas: {', '.join(known)}.",
            framework=framework,
            area=area,
        )


class PlanUndecided(DalguError):
    """The solver gave no plan that the score sheet confirms."""

    status = 503
    slug = "plan-undecided"
    title = "The plan is undecided"

    def __init__(self, grade: int, reason: str) -> None:
        super().__init__(
            f"The way to grade {grade} is undecided: {reason}. "
            "Offer fewer improvements, or larger steps.",
            grade=grade,
            reason=reason,
        )


class SheetsDiffer(InvalidInput):
    """Two sheets do not speak of the same framework and city type."""

    slug = "sheets-differ"
    title = "The sheets differ in what they judge by"

    def __init__(self, official: str, live: str) -> None:
        super().__init__(
            f"The official sheet is judged by '{official}', the live one by '{live}'. "
            "Score the live values by the framework of the official sheet.",
            official=official,
            live=live,
        )
