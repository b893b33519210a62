"""What a moving thing looks like: its kind and its state in one byte, as frames carry it."""

from enum import IntEnum
from typing import Final

from dalgu.center.documents import value
from dalgu.hub.model import Document

NOTHING: Final = 255  # the look of a place in the frame that nothing holds


class Kind(IntEnum):
    """What moves; screens have a colour and a word for each."""

    OTHER = 0
    BUS = 1
    POLICE = 2
    AMBULANCE = 3
    FIRE = 4
    CLEANING = 5
    SNOW = 6


class State(IntEnum):
    """What it is about."""

    ON_ROUTE = 0
    AT_REST = 1
    ON_CALL = 2  # attends to an emergency
    SILENT = 3  # not heard for so long that nobody knows where it is


KINDS: Final = {
    "bus": Kind.BUS,
    "policeVan": Kind.POLICE,
    "ambulance": Kind.AMBULANCE,
    "fireTender": Kind.FIRE,
    "sweepingMachine": Kind.CLEANING,
    "snowPlough": Kind.SNOW,
}


def look(kind: int, state: int) -> int:
    """Return both in one byte.

    >>> look(Kind.AMBULANCE, State.ON_CALL)
    14
    """
    return kind * len(State) + state


def look_of(vehicle: Document) -> int:
    """Return the look of a `Vehicle` entity."""
    kind = KINDS.get(value(vehicle, "vehicleType"), Kind.OTHER)
    if value(vehicle, "serviceOnDuty"):
        return look(kind, State.ON_CALL)
    is_resting = value(vehicle, "serviceStatus") in ("parked", "outOfService", "broken")
    return look(kind, State.AT_REST if is_resting else State.ON_ROUTE)
