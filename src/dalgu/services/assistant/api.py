"""The assistant over its book: its door for programs, its pages and what runs behind them."""

from functools import partial

from dalgu.service import Ground, Opened, routed
from dalgu.services.assistant.desk import Desk
from dalgu.services.assistant.door import api
from dalgu.services.assistant.door import pages as asking
from dalgu.services.assistant.rooms import Rooms, open_rooms
from dalgu.services.assistant.staff import pages as staff


def opened(ground: Ground) -> Opened:
    """Open the rooms and say what of them answers."""
    rooms = open_rooms(ground)
    desk = partial(Desk, ground, rooms)
    return Opened(
        name="assistant",
        rooms=rooms,
        book=ground.book,
        routes=routed((api,), desk),
        pages=routed((asking, staff), desk),
        works={"assistant.documents": lambda: _run(rooms)},
    )


async def _run(rooms: Rooms) -> None:
    """Begin an empty book with the handbook that ships, then mirror what changes."""
    await rooms.sections.begin()
    await rooms.mirror.run()
