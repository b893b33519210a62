"""What programs ask of the discovery team: the funnel, frozen numbers, signed certificates."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import completion
from dalgu.services.citizens.discovery.completion import Signer
from dalgu.services.citizens.discovery.funnel import Funnel, funnel
from dalgu.services.citizens.discovery.refusals import ChoiceInvalid
from dalgu.services.citizens.discovery.state import Problem

PATH = completion.PATH


def routes(of: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(of)
    read = Operation.PUBLIC_READ
    return [
        Route("/problems.json", doors.problems, name=read),
        Route("/problems/{number:int}/evidence/{at:int}.csv", doors.numbers, name=read),
        Route("/testbed-calls.json", doors.calls, name=read),
        Route(f"{PATH}/key.json", doors.key, name=read),
        Route(f"{PATH}/{{code}}.json", doors.certificate, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, of: Desk) -> None:
        self.desk = of
        self.room = of.rooms.discovery
        self.signer = Signer(of.ground.access.keyed("citizens.completion-signing"))

    async def problems(self, request: Request) -> Response:
        """Answer the funnel and every problem with its gates."""
        state = self.room.state
        told = funnel(state.rounds.values(), state.problems.values())
        return _json(
            {
                "funnel": _funnel(told),
                "problems": [_problem(one) for one in state.problems.values()],
            }
        )

    async def numbers(self, request: Request) -> Response:
        """Answer the frozen numbers of a piece of evidence, as they were kept."""
        problem = self.room.problem(request.path_params["number"])
        at = request.path_params["at"]
        if not 1 <= at <= len(problem.evidence):
            raise ChoiceInvalid("evidence", str(at))
        digest = problem.evidence[at - 1][0].reading.digest
        return Response(await self.desk.ground.hub.kept(digest), media_type="text/csv")

    async def calls(self, request: Request) -> Response:
        """Answer the test-bed calls, and the runs that were agreed on."""
        state = self.desk.rooms.testbed_calls.state
        runs = [
            {
                "number": one.number,
                "call": one.call,
                "firm": one.firm,
                "title": one.title,
                "stage": str(one.stage),
                "certificate": one.code or None,
            }
            for one in state.applications.values()
            if one.agreement is not None
        ]
        calls = [
            {"number": one.number, "title": one.title.ko, "until": one.until.isoformat()}
            for one in state.calls.values()
        ]
        return _json({"calls": calls, "runs": runs})

    async def key(self, request: Request) -> Response:
        """Answer the public key of the certificates, as a JWK set."""
        return _json({"keys": [self.signer.key()]})

    async def certificate(self, request: Request) -> Response:
        """Answer a certificate and its signed credential; nobody is named."""
        told = self.room.completion(request.path_params["code"])
        found = self.room.round(told.round)
        address = f"{str(request.base_url).rstrip('/')}/ko{PATH}/{told.code}"
        city = self.desk.ground.city.id
        credential = self.signer.credential(told, found, address, city)
        return _json({**completion.shown(told, found), "credential": credential})


def _json(body: JSON) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")


def _funnel(told: Funnel) -> dict[str, JSON]:
    return {
        "people": told.people,
        "problems": told.problems,
        "planned": told.planned,
        "completed": told.completed,
        "stoppedBeforePlan": dict(told.stopped_before),
        "stoppedAfterPlan": dict(told.stopped_after),
    }


def _problem(one: Problem) -> dict[str, JSON]:
    return {
        "number": one.number,
        "round": one.round,
        "title": {"ko": one.title.ko, "en": one.title.en},
        "gate": str(one.gate),
        "stopReason": None if one.stop is None else str(one.stop),
        "source": one.source or None,
        "evidence": [
            {
                "entity": link.reading.entity,
                "attribute": link.reading.attribute,
                "digest": link.reading.digest,
                "count": link.reading.count,
            }
            for link, _, _ in one.evidence
        ],
    }
