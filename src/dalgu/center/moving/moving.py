"""Where everything that moves is, once a second."""

from dalgu.center.ground import Ground


class Moving:
    """Where everything that moves is, once a second."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
