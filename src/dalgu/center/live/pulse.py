"""What beats whether or not something changed: the city's clock, its figures, long works."""

from typing import Final

import msgspec

from dalgu.center import board
from dalgu.center.context import Center
from dalgu.center.kept import Kept
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language

BOARD_FRESH_S: Final = 5.0


class Pulse:
    """The regular events of all streams: figures are read once for all who are told."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._kept = Kept()

    async def said(self, language: Language) -> tuple[bytes, bytes, bytes]:
        """Return clock, figures and progress as events in a reader's language."""
        clock = {"now": iso(self._center.clock.now()), "speed": self._center.frame.speed}
        figures = await self._kept.get(
            ("event", language), BOARD_FRESH_S, lambda: self._figures(language)
        )
        return _event(b"clock", clock), figures, _event(b"progress", self._progress(language))

    async def _figures(self, language: Language) -> bytes:
        figures = await self._kept.get(
            ("figures",), BOARD_FRESH_S, lambda: board.read_figures(self._center)
        )
        return _event(b"kpis", board.tiles(figures, language))

    def _progress(self, language: Language) -> JSON:
        progress = self._center.progress()
        if progress is None:
            return None
        return {"share": progress.share, "label": progress.title.say(language)}


def _event(kind: bytes, said: JSON) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind, msgspec.json.encode(said))
