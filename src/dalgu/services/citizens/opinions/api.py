"""What programs ask of questions: groups as JSON, votes and statements as files."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.opinions.export import comments, participants_votes
from dalgu.services.citizens.opinions.shown import GroupShown, Results, Row, Shares

ONE = "/opinions/{number:int}"


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors, read = Doors(desk), Operation.PUBLIC_READ
    return [
        Route(f"{ONE}/groups.json", doors.groups, name=read),
        Route(f"{ONE}/participants-votes.csv", doors.votes, name=read),
        Route(f"{ONE}/comments.csv", doors.comments, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.room = desk.rooms.opinions
        self._hashed = desk.ground.access.keyed("citizens.opinions.export")

    async def groups(self, request: Request) -> Response:
        """Answer the groups, what each stands for, and the shares of every statement."""
        question = self.room.get(request.path_params["number"])
        body = {"question": question.title, **_told(self.room.results(question))}
        return Response(msgspec.json.encode(body), media_type="application/json")

    async def votes(self, request: Request) -> Response:
        """Answer `participants-votes.csv`, as Polis exports it."""
        question = self.room.get(request.path_params["number"])
        return _file(participants_votes(question, self.room.kept(question), self._hashed))

    async def comments(self, request: Request) -> Response:
        """Answer `comments.csv`, as Polis exports it."""
        question = self.room.get(request.path_params["number"])
        seen = {one.number for one in question.open if self.room.is_seen(question, one)}
        hidden = {one.number for one in question.open} - seen
        return _file(comments(question, hidden.__contains__))


def _file(text: str) -> Response:
    return Response(text, media_type="text/csv; charset=utf-8")


def _told(results: Results) -> dict[str, object]:
    return {
        "participants": results.participants,
        "grouped": results.grouped,
        "groups": [_group(group) for group in results.groups],
        "groupsTooSmall": results.too_small,
        "allShare": [row.statement.number for row in results.all_share],
        "statements": [_row(row) for row in results.rows],
    }


def _group(group: GroupShown) -> dict[str, object]:
    stands = [
        {"statement": one.statement.number, "agrees": one.agrees, "sharePct": one.share_pct,
         "othersPct": one.others_pct}
        for one in group.stands_for
    ]  # fmt: skip
    return {"letter": group.letter, "people": group.people, "standsFor": stands}


def _row(row: Row) -> dict[str, object]:
    return {
        "number": row.statement.number,
        "text": row.statement.text,
        "everybody": _shares(row.everybody),
        "groups": {letter: _shares(one) for letter, one in row.by_group.items()},
        "groupInformedConsensus": round(row.consensus, 4),
    }


def _shares(one: Shares | None) -> dict[str, int] | None:
    if one is None:
        return None
    return {"agreePct": one.agree_pct, "passPct": one.pass_pct, "disagreePct": one.disagree_pct,
            "people": one.people}  # fmt: skip
