"""One-time links: an invitation, or a way back in. They take the place of default passwords.

A link works once, for a while; only its hash is stored. Whoever opens it sets a password.
"""

from datetime import datetime, timedelta

import msgspec

from dalgu.access.actor import Role
from dalgu.access.secret import digest, is_same, locator, new_secret
from dalgu.kernel.errors import NotExisting
from dalgu.store.tables import Tables

LINKS = "access.link"
INVITATION_LIFETIME = timedelta(hours=72)
ADMINISTRATOR_LIFETIME = timedelta(hours=24)
RESET_LIFETIME = timedelta(hours=1)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a link opens: a new account, or the password of the account it names."""

    digest: str
    role: Role
    districts: tuple[str, ...] = ()
    account: str | None = None
    created_by: str
    expires_at: datetime


class LinkNotValid(NotExisting):
    """The link was used, has expired, or never was; which of these is not told."""

    slug = "link-not-valid"
    title = "The link is no longer valid"

    def __init__(self) -> None:
        super().__init__(
            "The link is no longer valid: it was used, has expired, or never existed. "
            "An administrator can make a new one."
        )


def new_link(
    role: Role, created_by: str, expires_at: datetime, districts: tuple[str, ...] = ()
) -> tuple[str, Link]:
    """Return a fresh secret and the link it opens, an invitation."""
    secret = new_secret()
    return secret, Link(
        digest=digest(secret),
        role=role,
        districts=districts,
        created_by=created_by,
        expires_at=expires_at,
    )


def put(tables: Tables, secret: str, link: Link) -> None:
    """Store a link under its secret's locator."""
    tables.records.put(LINKS, locator(secret), msgspec.json.encode(link))


def find(tables: Tables, secret: str, now: datetime) -> Link:
    """Return a valid link without using it; raise `LinkNotValid`."""
    body = tables.records.get(LINKS, locator(secret))
    if body is None:
        raise LinkNotValid
    link = msgspec.json.decode(body, type=Link)
    if not is_same(link.digest, digest(secret)) or now >= link.expires_at:
        raise LinkNotValid
    return link


def take(tables: Tables, secret: str, now: datetime) -> Link:
    """Return a valid link and use it up; raise `LinkNotValid`."""
    link = find(tables, secret, now)
    tables.records.delete(LINKS, locator(secret))
    return link


def revoke_of(tables: Tables, account: str) -> None:
    """Take back the unused links into an account, and those it made."""
    for key, body in tables.records.all(LINKS):
        link = msgspec.json.decode(body, type=Link)
        if account in {link.account, link.created_by}:
            tables.records.delete(LINKS, key)


def sweep(tables: Tables, now: datetime) -> int:
    """Remove links that have expired; return how many."""
    ended = [
        key
        for key, body in tables.records.all(LINKS)
        if now >= msgspec.json.decode(body, type=Link).expires_at
    ]
    return sum(tables.records.delete(LINKS, key) for key in ended)
