"""Layouts of the video wall."""

from dalgu.center.ground import Ground


class Walls:
    """Layouts of the video wall."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
