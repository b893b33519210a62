"""The traffic service over its book: its doors, its pages and what runs behind them."""

from functools import partial
from typing import Any

from dalgu.service import Ground, Opened, routed
from dalgu.services.traffic.control import api as control_api
from dalgu.services.traffic.control import pages as control
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.dispersion import api as dispersion_api
from dalgu.services.traffic.dispersion import pages as dispersion
from dalgu.services.traffic.measures import pages as measures
from dalgu.services.traffic.network import api as network_api
from dalgu.services.traffic.network import pages as network
from dalgu.services.traffic.pedestrians import pages as pedestrians
from dalgu.services.traffic.prediction import pages as prediction
from dalgu.services.traffic.rooms import open_rooms

PAGES: tuple[Any, ...] = (network, control, measures, prediction, dispersion, pedestrians)
APIS: tuple[Any, ...] = (network_api, control_api, dispersion_api)


def opened(ground: Ground) -> Opened:
    """Open the rooms and say what of them answers."""
    rooms = open_rooms(ground)
    desk = partial(Desk, ground, rooms)
    return Opened(
        name="traffic",
        rooms=rooms,
        book=ground.book,
        routes=routed(APIS, desk),
        pages=routed(PAGES, desk),
        works={
            "traffic.mirror": rooms.mirror.run,
            "traffic.control": rooms.control.live.run,
            "traffic.crossings": rooms.crossings.run,
            "traffic.roadside": rooms.roadside.run,
        },
        jobs=(
            rooms.control.judging.job(),
            *rooms.forecasts.jobs,
            rooms.dispersion.job(),
            rooms.detectors.job(),
        ),
    )
