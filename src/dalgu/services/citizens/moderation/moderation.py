"""The moderation room: screens what is written before it stands, and hides what must not stand."""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from dalgu.access.actor import Actor
from dalgu.service import Ground
from dalgu.services.citizens.moderation.refusals import TextEmpty, TextTooLong, TooManyAtOnce

BURST, BURST_WITHIN = 10, timedelta(minutes=10)  # of one writer


class Moderation:
    """Screens texts."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._lately: dict[str, deque[datetime]] = defaultdict(deque)

    def screen(self, actor: Actor, text: str, *, most: int, by: str = "") -> str:
        """Return a text as it may stand.

        `most` is its most letters; `by` names the writer where the actor does not (a guest's
        remote address).

        Raises
        ------
        TextEmpty, TextTooLong, TooManyAtOnce
        """
        written = text.replace("\r\n", "\n").strip()
        if not written:
            raise TextEmpty
        if len(written) > most:
            raise TextTooLong(len(written), most)
        self._not_too_fast(by or actor.id)
        return written

    def is_hidden(self, subject: str) -> bool:
        """Tell whether something was taken off the pages; its tombstone stands there."""
        return False

    def _not_too_fast(self, writer: str) -> None:
        now, lately = self._ground.clock.now(), self._lately[writer]
        while lately and now - lately[0] > BURST_WITHIN:
            lately.popleft()
        if len(lately) >= BURST:
            raise TooManyAtOnce(BURST)
        lately.append(now)
