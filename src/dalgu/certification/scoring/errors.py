"""What cannot be scored, and why."""

from dalgu.kernel.errors import InvalidInput


class ScoringNotByPoints(InvalidInput):
    """The framework gives no points, so nothing can be added up."""

    slug = "scoring-not-by-points"
    title = "The framework is not scored by points"

    def __init__(self, framework: str, scoring: str) -> None:
        super().__init__(
            f"Framework '{framework}' is scored by {scoring}, not by points. "
            "Choose a framework with points, such as kr-scc-2021.",
            framework=framework,
            scoring=scoring,
        )


class CityTypeNotInFramework(InvalidInput):
    """The framework has no goalposts for this type of city."""

    slug = "city-type-not-in-framework"
    title = "The city type does not exist in the framework"

    def __init__(self, framework: str, city_type: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"City type '{city_type}' does not exist in framework '{framework}'. "
            f"Known types: {', '.join(known)}.",
            framework=framework,
            city_type=city_type,
        )


class ValueNotFinite(InvalidInput):
    """A measurement holds a value that is no number."""

    slug = "value-not-finite"
    title = "The value is no finite number"

    def __init__(self, indicator: str, value: float) -> None:
        super().__init__(
            f"Value {value} of indicator '{indicator}' is no finite number. "
            "Record the indicator as not available instead.",
            indicator=indicator,
            value=str(value),
        )


class LevelOutOfRange(InvalidInput):
    """A maturity level lies outside the rubric."""

    slug = "level-out-of-range"
    title = "The level is out of range"

    def __init__(self, indicator: str, level: int, highest: int) -> None:
        super().__init__(
            f"Level {level} of indicator '{indicator}' is out of range: "
            f"a level must be 0 to {highest}.",
            indicator=indicator,
            level=level,
            highest=highest,
        )
