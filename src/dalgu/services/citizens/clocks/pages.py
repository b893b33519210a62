"""The public record of terms: what each office owes citizens, by when, and what is overdue."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.terms import TermState
from dalgu.services.citizens.clocks import record
from dalgu.services.citizens.desk import Desk

SHOWN = 200


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    return [Route("/citizens/terms", Pages(desk).terms, name=Operation.PUBLIC_READ)]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def terms(self, request: Request) -> Response:
        """Draw the record: of a department or of all, in a state or in any."""
        department = request.query_params.get("department", "")[:80]
        state = request.query_params.get("state", "")
        state = state if state in tuple(TermState) else ""
        clocks, today = self.desk.rooms.clocks, self.desk.today
        owed = clocks.owed()
        rows = record.timeliness(owed, today)
        found = record.lines(owed, today, department=department, state=state)
        return self.desk.frame.render(
            request,
            "citizens/clocks/terms.html",
            lines=found[:SHOWN],
            not_shown=max(0, len(found) - SHOWN),
            step_of=clocks.step_of,
            rows=rows,
            whole=record.whole(rows),
            states=tuple(TermState),
            state=state,
            department=department,
            today=today,
        )
