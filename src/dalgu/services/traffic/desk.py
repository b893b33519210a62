"""What the pages of traffic stand on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dalgu.service import Ground
from dalgu.services.traffic.rooms import Rooms

if TYPE_CHECKING:
    from dalgu.web.frame import Frame


@dataclass(frozen=True, slots=True)
class Desk:
    """The rooms, the parts of the platform below them, and the frame that draws."""

    ground: Ground
    rooms: Rooms
    frame: "Frame"
