"""API tokens: shown once, stored as a hash, with a role, districts, a name and an end."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec
from msgspec.structs import replace

from dalgu.access.accounts import account_of
from dalgu.access.actor import CONSOLE, Actor, Kind, Role
from dalgu.access.secret import digest, is_same, locator
from dalgu.kernel.errors import InvalidInput, NotExisting
from dalgu.store.tables import Tables

TOKENS = "access.token"
PREFIX = "dalgu_"  # lets secret scanners and people recognise a leaked one
LONGEST_NAME = 80  # signs
LONGEST_LIFETIME = timedelta(days=366)
LIFETIME = timedelta(days=90)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as the platform keeps it; `id` may be shown and opens nothing."""

    id: str
    digest: str
    name: str  # of the program that uses it, not of a person
    role: Role
    districts: tuple[str, ...] = ()
    tenant: str = ""  # of the hub; the city's own has no name
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None = None  # the day is enough to find the unused ones

    def actor(self) -> Actor:
        """Return the actor that a bearer of this token is."""
        return Actor(f"token:{self.id}", self.role, self.districts, Kind.TOKEN, self.tenant)


class TokenNotExisting(NotExisting):
    """There is no token of this id."""

    slug = "token-not-existing"

    def __init__(self, token: str) -> None:
        super().__init__(f"API token '{token[:64]}' does not exist.", token=token[:64])


class TokenTermsInvalid(InvalidInput):
    """A token cannot be made with this name or lifetime."""

    slug = "token-terms-invalid"
    title = "The token's terms are invalid"

    def __init__(self) -> None:
        super().__init__(
            f"An API token must have a name of 1 to {LONGEST_NAME} signs and a lifetime of more "
            f"than nothing and at most {LONGEST_LIFETIME.days} days.",
            longest_name=LONGEST_NAME,
            longest_days=LONGEST_LIFETIME.days,
        )


def check_terms(name: str, lifetime: timedelta) -> None:
    """Refuse a name or lifetime that no token may have."""
    if not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise TokenTermsInvalid
    if not timedelta() < lifetime <= LONGEST_LIFETIME:
        raise TokenTermsInvalid


def put(tables: Tables, token: Token) -> None:
    """Store a token."""
    tables.records.put(TOKENS, token.id, msgspec.json.encode(token))


def find(tables: Tables, secret: str, now: datetime) -> Token | None:
    """Return the living token of a secret, `None` when there is none.

    A token lives no longer than the right of the account that made it: it ends when that is
    disabled or is no administrator any more. What was made at the machine stands by itself.
    """
    body = tables.records.get(TOKENS, locator(secret))
    if body is None:
        return None
    token = msgspec.json.decode(body, type=Token)
    if not is_same(token.digest, digest(secret)) or now >= token.expires_at:
        return None
    return token if _maker_stands(tables, token) else None


def _maker_stands(tables: Tables, token: Token) -> bool:
    if token.created_by == CONSOLE.id:
        return True
    maker = account_of(tables, token.created_by)
    return maker is not None and maker.is_active and maker.role is Role.ADMINISTRATOR


def use(tables: Tables, token: str, day: date) -> None:
    """Note the day of use; a token that was revoked meanwhile stays revoked."""
    body = tables.records.get(TOKENS, token)
    if body is not None:
        used = replace(msgspec.json.decode(body, type=Token), last_used_on=day)
        put(tables, used)


def every(tables: Tables) -> Iterator[Token]:
    """Yield all tokens, expired ones too, until they are revoked."""
    for _, body in tables.records.all(TOKENS):
        yield msgspec.json.decode(body, type=Token)


def revoke(tables: Tables, token: str) -> None:
    """Remove a token; raise `TokenNotExisting`."""
    if not tables.records.delete(TOKENS, token):
        raise TokenNotExisting(token)
