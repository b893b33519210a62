"""Turns the alerts of all services into few incidents, and measures itself."""

from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.testbeds.testbeds import Testbeds


class Alarms:
    """Turns the alerts of all services into few incidents, and measures itself."""

    def __init__(self, ground: Ground, incidents: Incidents, testbeds: Testbeds) -> None:
        self._ground = ground
        self._incidents = incidents
        self._testbeds = testbeds

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
