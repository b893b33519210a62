"""Grants of images: what each allows, and how entries of the book change it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.access.logbook import Entry
from dalgu.access.secret import digest, is_plausible, is_same, locator
from dalgu.center.cameras.deeds import Expired, Granted, Opened, Revoked
from dalgu.kernel.errors import DalguError, NotExisting


class Standing(StrEnum):
    """What a grant is worth now."""

    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"


class GrantNotExisting(NotExisting):
    """No grant has this number, or no link this secret."""

    slug = "camera-grant-not-existing"
    title = "The grant does not exist"

    def __init__(self, shown: str = "") -> None:
        which = f"Grant '{shown}'" if shown else "A grant of this link"
        super().__init__(f"{which} does not exist. The center can make a new one.", grant=shown)


class GrantOver(DalguError):
    """A grant was used after its end."""

    status = 410
    slug = "camera-grant-over"
    title = "The grant is over"

    def __init__(self, grant: str, standing: Standing) -> None:
        super().__init__(
            f"Grant '{grant}' is {standing}; its images are closed. The center can make a new one.",
            grant=grant,
            standing=standing,
        )


@dataclass(slots=True)
class Grant:
    """One grant as it stands."""

    id: str
    incident: str  # id of the incident's entity
    receiver: str
    desk: str
    purpose: str
    cameras: tuple[str, ...]
    since: datetime
    until: datetime
    granted_by: str
    digest: str
    standing: Standing = Standing.OPEN
    ended_at: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    opened: dict[str, datetime] = field(default_factory=dict)  # camera to its first look

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is open though its time is over."""
        return self.standing is Standing.OPEN and now >= self.until


class Shelf:
    """All grants, by number and by the digest of their secrets."""

    def __init__(self) -> None:
        self.all: dict[str, Grant] = {}
        self._by_locator: dict[str, str] = {}

    def get(self, grant: str) -> Grant:
        """Return a grant by its number; raise `GrantNotExisting`."""
        try:
            return self.all[grant]
        except KeyError:
            raise GrantNotExisting(grant[:40]) from None

    def by_secret(self, secret: str) -> Grant:
        """Return the grant that a link's secret opens; raise `GrantNotExisting`.

        Found by half of the digest and then compared as a whole in constant time: what is
        looked up says nothing about how much of a guess was right.
        """
        if is_plausible(secret):
            found = self.all.get(self._by_locator.get(locator(secret), ""))
            if found is not None and is_same(found.digest, digest(secret)):
                return found
        raise GrantNotExisting

    def next_id(self) -> str:
        """Return the number that the next grant gets."""
        return str(len(self.all) + 1)

    def open_ones(self) -> list[Grant]:
        """Return those that are open, oldest first."""
        return [one for one in self.all.values() if one.standing is Standing.OPEN]

    def past_ones(self) -> list[Grant]:
        """Return those that are over, newest first."""
        return [one for one in reversed(self.all.values()) if one.standing is not Standing.OPEN]

    def take(self, entry: Entry) -> None:
        """Change what an entry of the book says."""
        deed = entry.deed
        if isinstance(deed, Granted):
            self._keep(entry, deed)
        elif isinstance(deed, Opened):
            self.all[deed.grant].opened.setdefault(deed.camera, entry.at)
        elif isinstance(deed, Revoked | Expired):
            self._end(entry, deed)

    def _keep(self, entry: Entry, deed: Granted) -> None:
        self.all[deed.grant] = Grant(
            id=deed.grant,
            incident=entry.subject,
            receiver=deed.receiver,
            desk=deed.desk,
            purpose=deed.purpose,
            cameras=deed.cameras,
            since=entry.at,
            until=deed.until,
            granted_by=entry.actor,
            digest=deed.digest,
        )
        self._by_locator[deed.digest[: len(locator(""))]] = deed.grant

    def _end(self, entry: Entry, deed: Revoked | Expired) -> None:
        grant = self.all[deed.grant]
        grant.standing = Standing.REVOKED if isinstance(deed, Revoked) else Standing.EXPIRED
        grant.ended_at, grant.ended_by, grant.reason = entry.at, entry.actor, deed.reason
