"""The city's own level of the qualitative indicators, with the evidence it names."""

from datetime import datetime

import numpy as np

from dalgu.certification.formula.operand import micros
from dalgu.certification.framework.model import HIGHEST_LEVEL
from dalgu.certification.measurement import Maturity
from dalgu.certification.measuring.city import operand, word_codes
from dalgu.hub.table import Table
from dalgu.hub.view import View

TYPE = "MaturitySelfAssessment"
ATTRIBUTES = ("framework", "indicator", "level", "evidence", "assessedOn")


def self_assessed(view: View, framework: str, reference: datetime) -> dict[str, Maturity]:
    """Return the newest self-assessment of each indicator that is not after the reference.

    They earn nothing by themselves: reviewers judge. The evidence is what the city names, then
    the entity that says so.
    """
    table = view.table(TYPE, ATTRIBUTES)
    texts = {name: _texts(table, name) for name in ("framework", "indicator", "evidence")}
    level = table.column("level").number
    span = operand(table.column("assessedOn")).span()
    if level is None or span is None:
        return {}
    in_time = span.is_there & (span.first_us <= micros(reference)) & ~np.isnan(level)
    found: dict[str, Maturity] = {}
    for place in np.argsort(span.first_us, kind="stable").tolist():  # later ones replace
        code = texts["indicator"][place]
        if in_time[place] and texts["framework"][place] == framework and _is_level(level[place]):
            evidence = tuple(filter(None, (texts["evidence"][place], table.ids[place])))
            found[code] = Maturity(code, int(level[place]), evidence=evidence)
    return found


def _is_level(value: float) -> bool:
    return value in range(HIGHEST_LEVEL + 1)


def _texts(table: Table, name: str) -> list[str]:
    words = word_codes(table.column(name), len(table.ids))
    texts = (*words.texts, "")
    return [texts[code] for code in words.code.tolist()]
