"""Accounts: a pseudonym, a role, districts; the name is sealed, the password hashed."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from dalgu.access.actor import Actor, Role
from dalgu.access.secret import new_pseudonym
from dalgu.access.vault import Sealer
from dalgu.kernel.errors import AlreadyExisting, DalguError, InvalidInput, NotExisting
from dalgu.store.tables import Tables

ACCOUNTS = "access.account"
NAMES = "access.name"
IDENTITIES = "access.identity"
SHORTEST_NAME, LONGEST_NAME = 2, 64  # signs


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account as it is stored.

    `epoch` counts the changes that end all sessions: password, role, districts, disabling.
    """

    id: str
    role: Role
    districts: tuple[str, ...] = ()
    is_active: bool = True
    password_hash: str | None = None  # none: sign-in through an identity provider alone
    sealed_name: bytes
    epoch: int = 0
    created_at: datetime

    def actor(self) -> Actor:
        """Return the actor that a session of this account is."""
        return Actor(self.id, self.role, self.districts)


class NameInvalid(InvalidInput):
    """A sign-in name cannot be used."""

    slug = "name-invalid"
    title = "The name is invalid"

    def __init__(self) -> None:
        super().__init__(
            f"A sign-in name must be {SHORTEST_NAME} to {LONGEST_NAME} letters, digits or signs "
            "without spaces."
        )


class NameTaken(AlreadyExisting):
    """Another account has this sign-in name."""

    slug = "name-taken"
    title = "The name is taken"

    def __init__(self) -> None:
        super().__init__("An account of this name already exists; choose another name.")


class AccountNotExisting(NotExisting):
    """There is no account of this id."""

    slug = "account-not-existing"

    def __init__(self, account: str) -> None:
        super().__init__(f"Account '{account[:64]}' does not exist.", account=account[:64])


class LastAdministrator(DalguError):
    """The change would leave the platform without an administrator."""

    status = 409
    slug = "last-administrator"
    title = "This is the last administrator"

    def __init__(self, account: str) -> None:
        super().__init__(
            f"Account '{account}' is the last active administrator of all districts and stays "
            "one. Invite another administrator first.",
            account=account,
        )


class IdentityTaken(AlreadyExisting):
    """The provider's subject belongs to another account."""

    slug = "identity-taken"

    def __init__(self) -> None:
        super().__init__("This identity already belongs to another account.")


def normal_name(name: str) -> str:
    """Return a sign-in name as it is compared: one spelling, no case, no outer spaces.

    Raises
    ------
    NameInvalid
        When it is too short or long, or holds spaces or control signs.

    Examples
    --------
    >>> normal_name(" Mina.Kim ")
    'mina.kim'

    """
    plain = unicodedata.normalize("NFKC", name[: LONGEST_NAME * 4]).strip().casefold()
    plain = unicodedata.normalize("NFKC", plain)
    if not SHORTEST_NAME <= len(plain) <= LONGEST_NAME or " " in plain or not plain.isprintable():
        raise NameInvalid
    return plain


class Accounts:
    """Reads and writes accounts within the caller's transaction."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def create(
        self,
        tables: Tables,
        name: str,
        account: Account,
    ) -> Account:
        """Store a new account under a name; raise `NameInvalid` or `NameTaken`."""
        plain = normal_name(name)
        index = self._sealer.index(plain)
        if tables.records.get(NAMES, index) is not None:
            raise NameTaken
        named = replace(account, sealed_name=self._sealer.seal(plain.encode(), account.id))
        tables.records.put(NAMES, index, named.id.encode())
        self.put(tables, named)
        return named

    def named(self, tables: Tables, name: str) -> Account | None:
        """Return the account of a sign-in name, `None` when there is none."""
        try:
            index = self._sealer.index(normal_name(name))
        except NameInvalid:
            return None
        found = tables.records.get(NAMES, index)
        return None if found is None else account_of(tables, found.decode())

    def throttle_key(self, name: str) -> str:
        """Return the key under which failures of a name are counted; it does not tell it."""
        try:
            return "name:" + self._sealer.index(normal_name(name))
        except NameInvalid:
            return "name:invalid"

    def name_of(self, account: Account) -> str:
        """Open the sign-in name of an account."""
        return self._sealer.unseal(account.sealed_name, account.id).decode()

    def put(self, tables: Tables, account: Account) -> None:
        """Store an account in place of what it was."""
        tables.records.put(ACCOUNTS, account.id, msgspec.json.encode(account))

    def change(self, tables: Tables, account: Account) -> None:
        """Store a changed account and end its sessions.

        Raises
        ------
        LastAdministrator
            When no active administrator of all districts would be left.

        """
        self.put(tables, replace(account, epoch=account.epoch + 1))
        if not is_full_administrator(account) and not has_administrator(tables):
            raise LastAdministrator(account.id)

    def erase(self, tables: Tables, account: Account) -> None:
        """Remove an account with its name and its identities; no pseudonym comes again."""
        name = normal_name(self.name_of(account))
        tables.records.delete(NAMES, self._sealer.index(name))
        for key, owner in tables.records.all(IDENTITIES):
            if owner.decode() == account.id:
                tables.records.delete(IDENTITIES, key)
        tables.records.delete(ACCOUNTS, account.id)

    def link_identity(self, tables: Tables, identity_key: str, account: Account) -> None:
        """Let a provider's subject sign in to an account; raise `IdentityTaken`."""
        owner = tables.records.get(IDENTITIES, identity_key)
        if owner is not None and owner.decode() != account.id:
            raise IdentityTaken
        tables.records.put(IDENTITIES, identity_key, account.id.encode())

    def identified(self, tables: Tables, identity_key: str) -> Account | None:
        """Return the account of a provider's subject, `None` when there is none."""
        owner = tables.records.get(IDENTITIES, identity_key)
        return None if owner is None else account_of(tables, owner.decode())


def new_account(role: Role, districts: tuple[str, ...], at: datetime) -> Account:
    """Return an account with a fresh pseudonym, not stored and not named yet."""
    return Account(
        id=new_pseudonym("person"), role=role, districts=districts, sealed_name=b"", created_at=at
    )


def account_of(tables: Tables, account: str) -> Account | None:
    """Return an account, `None` when there is none of this id."""
    body = tables.records.get(ACCOUNTS, account)
    return None if body is None else msgspec.json.decode(body, type=Account)


def existing(tables: Tables, account: str) -> Account:
    """Return an account; raise `AccountNotExisting`."""
    found = account_of(tables, account)
    if found is None:
        raise AccountNotExisting(account)
    return found


def every(tables: Tables) -> Iterator[Account]:
    """Yield all accounts in the order of their ids."""
    for _, body in tables.records.all(ACCOUNTS):
        yield msgspec.json.decode(body, type=Account)


def has_administrator(tables: Tables) -> bool:
    """Tell whether an active administrator of all districts exists."""
    return any(is_full_administrator(account) for account in every(tables))


def is_full_administrator(account: Account) -> bool:
    """Tell whether an account can do everything everywhere."""
    return account.is_active and account.role is Role.ADMINISTRATOR and not account.districts
