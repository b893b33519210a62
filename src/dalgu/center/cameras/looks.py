"""Who looks through which camera: written down before the first image, and while it goes on.

An image a second would be 3,600 entries an hour and camera; a look is written when it begins and
once a minute as long as it lasts, so the chain tells who saw what from when to when.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.access.logbook import Entry
from dalgu.center.cameras.deeds import Looked, Opened

MINUTE = timedelta(minutes=1)
COARSE_EVERY = timedelta(minutes=15)  # nobody is recognised in these: an entry an hour quarter
NEW_LOOK = timedelta(minutes=10)  # after so long a pause it is another look in the book
MOST_NOTED = 5_000
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Look:
    """One look as the page of grants lists it."""

    at: datetime
    who: str  # a pseudonym, or `grant:…`
    camera: str
    purpose: str
    incident: str  # id of the incident, empty where it was for none


Key = tuple[str, str, str, str]  # who, camera, purpose, incident


class Looks:
    """Says when a look has to be written down again, and remembers the newest ones."""

    def __init__(self) -> None:
        self._noted: dict[Key, datetime] = {}
        self.newest: deque[Look] = deque(maxlen=MOST_SHOWN)

    def is_due(self, key: Key, now: datetime, *, is_coarse: bool = False) -> bool:
        """Tell whether the audit chain must hear of an image now."""
        noted = self._noted.get(key)
        return noted is None or now - noted >= (COARSE_EVERY if is_coarse else MINUTE)

    def is_new(self, key: Key, now: datetime) -> bool:
        """Tell whether the book must hear of it: a look that was not going on already."""
        noted = self._noted.get(key)
        return noted is None or now - noted >= NEW_LOOK

    def note(self, key: Key, now: datetime) -> None:
        """Remember that it stands in the chain."""
        self._noted[key] = now
        if len(self._noted) > MOST_NOTED:
            kept = sorted(self._noted.items(), key=lambda one: one[1])[MOST_NOTED // 2 :]
            self._noted = dict(kept)

    def take(self, entry: Entry, purpose: str) -> None:
        """List a look that the book tells of."""
        deed = entry.deed
        if not isinstance(deed, Looked | Opened):
            return
        who = entry.actor if isinstance(deed, Looked) else f"grant:{deed.grant}"
        incident = entry.subject if ":Incident:" in entry.subject else ""
        self.newest.appendleft(Look(entry.at, who, deed.camera, purpose, incident))
