"""Measure indicators over one view of the hub: gather all, hear all, compute all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from dalgu.certification.formula.operand import micros
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.measuring import words
from dalgu.certification.measuring.city import City
from dalgu.certification.measuring.computing import Gathered, computed
from dalgu.certification.measuring.evidence import Frozen
from dalgu.certification.measuring.histories import Listener, hear_all, listen
from dalgu.certification.measuring.shares import period_of, window_of
from dalgu.certification.measuring.subjects import Subjects, nobody, subjects_of
from dalgu.hub.view import View
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text


class Progress(msgspec.Struct, frozen=True):
    """How far an assessment is: what was read or measured last, and how much of all."""

    step: str  # read, histories, measure
    name: str
    done: int
    total: int


Told = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is measured: frameworks, as of when, and when the hub is asked."""

    frameworks: Sequence[Framework]
    reference: datetime
    hub_time: datetime
    told: Told

    def indicators(self) -> Iterator[tuple[Framework, Indicator]]:
        """Yield all indicators that have a formula."""
        for framework in self.frameworks:
            for one in framework.indicators:
                if one.kind == "quantitative":
                    yield framework, one


@dataclass(slots=True)
class Measuring:
    """One assessment: variables that ask the same are read once, whoever asks."""

    view: View
    asking: Asking
    listeners: dict[tuple[bytes, int], Listener] = field(default_factory=dict)
    _subjects: dict[bytes, Subjects | Text] = field(default_factory=dict)
    _read: int = 0

    def all(self) -> dict[tuple[str, str], Frozen]:
        """Return the frozen measurement of every indicator, by framework and code."""
        indicators = list(self.asking.indicators())
        variables = [one for _, each in indicators for one in each.variables.values()]
        city = City(self.view, self.asking.reference, variables, self._tell_read)
        for _, indicator in indicators:
            for variable in indicator.variables.values():
                self._gather(city, indicator, variable)
        self._tell("histories", "", 0, 1)
        hear_all(self.view, self.listeners.values(), self.asking.reference)
        found = {}
        for place, (framework, indicator) in enumerate(indicators, start=1):
            found[framework.name, indicator.code] = self._computed(framework, indicator)
            self._tell("measure", indicator.code, place, len(indicators))
        return found

    def _gather(self, city: City, indicator: Indicator, variable: Variable) -> None:
        key = key_of(variable)
        if key not in self._subjects:
            try:
                self._subjects[key] = subjects_of(city, variable)
            except DalguError as fault:  # of a framework that nobody checked
                self._subjects[key] = words.formula_invalid(str(fault))
        subjects = self._subjects[key]
        if isinstance(subjects, Text) or variable.observed is None:
            return
        since = self._since(indicator, variable)
        if (key, micros(since)) not in self.listeners:
            self.listeners[key, micros(since)] = listen(city, variable, subjects.rows, since)

    def _since(self, indicator: Indicator, variable: Variable) -> datetime:
        window_us = window_of(variable, period_of(indicator))
        return self.asking.reference - timedelta(microseconds=window_us)

    def _computed(self, framework: Framework, indicator: Indicator) -> Frozen:
        gathered: dict[str, Gathered] = {}
        for name, variable in indicator.variables.items():
            key = key_of(variable)
            subjects = self._subjects[key]
            reason = subjects if isinstance(subjects, Text) else None
            gathered[name] = Gathered(
                variable=variable,
                subjects=nobody() if isinstance(subjects, Text) else subjects,
                listener=self.listener(indicator, name),
                reason=reason,
            )
        return computed(framework, indicator, gathered, self.asking.reference, self.asking.hub_time)

    def listener(self, indicator: Indicator, name: str) -> Listener | None:
        """Return who heard the histories of an indicator's variable."""
        variable = indicator.variables[name]
        return self.listeners.get((key_of(variable), micros(self._since(indicator, variable))))

    def _tell_read(self, entity_type: str) -> None:
        self._read += 1
        self._tell("read", entity_type, self._read, 0)

    def _tell(self, step: str, name: str, done: int, total: int) -> None:
        self.asking.told(Progress(step, name, done, total))


def key_of(variable: Variable) -> bytes:
    """Return what two variables share that ask the same, whatever they are called."""
    return msgspec.json.encode(msgspec.structs.replace(variable, name=Text("", ""), unit=""))
