"""Districts where rules prove themselves, and what was rolled out from them when."""

from dalgu.center.ground import Ground


class Testbeds:
    """Districts where rules prove themselves, and what was rolled out from them when."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
