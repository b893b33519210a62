"""How fast one address may ask."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from dalgu.access.throttle import address_key
from dalgu.services.assistant.talks.refusals import TooManyQuestions

BURST, WITHIN = 20, timedelta(minutes=1)  # questions of one address
REMEMBERED = 10_000  # addresses


class Pace:
    """Counts the questions of each address; in memory, the oldest address forgotten first."""

    def __init__(self) -> None:
        self._lately: OrderedDict[str, deque[datetime]] = OrderedDict()

    def step(self, remote: str, now: datetime) -> None:
        """Count a question; raise `TooManyQuestions`."""
        key = address_key(remote)
        lately = self._lately.setdefault(key, deque())
        self._lately.move_to_end(key)
        while len(self._lately) > REMEMBERED:
            self._lately.popitem(last=False)
        while lately and now - lately[0] >= WITHIN:
            lately.popleft()
        if len(lately) >= BURST:
            wait = lately[0] + WITHIN - now
            raise TooManyQuestions(max(-(-wait // timedelta(seconds=1)), 1))
        lately.append(now)
