"""The files of the open data: `/citizens/data/files/2026-11-30/Proposal.csv`."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.citizens.desk import Desk

MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
}


def routes(desk: Desk) -> list[Route]:
    """Return the routes."""
    path = "/citizens/data/files/{day}/{file}"
    return [Route(path, Doors(desk).file, name=Operation.PUBLIC_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def file(self, request: Request) -> Response:
        """Return one file of a day."""
        parts = request.path_params
        path = self.desk.rooms.opendata.file(parts["day"], parts["file"])
        return FileResponse(path, media_type=MEDIA[path.suffix], filename=path.name)
