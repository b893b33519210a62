"""The public record of terms: what is owed, by whom, and how timely each department was."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dalgu.kernel.terms import Owed, TermState

OPEN = (TermState.OVERDUE, TermState.RUNNING, TermState.PAUSED)
CLOSED = (TermState.MET, TermState.MET_LATE, TermState.ENDED)


@dataclass(frozen=True, slots=True)
class Line:
    """One term as the record shows it."""

    owed: Owed
    state: TermState
    days_over: int  # calendar days past its last day; 0 where it is not
    days_left: int | None  # working days


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How timely a department was; what still runs within its term is not judged yet."""

    department: str
    met: int
    late: int
    overdue: int
    running: int

    @property
    def share(self) -> float | None:
        """Share of what fell due that was met in time, `None` where nothing fell due."""
        judged = self.met + self.late + self.overdue
        return self.met / judged if judged else None


def lines(
    owed: Iterable[Owed], today: date, *, department: str = "", state: str = ""
) -> list[Line]:
    """Return the terms of a department or of all, in a state or in any: the most pressing first."""
    every = (
        Line(one, one.term.state(today), one.term.days_over(today), one.term.days_left(today))
        for one in owed
        if department in ("", one.department)
    )
    return sorted((one for one in every if state in ("", one.state)), key=_urgency)


def _urgency(line: Line) -> tuple[int, int, date]:
    order = (*OPEN, *CLOSED).index(line.state)
    due = line.owed.term.due or date.max
    return order, -line.days_over if line.state is TermState.OVERDUE else 0, due


def timeliness(owed: Iterable[Owed], today: date) -> list[Timeliness]:
    """Return how timely each department was, the least timely first; then by name."""
    counts: dict[str, dict[TermState, int]] = defaultdict(lambda: dict.fromkeys(TermState, 0))
    for one in owed:
        counts[one.department][one.term.state(today)] += 1
    rows = [
        Timeliness(
            department,
            met=states[TermState.MET],
            late=states[TermState.MET_LATE],
            overdue=states[TermState.OVERDUE],
            running=states[TermState.RUNNING] + states[TermState.PAUSED],
        )
        for department, states in counts.items()
    ]
    return sorted(rows, key=lambda row: (1.0 if row.share is None else row.share, row.department))


def whole(rows: Sequence[Timeliness]) -> Timeliness:
    """Return the sum of all departments."""
    return Timeliness(
        "",
        met=sum(row.met for row in rows),
        late=sum(row.late for row in rows),
        overdue=sum(row.overdue for row in rows),
        running=sum(row.running for row in rows),
    )
