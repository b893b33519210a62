"""The rooms of the traffic service, opened in the order in which they need each other."""

from dataclasses import dataclass
from functools import partial

from dalgu.hub.mirror import Mirror
from dalgu.service import Ground
from dalgu.services.traffic.control.control import ROOM as CONTROL
from dalgu.services.traffic.control.control import Control
from dalgu.services.traffic.control.mirrored import draw as draw_network
from dalgu.services.traffic.dispersion.dispersion import ROOM as DISPERSION
from dalgu.services.traffic.dispersion.dispersion import Dispersion
from dalgu.services.traffic.dispersion.entities import draw as draw_dispersion
from dalgu.services.traffic.measures.detector_watch import DetectorWatch
from dalgu.services.traffic.pedestrians.watch import Watch
from dalgu.services.traffic.prediction.forecasts import Forecasts
from dalgu.services.traffic.v2x.roadside import Roadside


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms of one city's traffic."""

    mirror: Mirror
    control: Control
    forecasts: Forecasts
    dispersion: Dispersion
    roadside: Roadside
    crossings: Watch
    detectors: DetectorWatch


def open_rooms(ground: Ground) -> Rooms:
    """Open every room and fold the book; nothing runs yet."""
    control = Control(ground)
    roadside = Roadside(control, ground.settings.traffic.roadside_url)
    control.live.hears.append(roadside.hear)
    rooms = Rooms(
        mirror=Mirror(ground.hub, ground.store, ground.book, "traffic"),
        control=control,
        forecasts=Forecasts(control),
        dispersion=Dispersion(ground, control),
        roadside=roadside,
        crossings=Watch(control, roadside),
        detectors=DetectorWatch(control),
    )
    rooms.mirror.follow(CONTROL, partial(draw_network, control))
    rooms.mirror.follow(DISPERSION, partial(draw_dispersion, rooms.dispersion))
    ground.book.load()
    return rooms
