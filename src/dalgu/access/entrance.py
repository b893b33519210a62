"""The entrance: how a session begins, by password, by one-time link, by identity provider."""

from datetime import timedelta

from msgspec.structs import replace

from dalgu.access import accounts, links, sessions
from dalgu.access.accounts import Account, Accounts, normal_name
from dalgu.access.actor import ANONYMOUS, Actor, Kind
from dalgu.access.audit import Fact, Outcome
from dalgu.access.federation import IdentityUnknown
from dalgu.access.gate import Deed, Gate
from dalgu.access.known import Known, known_as
from dalgu.access.oidc import Identity
from dalgu.access.passwords import Passwords, check_strength
from dalgu.access.policy import Operation
from dalgu.access.secret import is_plausible
from dalgu.access.sessions import Session, SessionLimits
from dalgu.access.throttle import Patience, Throttle, address_key
from dalgu.kernel.errors import Forbidden, Overloaded, Unauthenticated
from dalgu.store.tables import Tables

SWEEP_EVERY = timedelta(hours=1)
UNKNOWN_ACCOUNT = "account:unknown"


class CredentialsInvalid(Unauthenticated):
    """Name and password do not belong together; which of them is wrong is not told."""

    slug = "credentials-invalid"
    title = "Sign-in failed"

    def __init__(self) -> None:
        super().__init__("The name or the password is invalid.")


class PasswordNotOwn(Forbidden):
    """Tokens and anonymous actors have no password."""

    slug = "password-not-own"

    def __init__(self) -> None:
        super().__init__("Only a person who has signed in has a password to change.")


class Entrance:
    """Begins sessions; counts failures; leaves each success and failure in the audit chain."""

    def __init__(
        self,
        gate: Gate,
        roster: Accounts,
        known: Known,
        limits: SessionLimits,
    ) -> None:
        self._store = gate.store
        self._clock = gate.clock
        self._gate = gate
        self._roster = roster
        self._known = known
        self._limits = limits
        self._throttle = Throttle()
        self._passwords = Passwords()
        self._sweep_due = gate.clock.now()

    async def sign_in(
        self, name: str, password: str, *, remote: str, previous: str | None = None
    ) -> Session:
        """Begin a session with name and password.

        Parameters
        ----------
        name, password
            As typed.
        remote
            The peer's address; failures are counted by it and by name.
        previous
            The secret of the session the browser showed; it ends, so that ids rotate.

        Raises
        ------
        CredentialsInvalid
            For a wrong password, an unknown name and a disabled account alike, after the
            same work.
        TooManySignIns, Overloaded

        """
        account = await self._known_by_password(name, password, remote)
        if account is None:
            raise CredentialsInvalid
        fresh = await self._rehashed(account, password)

        def begin(tables: Tables) -> Session:
            present = accounts.account_of(tables, account.id)
            if present is None or not present.is_active or present.epoch != account.epoch:
                raise CredentialsInvalid  # it changed while the password was checked
            if fresh is not None:
                self._roster.put(tables, replace(present, password_hash=fresh))
            return self._begin(tables, present, previous)

        deed = Deed(account.actor(), Operation.SESSION_OPEN, account.id)
        session = await self._gate.note(deed, begin, {"by": "password"})
        if previous is not None:
            self._known.forget(known_as(Kind.PERSON, previous))
        return session

    async def change_password(self, actor: Actor, old: str, new: str, *, remote: str) -> Session:
        """Set another password; all sessions of the account end and a new one begins.

        Raises
        ------
        CredentialsInvalid
            When the old password does not fit.
        PasswordTooShort, PasswordTooLong, PasswordTooSimple

        """
        own = accounts.account_of(self._store.read(), actor.id)
        if actor.kind is not Kind.PERSON or own is None:
            raise PasswordNotOwn
        name = self._roster.name_of(own)
        check_strength(new, name)
        account = await self._known_by_password(name, old, remote)
        if account is None:
            raise CredentialsInvalid
        return await self._set_password(account, new)

    def check_link(self, secret: str) -> None:
        """Return when a link is valid, without using it; raise `LinkNotValid`."""
        self._valid_link(secret)

    async def redeem_link(self, secret: str, name: str, password: str) -> Session:
        """Use a link up: make its account, or set the password of the account it names.

        Raises
        ------
        LinkNotValid
            When it was used, has expired or never was.
        NameInvalid, NameTaken, PasswordTooShort, PasswordTooLong, PasswordTooSimple
            The link stays valid.
        CredentialsInvalid
            When the link is into another account than the one named.

        """
        self._valid_link(secret)
        check_strength(password, normal_name(name))
        hashed = await self._passwords.hash(password)

        def redeem(tables: Tables) -> Session:
            now = self._clock.now()
            link = links.take(tables, secret, now)
            account = self._redeemed(tables, link, name, hashed)
            deed = Deed(account.actor(), Operation.SESSION_OPEN, account.id)
            facts: dict[str, Fact] = {"by": "link", "made_by": link.created_by}
            self._gate.append(tables, deed, Outcome.DONE, facts)
            return self._begin(tables, account, None)

        session = await self._store.write(redeem)
        self._known.clear()
        return session

    async def sign_in_identified(self, identity: Identity) -> Session:
        """Begin a session of the account linked to an identity; raise `IdentityUnknown`."""

        def begin(tables: Tables) -> Session:
            account = self._roster.identified(tables, identity.key)
            if account is None or not account.is_active:
                raise IdentityUnknown
            deed = Deed(account.actor(), Operation.SESSION_OPEN, account.id)
            facts: dict[str, Fact] = {"by": "identity provider", "issuer": identity.issuer}
            self._gate.append(tables, deed, Outcome.DONE, facts)
            return self._begin(tables, account, None)

        return await self._store.write(begin)

    async def _known_by_password(self, name: str, password: str, remote: str) -> Account | None:
        """Return the account whose name and password fit, `None` when they do not."""
        name_key, remote_key = self._roster.throttle_key(name), address_key(remote)
        self._throttle.attempt(
            [(name_key, Patience.NAME), (remote_key, Patience.ADDRESS)], self._clock.now()
        )
        account = self._roster.named(self._store.read(), name)
        stored = account.password_hash if account is not None and account.is_active else None
        try:
            fits = await self._passwords.verify(stored, password)
        except Overloaded:
            self._throttle.withdraw([name_key, remote_key])
            raise
        if fits and account is not None:
            self._throttle.forgive(name_key)
            self._throttle.withdraw([remote_key])
            return account
        target = UNKNOWN_ACCOUNT if account is None else account.id
        await self._gate.record(
            Deed(ANONYMOUS, Operation.SESSION_OPEN, target),
            Outcome.REFUSED,
            {"from": remote_key},
        )
        return None

    async def _rehashed(self, account: Account, password: str) -> str | None:
        """Return a hash with today's parameters when the stored one is older."""
        stored = account.password_hash
        if stored is None or not self._passwords.needs_rehash(stored):
            return None
        return await self._passwords.hash(password)

    async def _set_password(self, account: Account, password: str) -> Session:
        hashed = await self._passwords.hash(password)

        def change(tables: Tables) -> Session:
            present = accounts.existing(tables, account.id)
            if present.epoch != account.epoch:
                raise CredentialsInvalid
            self._roster.change(tables, replace(present, password_hash=hashed))
            return self._begin(tables, accounts.existing(tables, account.id), None)

        deed = Deed(account.actor(), Operation.ACCOUNT_SELF, account.id)
        session = await self._gate.note(deed, change, {"change": "password"})
        self._known.clear()
        return session

    def _redeemed(self, tables: Tables, link: links.Link, name: str, hashed: str) -> Account:
        if link.account is None:
            made = accounts.new_account(link.role, link.districts, self._clock.now())
            return self._roster.create(tables, name, replace(made, password_hash=hashed))
        owner = self._roster.named(tables, name)
        if owner is None or owner.id != link.account or not owner.is_active:
            raise CredentialsInvalid
        self._roster.change(tables, replace(owner, password_hash=hashed))
        return accounts.existing(tables, owner.id)

    def _begin(self, tables: Tables, account: Account, previous: str | None) -> Session:
        now = self._clock.now()
        if now >= self._sweep_due:
            sessions.sweep(tables, now, self._limits)
            links.sweep(tables, now)
            self._sweep_due = now + SWEEP_EVERY
        if previous is not None and is_plausible(previous):
            sessions.end(tables, previous)
        return sessions.begin(tables, account, now, self._limits)

    def _valid_link(self, secret: str) -> None:
        if not is_plausible(secret):
            raise links.LinkNotValid
        links.find(self._store.read(), secret, self._clock.now())
