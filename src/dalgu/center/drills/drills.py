"""Exercises: events from the simulator, watermarked wherever they show."""

from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.outside import Inject


class Drills:
    """Exercises: events from the simulator, watermarked wherever they show."""

    def __init__(self, ground: Ground, incidents: Incidents, inject: Inject) -> None:
        self._ground = ground
        self._incidents = incidents
        self._inject = inject

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
