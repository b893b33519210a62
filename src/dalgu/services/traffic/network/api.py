"""What programs ask of the streets: the network in force as tables."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.network.table_writing import tables_of, zipped


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    return [Route("/traffic/network.zip", Doors(desk).tables, name=Operation.PAGE_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.control = desk.rooms.control

    async def tables(self, request: Request) -> Response:
        """Answer the network in force as a zip of tables; importing it gives the same network."""
        network = self.control.require().network
        body = await asyncio.to_thread(_packed, network)
        headers = {"content-disposition": 'attachment; filename="network.zip"'}
        return Response(body, headers=headers, media_type="application/zip")


def _packed(network: Network) -> bytes:
    return zipped(tables_of(network))
