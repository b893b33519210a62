"""The rooms of the operation center, opened in the order in which they need each other."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from dalgu.center.alarms.alarms import Alarms
from dalgu.center.cameras.cameras import Cameras
from dalgu.center.drills.drills import Drills
from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.learning.learning import Learning
from dalgu.center.links.links import Links
from dalgu.center.live.live import Live
from dalgu.center.moving.moving import Moving
from dalgu.center.outside import Inject, Stills
from dalgu.center.replay.replay import Replay
from dalgu.center.shifts.shifts import Shifts
from dalgu.center.testbeds.testbeds import Testbeds
from dalgu.center.walls.walls import Walls
from dalgu.center.warnings.warnings import Warnings


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms of one center."""

    ground: Ground
    incidents: Incidents
    testbeds: Testbeds
    alarms: Alarms
    cameras: Cameras
    links: Links
    warnings: Warnings
    shifts: Shifts
    learning: Learning
    drills: Drills
    walls: Walls
    moving: Moving
    live: Live
    replay: Replay

    def works(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """Yield name and work of all that runs behind the pages."""
        yield "alarms", self.alarms.run
        yield "incidents", self.incidents.run
        yield "cameras", self.cameras.run
        yield "links", self.links.run
        yield "warnings", self.warnings.run
        yield "drills", self.drills.run
        yield "moving", self.moving.run
        yield "live", self.live.run
        yield "replay", self.replay.run


def open_rooms(ground: Ground, stills: Stills, inject: Inject) -> Rooms:
    """Open every room and fold the book; nothing runs yet."""
    incidents = Incidents(ground)
    testbeds = Testbeds(ground)
    alarms = Alarms(ground, incidents, testbeds)
    cameras = Cameras(ground, incidents, stills)
    moving = Moving(ground)
    rooms = Rooms(
        ground=ground,
        incidents=incidents,
        testbeds=testbeds,
        alarms=alarms,
        cameras=cameras,
        links=Links(ground, incidents, cameras),
        warnings=Warnings(ground),
        shifts=Shifts(ground, incidents),
        learning=Learning(ground, incidents),
        drills=Drills(ground, incidents, alarms, inject),
        walls=Walls(ground),
        moving=moving,
        live=Live(ground, incidents, moving),
        replay=Replay(ground, incidents),
    )
    ground.logbook.load()
    return rooms
