"""The assistant over its book: its door for programs, its pages and what runs behind them."""

from typing import TYPE_CHECKING

from dalgu.service import Ground, Opened
from dalgu.services.assistant.desk import Desk
from dalgu.services.assistant.door import api
from dalgu.services.assistant.door import pages as asking
from dalgu.services.assistant.rooms import Rooms, open_rooms
from dalgu.services.assistant.staff import pages as staff

if TYPE_CHECKING:
    from starlette.routing import Route

    from dalgu.web.frame import Frame


def opened(ground: Ground) -> Opened:
    """Open the rooms and say what of them answers."""
    rooms = open_rooms(ground)

    def pages(frame: "Frame") -> list["Route"]:
        desk = Desk(ground, rooms, frame)
        return [*asking.routes(desk), *staff.routes(desk)]

    def routes(frame: "Frame") -> list["Route"]:
        return api.routes(Desk(ground, rooms, frame))

    return Opened(
        name="assistant",
        rooms=rooms,
        book=ground.book,
        routes=routes,
        pages=pages,
        works={"assistant.documents": lambda: _run(rooms)},
    )


async def _run(rooms: Rooms) -> None:
    """Begin an empty book with the handbook that ships, then mirror what changes."""
    await rooms.sections.begin()
    await rooms.mirror.run()
