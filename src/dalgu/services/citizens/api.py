"""The citizens' service over its book: its doors, its pages and what runs behind them."""

from typing import TYPE_CHECKING, Any

from dalgu.service import Ground, Opened
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.front import pages as front
from dalgu.services.citizens.rooms import open_rooms

if TYPE_CHECKING:
    from starlette.routing import Route

    from dalgu.web.frame import Frame

PAGES: tuple[Any, ...] = (front,)
APIS: tuple[Any, ...] = ()


def opened(ground: Ground) -> Opened:
    """Open the rooms and say what of them answers."""
    rooms = open_rooms(ground)

    def pages(frame: "Frame") -> list["Route"]:
        desk = Desk(ground, rooms, frame)
        return [route for part in PAGES for route in part.routes(desk)]

    def routes(frame: "Frame") -> list["Route"]:
        desk = Desk(ground, rooms, frame)
        return [route for part in APIS for route in part.routes(desk)]

    return Opened(
        name="citizens",
        rooms=rooms,
        book=ground.book,
        routes=routes,
        pages=pages,
        works={"citizens.mirror": rooms.mirror.run},
    )
