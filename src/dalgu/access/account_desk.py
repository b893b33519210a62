"""What administrators do with accounts: list, invite, change, disable, help back in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from dalgu.access import accounts, links
from dalgu.access.accounts import Account, AccountNotExisting, Accounts
from dalgu.access.actor import CONSOLE, SYSTEM, Actor, Role
from dalgu.access.gate import Deed, Gate
from dalgu.access.known import Known
from dalgu.access.oidc import Identity
from dalgu.access.policy import DistrictNotAllowed, Operation
from dalgu.store.tables import Tables


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as an administrator sees it."""

    id: str
    name: str
    role: Role
    districts: tuple[str, ...]
    is_active: bool
    has_password: bool
    created_at: datetime


class AccountDesk:
    """Each method asks the policy first and leaves an entry in the audit chain."""

    def __init__(self, gate: Gate, roster: Accounts, known: Known) -> None:
        self._store = gate.store
        self._clock = gate.clock
        self._gate = gate
        self._roster = roster
        self._known = known

    def has_administrator(self) -> bool:
        """Tell whether somebody can sign in and do everything."""
        return accounts.has_administrator(self._store.read())

    async def administrator_link(self) -> str:
        """Return the secret of a one-time link that makes an administrator.

        Whoever stands at the machine asks for it; the unused ones made there before end.
        """
        now = self._clock.now()
        secret, link = links.new_link(
            Role.ADMINISTRATOR, CONSOLE.id, now + links.ADMINISTRATOR_LIFETIME
        )

        def keep(tables: Tables) -> None:
            links.revoke_of(tables, CONSOLE.id)
            links.put(tables, secret, link)

        deed = Deed(CONSOLE, Operation.ACCOUNT_WRITE, "link:administrator")
        await self._gate.do(deed, keep)
        return secret

    async def every(self, actor: Actor) -> list[AccountView]:
        """Return all accounts of the actor's districts; their names are opened for it."""
        deed = Deed(actor, Operation.ACCOUNT_READ, "account/*", purpose="account list")
        found = await self._gate.do(deed, lambda tables: list(accounts.every(tables)))
        return [self._view(account) for account in found if _covers(actor, account.districts)]

    async def invite(self, actor: Actor, role: Role, districts: tuple[str, ...] = ()) -> str:
        """Return the secret of a one-time link that makes an account of this role."""
        await self._require(actor, "link:invitation", districts)
        expires_at = self._clock.now() + links.INVITATION_LIFETIME
        secret, link = links.new_link(role, actor.id, expires_at, districts)
        await self._gate.note(
            Deed(actor, Operation.ACCOUNT_WRITE, "link:invitation"),
            lambda tables: links.put(tables, secret, link),
            {"role": role, "districts": ",".join(districts)},
        )
        return secret

    async def citizen_link(self) -> str:
        """Return the secret of a one-time link that makes a citizen's account.

        Whoever asks to take part gets it at their own address: that is what it proves.
        """
        expires_at = self._clock.now() + links.INVITATION_LIFETIME
        secret, link = links.new_link(Role.CITIZEN, SYSTEM.id, expires_at)
        deed = Deed(SYSTEM, Operation.CITIZEN_VOUCH, "link:citizen")
        await self._gate.note(deed, lambda tables: links.put(tables, secret, link))
        return secret

    async def citizen_reset_link(self, account: str) -> str:
        """Return the secret of a one-time link by which a citizen gets a new password.

        It goes to the address that the account was made with; raise `AccountNotExisting`.
        """
        secret, link = links.new_link(
            Role.CITIZEN, SYSTEM.id, self._clock.now() + links.RESET_LIFETIME
        )

        def keep(tables: Tables) -> None:
            found = accounts.existing(tables, account)
            if found.role is not Role.CITIZEN or not found.is_active:
                raise AccountNotExisting(account)
            links.put(tables, secret, replace(link, account=found.id))

        deed = Deed(SYSTEM, Operation.CITIZEN_VOUCH, account)
        await self._gate.note(deed, keep, {"change": "reset link"})
        return secret

    async def erase(self, actor: Actor) -> None:
        """Remove a citizen's own account: name, password and sessions are gone for good."""

        def work(tables: Tables) -> None:
            found = accounts.existing(tables, actor.id)
            if found.role is not Role.CITIZEN:
                raise AccountNotExisting(actor.id)
            links.revoke_of(tables, found.id)
            self._roster.erase(tables, found)

        await self._gate.note(
            Deed(actor, Operation.ACCOUNT_SELF, actor.id), work, {"change": "erased"}
        )
        self._known.clear()

    async def reset_link(self, actor: Actor, account: str) -> str:
        """Return the secret of a one-time link by which an account gets a new password."""
        await self._require_over(actor, account)
        expires_at = self._clock.now() + links.RESET_LIFETIME
        secret, link = links.new_link(Role.VIEWER, actor.id, expires_at)

        def keep(tables: Tables) -> None:
            found = accounts.existing(tables, account)
            links.put(tables, secret, replace(link, account=found.id, role=found.role))

        await self._gate.note(
            Deed(actor, Operation.ACCOUNT_WRITE, account), keep, {"change": "reset link"}
        )
        return secret

    async def change(
        self,
        actor: Actor,
        account: str,
        *,
        role: Role | None = None,
        districts: tuple[str, ...] | None = None,
    ) -> None:
        """Give an account another role or other districts; its sessions end."""
        await self._require_over(actor, account)
        if districts is not None:
            await self._require(actor, account, districts)

        def changed(found: Account) -> Account:
            return replace(
                found,
                role=found.role if role is None else role,
                districts=found.districts if districts is None else districts,
            )

        facts = {"change": "rights", "role": role, "districts": _in_words(districts)}
        await self._change(actor, account, changed, facts)

    async def disable(self, actor: Actor, account: str) -> None:
        """Close an account: its sessions, its tokens and its unused links end at once."""
        await self._require_over(actor, account)
        await self._change(
            actor, account, lambda found: replace(found, is_active=False), {"change": "disabled"}
        )

    async def enable(self, actor: Actor, account: str) -> None:
        """Open a disabled account again; ended sessions stay ended."""
        await self._require_over(actor, account)
        await self._change(
            actor, account, lambda found: replace(found, is_active=True), {"change": "enabled"}
        )

    async def link_identity(self, actor: Actor, account: str, identity: Identity) -> None:
        """Let a subject of an identity provider sign in to an account."""
        await self._require_over(actor, account)
        await self._gate.note(
            Deed(actor, Operation.ACCOUNT_WRITE, account),
            lambda tables: self._roster.link_identity(
                tables, identity.key, accounts.existing(tables, account)
            ),
            {"change": "identity linked", "issuer": identity.issuer},
        )

    async def _change(
        self,
        actor: Actor,
        account: str,
        changed: Callable[[Account], Account],
        facts: dict[str, str | None],
    ) -> None:
        def work(tables: Tables) -> None:
            found = accounts.existing(tables, account)
            self._roster.change(tables, changed(found))
            links.revoke_of(tables, account)

        await self._gate.note(Deed(actor, Operation.ACCOUNT_WRITE, account), work, facts)
        self._known.clear()

    async def _require(self, actor: Actor, target: str, districts: tuple[str, ...]) -> None:
        """Require the right, over no more districts than the actor has."""
        await self._gate.require(Deed(actor, Operation.ACCOUNT_WRITE, target))
        if not _covers(actor, districts):
            raise DistrictNotAllowed(Operation.ACCOUNT_WRITE, _in_words(districts))

    async def _require_over(self, actor: Actor, account: str) -> None:
        await self._gate.require(Deed(actor, Operation.ACCOUNT_WRITE, account))
        found = accounts.account_of(self._store.read(), account)
        if found is None:
            raise AccountNotExisting(account)
        await self._require(actor, account, found.districts)

    def _view(self, account: Account) -> AccountView:
        return AccountView(
            id=account.id,
            name=self._roster.name_of(account),
            role=account.role,
            districts=account.districts,
            is_active=account.is_active,
            has_password=account.password_hash is not None,
            created_at=account.created_at,
        )


def _covers(actor: Actor, districts: tuple[str, ...]) -> bool:
    """Tell whether the actor may hand out these districts; none named means all of them."""
    return not actor.districts or (bool(districts) and set(districts) <= set(actor.districts))


def _in_words(districts: tuple[str, ...] | None) -> str | None:
    return None if districts is None else ", ".join(districts) or "all"
