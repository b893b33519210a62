"""What must hold between the fields of an indicator, beyond the form of each."""

from collections.abc import Iterator

from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework, Indicator

Problem = tuple[str, str]
"""Field, and what is wrong with it."""


def problems(framework: Framework, indicator: Indicator) -> Iterator[Problem]:
    """Yield what is wrong with an indicator of a framework."""
    if indicator.kind == "qualitative":
        yield from _of_rubric(indicator)
    else:
        yield from _of_formula(indicator)
    if framework.scoring == "points":
        yield from _of_points(framework, indicator)


def _of_rubric(indicator: Indicator) -> Iterator[Problem]:
    if [level.level for level in indicator.levels] != list(range(HIGHEST_LEVEL + 1)):
        yield "levels", f"a rubric has the levels 0 to {HIGHEST_LEVEL}, in order"
    if indicator.formula:
        yield "formula", "a qualitative indicator has a rubric, no formula"


def _of_formula(indicator: Indicator) -> Iterator[Problem]:
    if not indicator.formula:
        yield "formula", "a quantitative indicator has a formula"
    shown = {indicator.numerator, indicator.denominator} - {""}
    if odd := shown - set(indicator.variables):
        yield "numerator", f"'{min(odd)}' is no variable of it"
    for name, variable in indicator.variables.items():
        if variable.observed is None and variable.min_share is not None:
            yield f"variables.{name}", "min_share asks for observed"
        if variable.observed is not None and variable.aggregate not in ("count", "sum", "distinct"):
            yield f"variables.{name}", f"{variable.aggregate} cannot be observed"
        if variable.aggregate != "count" and not variable.of and variable.observed is None:
            yield f"variables.{name}", f"{variable.aggregate} asks for the field of"
        if variable.aggregate == "latest" and not variable.by:
            yield f"variables.{name}", "latest asks for the field by"


def _of_points(framework: Framework, indicator: Indicator) -> Iterator[Problem]:
    types = {one.code for one in framework.city_types}
    if indicator.points <= 0:
        yield "points", "an indicator of a framework with points earns some"
    if indicator.kind == "qualitative":
        return
    if odd := set(indicator.goalposts) - types - {"any"}:
        yield "goalposts", f"'{min(odd)}' is no city type of it"
    if "any" not in indicator.goalposts and not types <= set(indicator.goalposts):
        yield "goalposts", "each city type has goalposts, or 'any' has"
    for posts in indicator.goalposts.values():
        if posts.zero_at == posts.full_at:
            yield "goalposts", "zero_at and full_at differ"
        is_less_better = posts.zero_at > posts.full_at
        if is_less_better != (indicator.direction == "lower"):
            yield "direction", "direction and goalposts point the same way"
