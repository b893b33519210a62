"""The reference page of frameworks and indicators, from their TOML entries."""

from collections import Counter
from collections.abc import Iterator

from reference_markdown import both, code, table

from dalgu.certification.framework import loading
from dalgu.certification.framework.model import Framework, Goalposts, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.kernel.text import Text


def indicators_page() -> str:
    """Return every framework with its items, grades, indicators, formulas and rubrics."""
    parts = [
        "# Frameworks and indicators",
        "An indicator is an entry in `dalgu/certification/frameworks/`, never a function. Its "
        "official status is *official* (an official text has it), *attested* (a public source "
        "names it) or *reconstructed* (ours, until an official text is at hand).",
    ]
    for name in loading.names():
        parts += _framework(loading.load(name))
    return "\n\n".join(parts)


def _framework(framework: Framework) -> Iterator[str]:
    kinds = Counter(one.kind for one in framework.indicators)
    yield f"## `{framework.name}`: {both(framework.title)}"
    yield f"{both(framework.owner)}. {framework.legal_basis.en} ({framework.legal_basis.ko})."
    yield f"Official status: *{framework.official_status}*. {_lines(framework.notice)}"
    yield (
        f"{len(framework.indicators)} indicators: {kinds['quantitative']} quantitative, "
        f"{kinds['qualitative']} qualitative."
        + (f" {framework.total_points:,g} points." if framework.total_points else "")
    )
    yield _items(framework)
    yield from _grades(framework)
    yield from _city_types(framework)
    for indicator in framework.indicators:
        yield from _indicator(framework, indicator)


def _items(framework: Framework) -> str:
    return table(
        ("item", "name", "area", "indicators", "points", "status of the name"),
        (
            (
                item.code,
                both(item.name),
                both(area.name),
                len(framework.of_item(item)),
                f"{item.points:g}" if item.points else "",
                item.official_status,
            )
            for area in framework.areas
            for item in area.items
        ),
    )


def _grades(framework: Framework) -> Iterator[str]:
    if framework.grades:
        yield table(
            ("grade", "least share of the points", "certified", "status of the line"),
            (
                (one.grade, f"{one.min_share:.0%}", "yes" if one.certified else "no",
                 one.official_status)
                for one in framework.grades
            ),
        )  # fmt: skip
    if framework.bands:
        yield table(
            ("from this share of the benchmark", "points"),
            ((f"{one.min_share:.0%}", one.points) for one in framework.bands),
        )


def _city_types(framework: Framework) -> Iterator[str]:
    if framework.city_type_rules:
        names = {one.code: both(one.name) for one in framework.city_types}
        yield "The first rule that fits says which type a city is of:"
        yield table(
            ("kinds of local government", "residents", "type"),
            (
                (
                    ", ".join(code(kind) for kind in rule.kinds) or "all others",
                    _range(rule.population_from, rule.population_below),
                    names[rule.city_type],
                )
                for rule in framework.city_type_rules
            ),
        )


def _range(low: int | None, below: int | None) -> str:
    if low is not None:
        return f"{low:,} or more"
    return "any" if below is None else f"under {below:,}"


def _indicator(framework: Framework, one: Indicator) -> Iterator[str]:
    yield f"### `{one.code}` {both(one.name)}"
    yield _lines(one.description)
    marks = [f"Item {one.item}", one.kind, one.nature, *_worth(framework, one)]
    yield f"{'; '.join(marks)}. Official status: *{one.official_status}*. {one.provenance}"
    if one.kind == "quantitative":
        yield from _formula(one)
    else:
        yield _rubric(one)
    if one.review_guide.en:
        yield f"A reviewer looks: {_lines(one.review_guide)}"
    if one.plausibility:
        yield table(
            ("holds for a plausible value", "else it is asked", "severity"),
            ((code(rule.check), both(rule.question), rule.severity) for rule in one.plausibility),
        )
    aside = [*one.crosswalk, *(f"SDG {goal}" for goal in one.sdg)]
    if aside:
        yield f"See also: {', '.join(aside)}."


def _worth(framework: Framework, one: Indicator) -> Iterator[str]:
    if framework.scoring == "points":
        yield f"{one.points:g} points"
    if one.benchmark is not None:
        yield (
            f"100 % at {one.benchmark.value:g} {one.unit.en} "
            f"(*{one.benchmark.official_status}*, {one.benchmark.source})"
        )
    for city_type, posts in one.goalposts.items():
        yield _posts(city_type, posts, one.unit.en)


def _posts(city_type: str, posts: Goalposts, unit: str) -> str:
    whose = "" if city_type == "any" else f"{city_type} cities: "
    return f"{whose}none at {posts.zero_at:,g}, all at {posts.full_at:,g} {unit}"


def _formula(one: Indicator) -> Iterator[str]:
    period = f"over {one.period_days:g} days at most"
    yield f"{code(one.formula)} in {one.unit.en} ({one.unit.ko}), {period}"
    yield table(
        ("variable", "name", "unit", "asks the hub for", "counts"),
        (
            (code(name), both(two.name), two.unit, _asked(two), _counted(two))
            for name, two in one.variables.items()
        ),
    )


def _rubric(one: Indicator) -> str:
    return table(
        (f"{one.rubric} level", "a city of this level", "evidence"),
        (
            (level.level, _lines(level.text), _lines(level.evidence))
            for level in one.levels
        ),
    )  # fmt: skip


def _lines(text: Text) -> str:
    """Return a phrase in both languages, a line each, each ending in a full stop."""
    english, korean = (said if said.endswith(".") else f"{said}." for said in (text.en, text.ko))
    return f"{english}<br>{korean}"


def _asked(variable: Variable) -> str:
    words = [", ".join(code(one) for one in variable.type)]
    if variable.where:
        words.append(f"where {code(variable.where)}")
    if variable.condition:
        words.append(f"if {code(variable.condition)}")
    if variable.valid is not None:
        until = f" to {code(variable.valid.until)}" if variable.valid.until else ""
        words.append(f"in force from {code(variable.valid.since)}{until}")
    if variable.during is not None:
        words.append(f"{code(variable.during.attribute)} within {variable.during.window}")
    for link in variable.linked:
        where = f" where {code(link.where)}" if link.where else ""
        force = " in force" if link.valid is not None else ""
        words.append(f"{code(link.via)} is a {code(link.type)}{where}{force}")
    if variable.group is not None:
        total = code(variable.group.total) or "entries"
        words.append(
            f"{variable.group.at_least:g} {total} or more of the same {code(variable.group.by)}"
        )
    return "; ".join(words)


def _counted(variable: Variable) -> str:
    of = f" of {code(variable.of)}" if variable.of else ""
    by = f" by {code(variable.by)}" if variable.by else ""
    words = [f"{variable.aggregate}{of}{by}{', each hour' if variable.per_hour else ''}"]
    observed = variable.observed
    if observed is None:
        return words[0]
    types = ", ".join(code(one) for one in observed.type)
    words.append(f"by the history of {code(observed.attribute)} of {types}")
    if observed.condition:
        words.append(f"where {code(observed.condition)}")
    if observed.via:
        words.append("reached through " + ", ".join(code(one) for one in observed.via))
    words.append(f"measured by {code(variable.measure)}")
    if variable.max_age_s:
        words.append(f"no older than {variable.max_age_s:g} s")
    if variable.max_age_intervals:
        words.append(f"no older than {variable.max_age_intervals:g} declared intervals")
    if variable.min_share is not None:
        words.append(f"whole from a share of {variable.min_share:.0%}")
    return "; ".join(words)
