"""The city as it was at any minute."""

from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents


class Replay:
    """The city as it was at any minute."""

    def __init__(self, ground: Ground, incidents: Incidents) -> None:
        self._ground = ground
        self._incidents = incidents

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
