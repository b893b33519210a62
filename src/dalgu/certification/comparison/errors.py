"""Why cities may not be compared."""

from dalgu.kernel.errors import InvalidInput


class ProfileInvalid(InvalidInput):
    """A file holds no profile of a city."""

    slug = "city-profile-invalid"
    title = "The city profile is invalid"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"Profile '{file}' is invalid: {reason}. "
            "A profile comes from 'dalgu certify profile FILE'.",
            file=file,
            reason=reason,
        )


class FrameworksDiffer(InvalidInput):
    """Cities were judged by different framework versions."""

    slug = "frameworks-differ"
    title = "The framework versions differ"

    def __init__(self, frameworks: tuple[str, ...]) -> None:
        super().__init__(
            f"Cities are judged by different framework versions: {', '.join(frameworks)}. "
            "Score all of them by one version, or ask for a view that is marked not comparable.",
            frameworks=", ".join(frameworks),
        )


class CityTypesDiffer(InvalidInput):
    """Cities of different types have different goalposts."""

    slug = "city-types-differ"
    title = "The city types differ"

    def __init__(self, city_types: tuple[str, ...]) -> None:
        super().__init__(
            f"Cities are of different types: {', '.join(city_types)}. "
            "Compare one type at a time, or ask for a view that is marked not comparable.",
            city_types=", ".join(city_types),
        )


class DefinitionsDiffer(InvalidInput):
    """A city measured an indicator by another definition."""

    slug = "definitions-differ"
    title = "The definitions of indicators differ"

    def __init__(self, city: str, framework: str, indicators: tuple[str, ...]) -> None:
        super().__init__(
            f"City '{city}' measured {', '.join(indicators)} by another definition than "
            f"framework '{framework}' has. Measure them again by this version.",
            city=city,
            framework=framework,
            indicators=", ".join(indicators),
        )


class CityTwice(InvalidInput):
    """One city appears twice in a comparison."""

    slug = "city-twice-in-comparison"
    title = "The city appears twice"

    def __init__(self, city: str) -> None:
        super().__init__(
            f"City '{city}' appears twice in the comparison. Leave one of its profiles out.",
            city=city,
        )


class ComparisonTooSmall(InvalidInput):
    """A comparison needs two cities."""

    slug = "comparison-too-small"
    title = "The comparison is too small"

    def __init__(self, got: int) -> None:
        super().__init__(f"A comparison needs 2 cities or more, and got {got}.", got=got)
