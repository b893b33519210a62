"""The statistics that a framework stands on and no device measures: what a city has to declare."""

import csv
import io
import re
from typing import NamedTuple

from dalgu.certification.framework.model import Framework
from dalgu.certification.framework.query import Variable
from dalgu.kernel.text import Text

TYPE = "CityStatistic"
HEADER = ("statistic", "reference_date", "value", "unit", "name", "name_en", "indicators")
_KEY = re.compile(r'statistic=="([^"]+)"')
_UNIT = re.compile(r'unit=="([^"]+)"')


class Statistic(NamedTuple):
    """One figure of the city: its key, the unit it is declared in, and who asks for it."""

    key: str
    unit: str
    name: Text
    indicators: tuple[str, ...]


def statistics_of(framework: Framework) -> list[Statistic]:
    """Return the statistics of a framework, each once, in the order they are first asked for."""
    found: dict[str, Statistic] = {}
    for indicator in framework.indicators:
        for variable in indicator.variables.values():
            key = _KEY.search(variable.where) if TYPE in variable.type else None
            if key is None:
                continue
            known = found.get(key[1])
            asking = (*known.indicators, indicator.code) if known else (indicator.code,)
            found[key[1]] = Statistic(key[1], _unit(variable), variable.name, asking)
    return list(found.values())


def blank_csv(framework: Framework) -> str:
    """Return the statistics as rows of the register, with date and value left open."""
    body = io.StringIO(newline="")
    writer = csv.writer(body)
    writer.writerow(HEADER)
    for one in statistics_of(framework):
        asking = "; ".join(one.indicators)
        writer.writerow((one.key, "", "", one.unit, one.name.ko, one.name.en, asking))
    return body.getvalue()


def _unit(variable: Variable) -> str:
    said = _UNIT.search(variable.where)
    return variable.unit if said is None else said[1]
