"""The facade: who is this, may they, and write it down.

Give it the wall clock (`SystemClock`), also where the city's own clock runs fast: a person's
session and a token's end belong to the person's day, not to the simulated one.
"""

import hmac
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from dalgu.access import sessions, tokens
from dalgu.access.account_desk import AccountDesk
from dalgu.access.accounts import Accounts
from dalgu.access.actor import ANONYMOUS, Actor, Kind
from dalgu.access.audit import AuditChain, AuditEntry, AuditHead, Fact, Outcome, stored_head
from dalgu.access.credentials import Credential
from dalgu.access.entrance import Entrance
from dalgu.access.federation import Federation
from dalgu.access.gate import Deed, Gate
from dalgu.access.keys import KeyFileUnfit, Keys, create_keys, read_keys
from dalgu.access.known import Known, known_as
from dalgu.access.policy import Operation
from dalgu.access.seals import SealedBook
from dalgu.access.secret import is_plausible, is_same
from dalgu.access.sessions import SEEN_STEP, Session, SessionLimits
from dalgu.access.token_desk import TokenDesk
from dalgu.access.vault import Sealer, Vault
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import Overloaded, Unauthenticated
from dalgu.store.errors import StoreFailed
from dalgu.store.sqlite import Store


class TokenInvalid(Unauthenticated):
    """An API token was shown that does not hold."""

    slug = "token-invalid"
    title = "The API token is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The API token is invalid: it has expired, was revoked, or never existed. "
            "An administrator can make a new one."
        )


class Access:
    """Accounts, sessions, tokens, vault and audit chain of one platform.

    Parameters
    ----------
    store
        Where everything is kept.
    clock
        The wall clock.
    key_file
        The key beside the database; it is created at the very first start, with mode 0600.
        Back it up apart from the database: without it the vault stays shut.
    limits
        When sessions end by themselves.

    Raises
    ------
    KeyFileUnfit
        When the key file is gone, readable by others, or belongs to another database.

    """

    def __init__(
        self, store: Store, clock: Clock, *, key_file: Path, limits: SessionLimits | None = None
    ) -> None:
        keys = _keys_of(store, key_file)
        sealer = Sealer(keys)
        self.limits = limits or SessionLimits()
        self._store = store
        self._clock = clock
        self._keys = keys
        self._chain = AuditChain(keys)
        self._known = Known()
        self._gate = Gate(store, clock, self._chain)
        roster = Accounts(sealer)
        self._entrance = Entrance(self._gate, roster, self._known, self.limits)
        self.vault = Vault(sealer, self._gate)
        self.accounts = AccountDesk(self._gate, roster, self._known)
        self.tokens = TokenDesk(self._gate, self._known)
        self.oidc = Federation(clock, sealer, self._entrance.sign_in_identified)

    def book(self, ledger: str) -> SealedBook:
        """Return a sealed book with a key of its own, for another part's log."""
        return SealedBook.named(self._keys, ledger)

    def keyed(self, purpose: str) -> Callable[[str], str]:
        """Return a keyed hash of a purpose of its own, 32 hexadecimal digits.

        The same text gives the same hash for ever, nobody without the key file can compute it,
        and hashes of different purposes cannot be told to be of the same text.
        """
        key = hmac.new(self._keys.audit, f"keyed {purpose}".encode(), sha256).digest()
        return lambda text: hmac.new(key, text.encode(), sha256).hexdigest()[:32]

    # -- who is this ----------------------------------------------------------------------

    async def actor_of(self, credential: Credential | None) -> Actor:
        """Return who shows a credential: `ANONYMOUS` without one or with an ended session.

        Raises
        ------
        TokenInvalid
            When an API token is shown that does not hold: a program should learn of it.

        """
        if credential is None:
            return ANONYMOUS
        if credential.kind == "session":
            return await self.actor_of_session(credential.secret) or ANONYMOUS
        actor = await self.actor_of_token(credential.secret)
        if actor is None:
            raise TokenInvalid
        return actor

    async def actor_of_session(self, secret: str) -> Actor | None:
        """Return the person of a living session, `None` when there is none."""
        if not is_plausible(secret):
            return None
        now, key = self._clock.now(), known_as(Kind.PERSON, secret)
        known = self._known.get(key, now)
        if known is not None:
            return known
        found = sessions.find(self._store.read(), secret, now, self.limits)
        if found is None:
            return None
        stored, actor = found
        self._known.keep(key, actor, now, stored.ends_at(self.limits))
        if now - stored.seen_at >= min(SEEN_STEP, self.limits.idle / 10):
            with suppress(Overloaded, StoreFailed):  # reading goes on when writing cannot
                await self._store.write(lambda tables: sessions.see(tables, secret, now))
        return actor

    async def actor_of_token(self, secret: str) -> Actor | None:
        """Return the bearer of a living API token, `None` when there is none."""
        if not is_plausible(secret):
            return None
        now, key = self._clock.now(), known_as(Kind.TOKEN, secret)
        known = self._known.get(key, now)
        if known is not None:
            return known
        token = tokens.find(self._store.read(), secret, now)
        if token is None:
            return None
        actor, token_id, today = token.actor(), token.id, now.date()
        self._known.keep(key, actor, now, token.expires_at)
        if token.last_used_on != today:
            with suppress(Overloaded, StoreFailed):  # reading goes on when writing cannot
                await self._store.write(lambda tables: tokens.use(tables, token_id, today))
        return actor

    def csrf_token(self, session_secret: str) -> str:
        """Return the anti-forgery token that the forms of a session carry."""
        return sessions.csrf_token(session_secret)

    def csrf_holds(self, session_secret: str, token: str) -> bool:
        """Tell whether a form's anti-forgery token belongs to the session."""
        return is_same(sessions.csrf_token(session_secret), token)

    # -- sign in and out ------------------------------------------------------------------

    async def sign_in(
        self, name: str, password: str, *, remote: str, previous: str | None = None
    ) -> Session:
        """Begin a session with name and password; see `Entrance.sign_in`."""
        return await self._entrance.sign_in(name, password, remote=remote, previous=previous)

    async def change_password(self, actor: Actor, old: str, new: str, *, remote: str) -> Session:
        """Set another password; all sessions of the account end and a new one begins."""
        return await self._entrance.change_password(actor, old, new, remote=remote)

    async def sign_out(self, secret: str) -> None:
        """End a session; harmless when it has ended already."""
        actor = await self.actor_of_session(secret)
        if actor is None:
            return
        deed = Deed(actor, Operation.SESSION_CLOSE, actor.id)
        await self._gate.note(deed, lambda tables: sessions.end(tables, secret))
        self._known.forget(known_as(Kind.PERSON, secret))

    # -- one-time links -------------------------------------------------------------------

    def needs_administrator(self) -> bool:
        """Tell whether nobody can administrate yet: then print a link, not a password."""
        return not self.accounts.has_administrator()

    async def create_administrator_link(self) -> str:
        """Return the secret of a one-time link that makes an administrator.

        Only for whoever stands at the machine: at the first start, or on request there.
        """
        return await self.accounts.administrator_link()

    def check_link(self, secret: str) -> None:
        """Return when a link is valid, without using it; raise `LinkNotValid`."""
        self._entrance.check_link(secret)

    async def redeem_link(self, secret: str, name: str, password: str) -> Session:
        """Use a link up: make its account, or set the password of the account it names."""
        return await self._entrance.redeem_link(secret, name, password)

    # -- may they, and write it down ------------------------------------------------------

    async def require(
        self,
        actor: Actor,
        operation: str,
        target: str = "",
        *,
        district: str | None = None,
        tenant: str = "",
    ) -> None:
        """Return when the actor may; refuse otherwise, and write the refusal down.

        Raises
        ------
        SignInRequired, OperationNotAllowed, DistrictNotAllowed, TenantNotAllowed

        """
        await self._gate.require(Deed(actor, operation, target, district, tenant=tenant))

    async def audit(
        self,
        actor: Actor,
        operation: str,
        target: str,
        outcome: Outcome = Outcome.DONE,
        **facts: Fact,
    ) -> None:
        """Write in the audit chain; durable at return. `purpose=` becomes the purpose.

        Targets and facts are ids and pseudonyms, never names, passwords or tokens.
        """
        purpose = str(facts.pop("purpose", "") or "")
        await self._gate.record(Deed(actor, operation, target, purpose=purpose), outcome, facts)

    async def audit_entries(
        self, actor: Actor, *, after: int = 0, limit: int = 100
    ) -> list[tuple[int, AuditEntry]]:
        """Return numbered entries, oldest first; reading them is itself written down."""
        deed = Deed(actor, Operation.AUDIT_READ, "audit/*")
        return await self._gate.do(
            deed, lambda tables: self._chain.entries(tables, after=after, limit=limit)
        )

    async def verify_audit(self) -> int | None:
        """Return the number of the first tampered entry, `None` when the chain holds."""
        return await self._store.scan(self._chain.verify)

    def audit_head(self) -> AuditHead | None:
        """Return the newest entry's number and digest, to be kept outside this machine."""
        return stored_head(self._store.read())

    # -- inside ---------------------------------------------------------------------------


def _keys_of(store: Store, key_file: Path) -> Keys:
    """Return the keys that belong to the store, or make them at its very first start."""
    head = stored_head(store.read())
    if head is None and not key_file.exists():
        return create_keys(key_file)
    keys = read_keys(key_file)
    if head is not None and head.key != keys.fingerprint:
        raise KeyFileUnfit(
            key_file, "belongs to another database; restore the one kept with this database."
        )
    return keys
