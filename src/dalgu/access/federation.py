"""Sign-in through an identity provider, as the pages use it: depart, return, session.

The attempt travels sealed in a cookie of the browser that departed. Nothing is stored for
browsers that never return, and whoever is lured to return with another's state has no cookie
that fits it.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from dalgu.access.oidc import (
    SCOPE,
    Attempt,
    Identity,
    IdentityTokenInvalid,
    Provider,
    claims_of,
    depart,
    identity_of,
)
from dalgu.access.secret import is_same
from dalgu.access.sessions import Session
from dalgu.access.vault import Sealer, VaultEntryUnreadable
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import Unauthenticated

COOKIE = "dalgu_departure"  # HttpOnly, SameSite=Lax, for as long as an attempt lives
PLACE = "oidc departure"
LONGEST_COOKIE = 4_096  # signs; what browsers keep


class IdentityUnknown(Unauthenticated):
    """The provider vouches for somebody who has no account here."""

    slug = "identity-unknown"
    title = "No account belongs to this identity"

    def __init__(self) -> None:
        super().__init__(
            "No active account belongs to this identity. An administrator can link it to one."
        )


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the cookie it must bring back."""

    address: str = field(repr=False)
    cookie: str = field(repr=False)


class Federation:
    """Departures and returns; the calls to the provider between them are the caller's."""

    def __init__(
        self, clock: Clock, sealer: Sealer, sign_in: Callable[[Identity], Awaitable[Session]]
    ) -> None:
        self._clock = clock
        self._sealer = sealer
        self._sign_in = sign_in

    def depart(self, provider: Provider, redirect_uri: str, scope: str = SCOPE) -> Departure:
        """Return where to send the browser and the cookie to give it."""
        address, attempt = depart(provider, redirect_uri, self._clock.now(), scope)
        sealed = self._sealer.seal(msgspec.json.encode(attempt), PLACE)
        return Departure(address, urlsafe_b64encode(sealed).decode())

    def attempt_of(self, cookie: str, state: str) -> Attempt:
        """Return the attempt that a returning browser departed with.

        Raises
        ------
        IdentityTokenInvalid
            When the cookie is not ours, is too old, or departed with another state.

        """
        try:
            sealed = urlsafe_b64decode(cookie[:LONGEST_COOKIE].encode("ascii"))
            attempt = msgspec.json.decode(self._sealer.unseal(sealed, PLACE), type=Attempt)
        except (binascii.Error, UnicodeEncodeError, VaultEntryUnreadable):
            raise IdentityTokenInvalid("this browser did not begin the sign-in") from None
        if not is_same(attempt.state, state):
            raise IdentityTokenInvalid("it belongs to another sign-in")
        if self._clock.now() >= attempt.expires_at:
            raise IdentityTokenInvalid("the sign-in was begun too long ago")
        return attempt

    async def arrive(
        self,
        id_token: str,
        keys: Mapping[str, Sequence[Mapping[str, object]]],
        *,
        provider: Provider,
        attempt: Attempt,
    ) -> Session:
        """Begin a session for whom the provider's ID token speaks of.

        Raises
        ------
        IdentityTokenInvalid
            When anything about the token does not hold.
        IdentityUnknown
            When no active account is linked to the identity.

        """
        identity = identity_of(
            id_token, keys, provider=provider, attempt=attempt, now=self._clock.now()
        )
        return await self._sign_in(identity)

    def claims(
        self,
        id_token: str,
        keys: Mapping[str, Sequence[Mapping[str, object]]],
        *,
        provider: Provider,
        attempt: Attempt,
    ) -> dict[str, object]:
        """Return what the provider says of who returned; raise `IdentityTokenInvalid`."""
        return claims_of(id_token, keys, provider=provider, attempt=attempt, now=self._clock.now())
