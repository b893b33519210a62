"""The log of each shift, its hand-over and its signatures."""

from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents


class Shifts:
    """The log of each shift, its hand-over and its signatures."""

    def __init__(self, ground: Ground, incidents: Incidents) -> None:
        self._ground = ground
        self._incidents = incidents

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
