"""What the citizens' pages stand on."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dalgu.service import Ground
from dalgu.services.citizens.rooms import Rooms

if TYPE_CHECKING:
    from dalgu.web.frame import Frame


@dataclass(frozen=True, slots=True)
class Desk:
    """The rooms, the parts of the platform below them, and the frame that draws."""

    ground: Ground
    rooms: Rooms
    frame: "Frame"

    @property
    def today(self) -> date:
        """The city's local day."""
        return self.ground.today
