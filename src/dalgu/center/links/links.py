"""Tells 112, 119, the disaster office and others, and keeps what was told."""

from dalgu.center.cameras.cameras import Cameras
from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents


class Links:
    """Tells 112, 119, the disaster office and others, and keeps what was told."""

    def __init__(self, ground: Ground, incidents: Incidents, cameras: Cameras) -> None:
        self._ground = ground
        self._incidents = incidents
        self._cameras = cameras

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
