"""Public warnings by the Common Alerting Protocol, out and in."""

from dalgu.center.ground import Ground


class Warnings:
    """Public warnings by the Common Alerting Protocol, out and in."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""
