"""Sessions: kept by the server, ended by idleness, by age, by sign-out or by a change of account.

Times are ASVS v5.0.0-7.3.1 and 7.3.2: both an idle and an absolute end, documented.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from dalgu.access.accounts import Account, account_of
from dalgu.access.actor import Actor
from dalgu.access.secret import bound_token, digest, is_same, locator, new_secret
from dalgu.store.tables import Tables

SESSIONS = "access.session"
SEEN_STEP = timedelta(minutes=1)  # how often "last seen" is written


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """When a session ends by itself."""

    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)  # a shift


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its holder knows it: the only time the secret is seen."""

    secret: str = field(repr=False)
    csrf_token: str = field(repr=False)
    actor: Actor
    expires_at: datetime


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A session as the platform keeps it."""

    digest: str
    account: str
    epoch: int  # of the account when the session began
    created_at: datetime
    seen_at: datetime

    def ends_at(self, limits: SessionLimits) -> datetime:
        """Return when it ends if it is not used again."""
        return min(self.seen_at + limits.idle, self.created_at + limits.absolute)


def begin(tables: Tables, account: Account, now: datetime, limits: SessionLimits) -> Session:
    """Store a new session of an account and return it with its secret."""
    secret = new_secret()
    stored = Stored(
        digest=digest(secret), account=account.id, epoch=account.epoch, created_at=now, seen_at=now
    )
    tables.records.put(SESSIONS, locator(secret), msgspec.json.encode(stored))
    return Session(secret, csrf_token(secret), account.actor(), now + limits.absolute)


def find(
    tables: Tables, secret: str, now: datetime, limits: SessionLimits
) -> tuple[Stored, Actor] | None:
    """Return a living session and its actor, `None` when there is none."""
    body = tables.records.get(SESSIONS, locator(secret))
    if body is None:
        return None
    stored = msgspec.json.decode(body, type=Stored)
    if not is_same(stored.digest, digest(secret)) or now >= stored.ends_at(limits):
        return None
    account = account_of(tables, stored.account)
    if account is None or not account.is_active or account.epoch != stored.epoch:
        return None
    return stored, account.actor()


def see(tables: Tables, secret: str, now: datetime) -> None:
    """Note that a session was used; one that has ended meanwhile stays ended."""
    body = tables.records.get(SESSIONS, locator(secret))
    if body is not None:
        stored = msgspec.json.decode(body, type=Stored)
        seen = replace(stored, seen_at=max(stored.seen_at, now))
        tables.records.put(SESSIONS, locator(secret), msgspec.json.encode(seen))


def end(tables: Tables, secret: str) -> bool:
    """End a session; return whether it was there."""
    return tables.records.delete(SESSIONS, locator(secret))


def sweep(tables: Tables, now: datetime, limits: SessionLimits) -> int:
    """Remove sessions that have ended; return how many."""
    ended = [
        key
        for key, body in tables.records.all(SESSIONS)
        if now >= msgspec.json.decode(body, type=Stored).ends_at(limits)
    ]
    return sum(tables.records.delete(SESSIONS, key) for key in ended)


def csrf_token(secret: str) -> str:
    """Return the anti-forgery token of a session: forms carry it, other sites cannot know it."""
    return bound_token(secret, "csrf")
