"""Indicators with one filter taken away: a fixture that tells them apart proves every filter."""

import re

from msgspec.structs import replace

from dalgu.certification.formula.parsing import parse

LISTED = re.compile(r'(\w+)==("[^"]*"(?:,"[^"]*")+)')


def mutants(indicator):
    """Yield a name and an indicator for each filter of each variable of the formula."""
    for name in sorted(parse(indicator.formula).variables):
        variable = indicator.variables[name]
        for label, other in without_one(variable):
            yield (
                f"{name} {label}",
                replace(indicator, variables=indicator.variables | {name: other}),
            )


def without_one(variable):
    yield from without_a_term(variable)
    if variable.condition:
        yield "without its condition", replace(variable, condition="")
    if variable.valid:
        yield "without its validity", replace(variable, valid=None)
    if variable.valid and variable.valid.until:
        yield "without an end", replace(variable, valid=replace(variable.valid, until=""))
    if variable.during:
        yield "without its window", replace(variable, during=None)
    if variable.group:
        yield "without its group", replace(variable, group=None)
    if variable.min_share:
        yield "without its share", replace(variable, min_share=None)
    if variable.aggregate == "distinct":
        yield "counted", replace(variable, aggregate="count", of="")
    yield from without_a_link(variable)
    yield from without_observations(variable)


def without_a_term(variable):
    terms = variable.where.split(";") if variable.where else []
    for place, term in enumerate(terms):
        before, after = terms[:place], terms[place + 1 :]
        yield f"without {term}", replace(variable, where=";".join([*before, *after]))
        for attribute, listed in LISTED.findall(term):
            for value in listed.split(","):
                rest = ",".join(one for one in listed.split(",") if one != value)
                where = ";".join([*before, f"{attribute}=={rest}", *after])
                yield f"without {value}", replace(variable, where=where)


def without_a_link(variable):
    for place, link in enumerate(variable.linked):
        rest = [one for n, one in enumerate(variable.linked) if n != place]
        yield f"without {link.via}", replace(variable, linked=rest)
        if link.where:
            yield f"whatever {link.via}", replace(variable, linked=[*rest, replace(link, where="")])
        if link.valid:
            yield (
                f"outdated {link.via}",
                replace(variable, linked=[*rest, replace(link, valid=None)]),
            )


def without_observations(variable):
    if variable.observed is None:
        return
    yield (
        "unobserved",
        replace(
            variable, observed=None, measure="any", min_share=None, max_age_s=0, max_age_intervals=0
        ),
    )
    if variable.observed.condition:
        yield (
            "whatever observed",
            replace(variable, observed=replace(variable.observed, condition="")),
        )
