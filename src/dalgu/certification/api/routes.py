"""The routes under /certification/v1; each carries its operation of the access policy as its name.

What a person may do in a programme is asked by the process itself, as it depends on the programme,
the case, its stage and conflicts of interest.
"""

from dataclasses import dataclass

from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.certification.api.doors import Doors
from dalgu.certification.api.open_doors import OpenDoors
from dalgu.certification.office.office import Office
from dalgu.certification.office.paperwork import Paperwork
from dalgu.kernel.clock import Clock

PREFIX = "/certification/v1"


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the doors."""

    office: Office
    paperwork: Paperwork
    clock: Clock


def routes(behind: Behind) -> list[Route]:
    """Return the routes; more special paths come first."""
    return [*_open(behind), *_of_cases(behind), *_of_programmes(behind)]


def _open(behind: Behind) -> list[Route]:
    doors = OpenDoors(behind.office, behind.clock)
    public = Operation.PUBLIC_READ
    return [
        Route(f"{PREFIX}/certificates", doors.certificates, name=public),
        Route(f"{PREFIX}/certificates/{{number}}.pdf", doors.certificate_pdf, name=public),
        Route(f"{PREFIX}/certificates/{{number}}", doors.certificate, name=public),
        Route(f"{PREFIX}/status", doors.status, name=public),
        Route(f"{PREFIX}/trust", doors.trust, name=public),
        Route(f"{PREFIX}/verify", doors.verify, methods=["POST"], name=public),
    ]


def _of_cases(behind: Behind) -> list[Route]:
    doors = Doors(behind.office, behind.paperwork)
    part, post, one = Operation.CERTIFICATION_TAKE_PART, ["POST"], f"{PREFIX}/cases/{{case}}"
    return [
        Route(f"{PREFIX}/cases", doors.cases, name=part),
        Route(one, doors.case, name=part),
        Route(f"{one}/timeline", doors.timeline, name=part),
        Route(f"{one}/steps", doors.steps, name=part),
        Route(f"{one}/files", doors.receive, methods=post, name=part),
        Route(f"{one}/files/{{sha256}}", doors.file, name=part),
        Route(f"{one}/papers", doors.papers, name=part),
        Route(f"{one}/papers/{{name}}", doors.paper, name=part),
        Route(f"{one}/measure", doors.measure, methods=post, name=part),
        Route(f"{one}/submission", doors.submit, methods=post, name=part),
        Route(f"{PREFIX}/deadlines", doors.deadlines, name=part),
        Route(f"{PREFIX}/commands", doors.commands, name=part),
        Route(f"{PREFIX}/commands/{{name}}", doors.command, methods=post, name=part),
    ]


def _of_programmes(behind: Behind) -> list[Route]:
    doors = Doors(behind.office, behind.paperwork)
    part = Operation.CERTIFICATION_TAKE_PART
    return [
        Route(f"{PREFIX}/rounds", doors.rounds, name=part),
        Route(f"{PREFIX}/roles", doors.roles, name=part),
        Route(f"{PREFIX}/frameworks", doors.frameworks, name=part),
        Route(f"{PREFIX}/submission", doors.submission, name=Operation.ASSESSMENT_RUN),
        Route(f"{PREFIX}/log", doors.log, name=Operation.CERTIFICATION_VERIFY_LOG),
    ]
