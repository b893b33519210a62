"""Actors seen a moment ago, so that a busy session costs no database read per request."""

from collections import OrderedDict
from datetime import datetime, timedelta

from dalgu.access.actor import Actor, Kind
from dalgu.access.secret import digest

REMEMBERED = 4_096  # sessions and tokens; beyond it the least used is read again
TRUSTED_FOR = timedelta(seconds=5)  # a revocation by another process is seen within this


def known_as(kind: Kind, secret: str) -> str:
    """Return the key of a secret: a session's does not serve as a token's, nor the reverse."""
    return f"{kind} {digest(secret)}"


class Known:
    """A bounded memory of which secrets, by kind and digest, stand for which actors.

    Whoever revokes or changes anything clears it once the change is durable. Reading the
    store and keeping the answer happen without a pause between, so nothing stale comes after.
    """

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._actors: OrderedDict[str, tuple[Actor, datetime]] = OrderedDict()

    def get(self, key: str, now: datetime) -> Actor | None:
        """Return the actor, `None` when unknown or known too long ago."""
        found = self._actors.get(key)
        if found is None:
            return None
        actor, until = found
        if now >= until:
            del self._actors[key]
            return None
        self._actors.move_to_end(key)
        return actor

    def keep(self, key: str, actor: Actor, now: datetime, end: datetime) -> None:
        """Remember an actor for a moment, never past the end of what it showed."""
        self._actors[key] = actor, min(now + TRUSTED_FOR, end)
        while len(self._actors) > self._remembered:
            self._actors.popitem(last=False)

    def forget(self, key: str) -> None:
        """Forget one: its session has ended."""
        self._actors.pop(key, None)

    def clear(self) -> None:
        """Forget everybody: the next request of each is read from the store."""
        self._actors.clear()

    def __len__(self) -> int:
        return len(self._actors)
