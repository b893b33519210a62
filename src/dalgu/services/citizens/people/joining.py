"""How somebody joins: an address, a link to it, an account; or another identity's word."""

from typing import TYPE_CHECKING

from dalgu.access.actor import Actor, Role
from dalgu.access.oidc import Attempt
from dalgu.access.provider_client import ProviderClient
from dalgu.access.secret import locator
from dalgu.access.sessions import Session
from dalgu.kernel.text import Language
from dalgu.service import Ground
from dalgu.services.citizens.people.addresses import plain_address
from dalgu.services.citizens.people.claims import said_of
from dalgu.services.citizens.people.deeds import Vouched
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.mail import Mail, Post
from dalgu.services.citizens.people.people import People, Person
from dalgu.services.citizens.people.refusals import AlreadyResident, ProviderMissing
from dalgu.web.language import phrase

if TYPE_CHECKING:
    import httpx2

RETURN = "/me/resident/return"


class Joining:
    """Sends links, redeems them, and asks an identity provider."""

    def __init__(
        self,
        ground: Ground,
        people: People,
        post: Post,
        *,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self._ground, self._people, self._post = ground, people, post
        self._transport = transport

    @property
    def has_provider(self) -> bool:
        """Whether an identity provider is set that may vouch for residents."""
        named = self._ground.settings.access
        return bool(named.oidc_issuer and named.oidc_client_id)

    async def invite(self, address: str, language: Language, home: str) -> None:
        """Send a one-time link to an address; the answer never tells whether it was known.

        An address that takes part already gets a link into its account.
        """
        plain = plain_address(address)
        account, desk = self._people.account_of(plain), self._ground.access.accounts
        if account is None:
            secret, about = await desk.citizen_link(), "join"
        else:
            secret, about = await desk.citizen_reset_link(account), "again"
        await self._people.addresses.keep(locator(secret), plain)
        body = phrase(
            language,
            f"people.mail.{about}",
            link=f"{home}/{language}/join/{secret}",
            city=self._ground.city.name.say(language),
        )
        await self._post.send(Mail(plain, phrase(language, f"people.mail.{about}_subject"), body))

    async def address_of(self, secret: str) -> str:
        """Return the address that a link went to, to be shown to who opened it."""
        self._ground.access.check_link(secret)
        return await self._people.addresses.open(locator(secret), "link opened") or ""

    async def redeem(self, secret: str, name: str, password: str) -> Session:
        """Make the account of a link, or give its account a new password; begin a session."""
        address = await self.address_of(secret)
        session = await self._ground.access.redeem_link(secret, name, password)
        if address and self._people.person(session.actor).level < Level.EMAIL:
            await self._people.join(session.actor, address)
            await self._people.addresses.keep(session.actor.id, address)
        await self._people.addresses.forget(locator(secret))
        return session

    def client(self) -> ProviderClient:
        """Return the identity provider; raise `ProviderMissing`."""
        named = self._ground.settings.access
        if not named.oidc_issuer or not named.oidc_client_id:
            raise ProviderMissing
        return ProviderClient(named.oidc_issuer, named.oidc_client_id, transport=self._transport)

    async def arrive(self, person: Person, attempt: Attempt, code: str) -> Person:
        """Let the provider vouch for who returned with a code.

        Raises
        ------
        ProviderUnreachable, ProviderInvalid, IdentityTokenInvalid
        ClaimMissing, DistrictUnknown, VoiceTaken, AlreadyResident

        """
        if person.level >= Level.RESIDENT:
            raise AlreadyResident
        client = self.client()
        provider = await client.provider()
        answer = await client.redeem(attempt, code)
        claims = self._ground.access.oidc.claims(
            answer.id_token, answer.keys, provider=provider, attempt=attempt
        )
        said = said_of(claims, provider.issuer, self._ground.settings, self._ground.city)
        vouched = Vouched(
            person.account, self._people.person_voice(said.person), "oidc", said.district,
            said.birth_year, said.sex, self._people.today,
        )  # fmt: skip
        return await self._people.vouch(Actor(person.account, Role.CITIZEN), vouched)
