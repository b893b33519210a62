"""Finds the cameras that see a place, and grants what they see for a purpose and a while."""

from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.outside import Stills


class Cameras:
    """Finds the cameras that see a place, and grants what they see for a purpose and a while."""

    def __init__(self, ground: Ground, incidents: Incidents, stills: Stills) -> None:
        self._ground = ground
        self._incidents = incidents
        self._stills = stills

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
