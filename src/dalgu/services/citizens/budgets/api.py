"""What programs ask of participatory budgets: results as JSON, rounds as Pabulib files."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.citizens.budgets.outcome import Side, Tally
from dalgu.services.citizens.budgets.state import Round
from dalgu.services.citizens.desk import Desk

ONE = "/budgets/{number:int}"


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors, read = Doors(desk), Operation.PUBLIC_READ
    return [
        Route(f"{ONE}/round.pb", doors.file, name=read),
        Route(f"{ONE}/result.json", doors.result, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.room = desk.rooms.budgets

    async def file(self, request: Request) -> Response:
        """Answer a counted round with all its ballots as a Pabulib file."""
        found = self.room.get(request.path_params["number"])
        name = f"round-{found.number}.pb"
        return Response(
            await self.room.file(found),
            media_type="text/plain; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    async def result(self, request: Request) -> Response:
        """Answer both rules side by side, payments as exact fractions of won."""
        found = self.room.get(request.path_params["number"])
        tally = await self.room.tally(found)
        body = {
            "round": found.number,
            "rule": found.rule,
            "stage": self.room.stage(found),
            "amount": found.amount,
            "result": None if tally is None else told(found, tally),
        }
        return Response(msgspec.json.encode(body), media_type="application/json")


def told(found: Round, tally: Tally) -> dict[str, Any]:
    """Return a tally as JSON has it."""
    after = tally.after
    return {
        "voters": len(tally.election.ballots),
        "votes": tally.election.votes,
        "equalShares": _side(tally.equal)
        | {
            "rounds": tally.outcome.rounds,
            "step": tally.step,
            "eachHas": str(tally.proven.each),
            "nextRoundWouldCost": None if after is None else after.cost,
            "payments": [
                {
                    "project": one.project, "cost": one.cost, "supporters": one.supporters,
                    "price": str(one.price), "paidInFull": one.full, "gaveTheirLast": one.last,
                    "fromTheirLast": str(one.from_last), "perUnit": str(one.per_unit),
                }
                for one in tally.proven.purchases
            ],
            "notBought": [
                {
                    "project": one.project, "cost": one.cost, "supporters": one.supporters,
                    "left": str(one.money), "lacking": str(one.lacking),
                }
                for one in tally.proven.losers
            ],
        },
        "greedy": _side(tally.greedy),
    }  # fmt: skip


def _side(side: Side) -> dict[str, Any]:
    return {
        "winners": side.winners,
        "cost": side.cost,
        "shareOfVotersWithNothing": side.left_out,
        "votersByFundedProjects": side.spread,
    }
