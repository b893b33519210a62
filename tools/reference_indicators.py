"""The reference page of frameworks and indicators, from their TOML entries."""

from collections.abc import Iterator

from reference_markdown import both, code, table

from dalgu.certification import framework as frameworks


def indicators_page() -> str:
    """Return every framework with its items, grades and measured indicators."""
    parts = [
        "# Frameworks and indicators",
        "An indicator is an entry in `dalgu/certification/frameworks/`, never a function. Its "
        "official status is *official* (an official text has it), *attested* (a public source "
        "names it) or *reconstructed* (ours, until an official text is at hand).",
    ]
    for name in frameworks.names():
        parts += _framework(frameworks.load(name))
    return "\n\n".join(parts)


def _framework(framework: frameworks.Framework) -> Iterator[str]:
    items = [item for area in framework.areas for item in area.items]
    asked = sum(item.indicator_count for item in items)
    yield f"## `{framework.name}`: {both(framework.title)}"
    yield (
        f"{both(framework.owner)}; {both(framework.legal_basis)}. "
        f"{framework.total_points:g} points; {len(framework.indicators)} of {asked} indicators "
        "are measured in this version."
    )
    yield table(
        ("item", "name", "area", "indicators", "measured", "points"),
        (
            (
                item.code,
                both(item.name),
                area.name.en,
                item.indicator_count,
                sum(one.item == item.code for one in framework.indicators),
                f"{item.points:g}",
            )
            for area in framework.areas
            for item in area.items
        ),
    )
    yield table(
        ("grade", "least share of the points", "certified", "official status"),
        (
            (one.grade, f"{one.min_share:.0%}", "yes" if one.certified else "no",
             one.official_status)
            for one in framework.grades
        ),
    )  # fmt: skip
    for indicator in sorted(framework.indicators, key=lambda one: one.code):
        yield from _indicator(indicator)


def _indicator(one: frameworks.Indicator) -> Iterator[str]:
    posts = one.goalposts
    yield f"### `{one.code}` {both(one.name)}"
    yield f"{one.description.en}.<br>{one.description.ko}."
    yield (
        f"Item {one.item}; {one.points:g} points, none at {posts.zero_at:g} {one.unit.en}, "
        f"all at {posts.full_at:g} {one.unit.en}; over {one.period_days:g} days at most. "
        f"Official status: *{one.official_status}*. {one.provenance}"
    )
    yield f"`{one.formula}`"
    yield table(
        ("variable", "name", "unit", "asks the hub for", "counts"),
        (
            (code(name), both(two.name), both(two.unit), _asked(two), _counted(two))
            for name, two in one.variables.items()
        ),
    )


def _asked(variable: frameworks.Variable) -> str:
    types = ", ".join(code(one) for one in variable.type)
    return types + (f" where {code(variable.where)}" if variable.where else "")


def _counted(variable: frameworks.Variable) -> str:
    what = f"the sum of {code(variable.weight)}" if variable.weight else "entities"
    observed = variable.observed
    if observed is None:
        return f"{what}, for each hour" if variable.per_hour else what
    types = ", ".join(code(one) for one in observed.type)
    words = [what, f"by the history of {code(observed.attribute)} of {types}"]
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
