"""What is learned, as files: timelines with their proofs, reports, times, evidence."""

import asyncio
import csv
import io

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.incidents.desk import Desk, visible
from dalgu.center.incidents.state import Incident
from dalgu.center.learning.account import account
from dalgu.center.learning.cases import instants
from dalgu.center.learning.evidence import as_json, evidence_paper
from dalgu.center.learning.reading import read_cases
from dalgu.center.learning.report import report
from dalgu.center.learning.rubric import read_rubric
from dalgu.center.learning.timeline import as_csv, exported, timeline
from dalgu.center.learning.times import Measure, spans
from dalgu.kernel.clock import iso
from dalgu.web.answer import asked_language
from dalgu.web.frame import actor_of

CASE_COLUMNS = ("number", "category", "priority", "district", "raisedAt", "outcome", "isDrill",
                "origin", *(f"{measure}_s" for measure in Measure))  # fmt: skip


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    read, page = Operation.INCIDENT_READ, Operation.PAGE_READ
    return [
        Route("/incidents/{number:int}/timeline.json", doors.timeline, name=read),
        Route("/incidents/{number:int}/timeline.csv", doors.timeline_table, name=read),
        Route("/incidents/{number:int}/report.pdf", doors.report, name=read),
        Route("/learning/times.csv", doors.times, name=page),
        Route("/learning/rubric.json", doors.rubric, name=page),
        Route("/learning/rubric.pdf", doors.rubric_paper, name=page),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.rooms = center.rooms
        self.desk = Desk(center.rooms.incidents, center.access, center.city)

    async def timeline(self, request: Request) -> Response:
        """Answer a timeline with the proof of each entry."""
        incident = await self._read(request, "timeline")
        lines = timeline(incident, self.rooms, asked_language(request))
        body = msgspec.json.encode(exported(incident, lines, self.rooms))
        return _file(body, "application/json", f"incident-{incident.number}-timeline.json")

    async def timeline_table(self, request: Request) -> Response:
        """Answer a timeline as a table."""
        incident = await self._read(request, "timeline")
        table = as_csv(incident, timeline(incident, self.rooms, asked_language(request)))
        # The mark of order makes spreadsheets read Korean as UTF-8.
        body = b"\xef\xbb\xbf" + table.encode()
        return _file(body, "text/csv", f"incident-{incident.number}-timeline.csv")

    async def report(self, request: Request) -> Response:
        """Answer the after-action report of an incident."""
        incident = await self._read(request, "report")
        language = asked_language(request)
        told = await account(incident, self.rooms, language)
        body = await asyncio.to_thread(report, told, self.center.city, language)
        return _file(body, "application/pdf", f"incident-{incident.number}-report.pdf")

    async def times(self, request: Request) -> Response:
        """Answer the times of all incidents that the actor may see, one row each; seconds."""
        seen = visible(actor_of(request), self.rooms.incidents.all.values())
        cases = await read_cases(self.rooms.ground.hub, seen)
        span = spans(instants(cases))
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\r\n")
        table.writerow(CASE_COLUMNS)
        for at, one in enumerate(cases):
            took = (span[measure][at] for measure in Measure)
            table.writerow(
                (one.number, one.category, one.priority, one.district or "", iso(one.raised_at),
                 one.outcome or "", "drill" if one.is_drill else "", one.origin or "",
                 *("" if s != s else f"{s:.0f}" for s in took))
            )  # fmt: skip
        return _file(written.getvalue().encode(), "text/csv", "response-times.csv")

    async def rubric(self, request: Request) -> Response:
        """Answer the facts behind each level of the rubric, with where each is to be seen."""
        found = await read_rubric(self.rooms)
        body = msgspec.json.encode(as_json(found, asked_language(request)))
        return _file(body, "application/json", "K63-62-evidence.json")

    async def rubric_paper(self, request: Request) -> Response:
        """Answer the same as a paper."""
        found, language = await read_rubric(self.rooms), asked_language(request)
        body = await asyncio.to_thread(evidence_paper, found, self.center.city, language)
        return _file(body, "application/pdf", "K63-62-evidence.pdf")

    async def _read(self, request: Request, what: str) -> Incident:
        """Return the incident of a request, once its reading is allowed and written down."""
        actor = actor_of(request)
        incident = await self.desk.read(actor, request.path_params["number"])
        await self.center.access.audit(actor, Operation.INCIDENT_READ, incident.id, purpose=what)
        return incident


def _file(body: bytes, media: str, name: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(body, media_type=media, headers=headers)
