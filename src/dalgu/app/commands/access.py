"""Makes tokens and accounts, and proves the audit chain."""

from collections.abc import Mapping
from datetime import timedelta

from dalgu.access.actor import CONSOLE, Role
from dalgu.access.tokens import Token
from dalgu.app.commands.opening import any_city, city
from dalgu.app.folder import Folder
from dalgu.hub.tenants import check_name
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.settings import Settings


class InvitationInvalid(InvalidInput):
    """A link is asked for an account that no person can have."""

    slug = "invitation-invalid"
    title = "The invitation is invalid"

    def __init__(self, role: Role, districts: tuple[str, ...], known: Mapping[str, str]) -> None:
        shown = ", ".join(f"{code} ({name})" for code, name in known.items())
        super().__init__(
            f"An account of role '{role}' for {', '.join(districts) or 'all districts'} is "
            f"invalid. Programs get a token from `dalgu tokens create`; the districts are {shown}.",
            role=role,
            districts=", ".join(districts),
        )


async def create_token(
    settings: Settings, name: str, role: Role, days: int, tenant: str = ""
) -> str:
    """Make an API token; its secret is seen this once."""
    if tenant:
        check_name(tenant)
    async with any_city(settings) as platform:
        issued = await platform.access.tokens.create(
            CONSOLE, name, role, lifetime=timedelta(days=days), tenant=tenant
        )
        return issued.secret


async def list_tokens(settings: Settings) -> list[Token]:
    """Return all tokens, without their secrets."""
    async with city(settings) as platform:
        return await platform.access.tokens.every(CONSOLE)


async def revoke_token(settings: Settings, token: str) -> None:
    """Make a token worthless."""
    async with city(settings) as platform:
        await platform.access.tokens.revoke(CONSOLE, token)


async def account_link(settings: Settings, role: Role, districts: tuple[str, ...] = ()) -> str:
    """Return the secret of a fresh one-time link that makes an account.

    Raises
    ------
    InvitationInvalid
        When the role is a program's, or the city has no such district.
    """
    async with any_city(settings) as platform:
        if role is Role.ADMINISTRATOR and not districts:
            return await platform.access.create_administrator_link()
        known = {district.code: district.name.say("en") for district in platform.city.districts}
        if role is Role.SERVICE or not known.keys() >= set(districts):
            raise InvitationInvalid(role, districts, known)
        return await platform.access.accounts.invite(CONSOLE, role, districts)


async def audit_fault(settings: Settings) -> int | None:
    """Return the number of the first tampered audit entry, `None` when the chain holds."""
    async with city(settings) as platform:
        return await platform.access.verify_audit()


def address_of(settings: Settings) -> str:
    """Return where people open the city: where it runs now, or where it would by its settings."""
    running = Folder(settings.data_path).address
    return settings.public_url or running or f"http://localhost:{settings.port}"
