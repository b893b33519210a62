"""The page of the open data: its files by day, its schema, its licence."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.opendata.opendata import Kept, kinds
from dalgu.services.citizens.opendata.tables import entity_columns


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    return [Route("/citizens/data", Pages(desk).data, name=Operation.PUBLIC_READ)]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.opendata

    async def data(self, request: Request) -> Response:
        """Draw the newest export, or that of another day."""
        days = self.room.days()
        asked = request.query_params.get("day", "")
        day = asked if asked in days else (days[0] if days else "")
        return self.desk.frame.render(
            request,
            "citizens/opendata/data.html",
            days=days,
            day=day,
            files=_by_table(self.room.files(day)) if day else {},
            kinds=[(kind, [one for _, some in entity_columns(kind) for one in some])
                   for kind in kinds()],
        )  # fmt: skip


def _by_table(files: list[Kept]) -> dict[str, list[Kept]]:
    found: dict[str, list[Kept]] = {}
    for one in files:
        stem, _, end = one.name.partition(".")
        is_table = end in ("csv", "parquet", "jsonld")
        found.setdefault(stem if is_table else "", []).append(one)
    return found
