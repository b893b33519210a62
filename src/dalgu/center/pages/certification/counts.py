"""Counts of people as a page may show them: the small ones are hidden from the public."""

from dalgu.certification.comparison.small_cells import Cell, suppress
from dalgu.certification.framework.model import Indicator
from dalgu.certification.scorecard import Standing
from dalgu.web.language import number

# Units that count persons, or homes: a home of one is a person.
OF_PEOPLE = frozenset({"person", "household", "customer", "fte", "subscription", "consumer"})


def counts_people(indicator: Indicator, variable: str) -> bool:
    """Tell whether a variable of an indicator counts people."""
    found = indicator.variables.get(variable)
    return found is not None and found.unit in OF_PEOPLE


def shown_counts(
    indicator: Indicator, values: dict[str, float | None], *, is_public: bool
) -> dict[str, str]:
    """Return the values of variables as text; those that could point to persons are hidden.

    Where one is hidden the value of the indicator would give it away together with the others,
    so these are hidden too.
    """
    people = {
        name: round(one)
        for name, one in values.items()
        if one is not None and counts_people(indicator, name)
    }
    cells: dict[str, Cell] = suppress(people) if is_public else {}
    hides = any(cell.is_hidden for cell in cells.values())
    return {name: _text(cells.get(name), one, hides=hides) for name, one in values.items()}


def shown_count(standing: Standing, which: str, *, is_public: bool) -> str:
    """Return numerator or denominator of a standing as text, empty where there is none."""
    indicator, measured = standing.indicator, standing.measured
    if measured is None or getattr(measured, which) is None:
        return ""
    values = {
        indicator.numerator: measured.numerator,
        indicator.denominator: measured.denominator,
    }
    told = shown_counts(indicator, values, is_public=is_public)
    return told[indicator.numerator if which == "numerator" else indicator.denominator]


def _text(cell: Cell | None, value: float | None, *, hides: bool) -> str:
    if not hides:
        return number(value)
    return cell.shown if cell is not None and cell.is_small else "–"
