"""Sign-in through an identity provider: OpenID Connect Core 1.0, code flow with PKCE.

Everything here is pure: it builds the address to send the browser to, the form to send to
the token endpoint, and judges the answer. Who calls does the HTTP. A provider's subject is
known only as (issuer, subject); which account that is, the platform decides.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import msgspec

from dalgu.access.secret import is_same, new_secret
from dalgu.kernel.errors import InvalidInput, PartNotInstalled, Unauthenticated

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

SCOPE = "openid"  # no profile, no e-mail: the platform asks for no names
ATTEMPT_LIFETIME = timedelta(minutes=10)
LEEWAY_S = 60  # clocks of two houses differ
LONGEST_ID_TOKEN = 16_384  # signs
# Signatures by a private key alone: `none` and shared secrets (HS*) never count (RFC 8725, 3.1).
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA")


class ProviderInvalid(InvalidInput):
    """What an identity provider publishes about itself cannot be used."""

    slug = "identity-provider-invalid"
    title = "The identity provider is invalid"

    def __init__(self, issuer: str, why: str) -> None:
        super().__init__(f"Identity provider '{issuer}' cannot be used: {why}.", issuer=issuer)


class IdentityTokenInvalid(Unauthenticated):
    """The identity provider's answer does not hold."""

    slug = "identity-token-invalid"
    title = "The identity provider's answer does not hold"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The identity provider's answer does not hold: {why}. Start the sign-in again."
        )


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider and our registration with it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    keys_address: str  # jwks_uri
    client_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is: unique as a pair, meaningless to others."""

    issuer: str
    subject: str

    @property
    def key(self) -> str:
        """The name under which the pair is stored; the subject cannot be read from it."""
        return sha256(f"{self.issuer}\0{self.subject}".encode()).hexdigest()


class Attempt(msgspec.Struct, frozen=True):
    """One sign-in that has been sent to the provider and has not come back.

    It is secret: it travels sealed, in a cookie of the browser that departed.
    """

    issuer: str
    state: str
    nonce: str
    code_verifier: str
    redirect_uri: str
    expires_at: datetime


def discovery_address(issuer: str) -> str:
    """Return where a provider describes itself (OpenID Connect Discovery 1.0, 4).

    >>> discovery_address("https://id.example.org/realms/city/")
    'https://id.example.org/realms/city/.well-known/openid-configuration'
    """
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def provider_of(document: Mapping[str, object], *, issuer: str, client_id: str) -> Provider:
    """Return the provider that a discovery document describes.

    Raises
    ------
    ProviderInvalid
        When the document speaks of another issuer, lacks an endpoint, or names one that is
        neither TLS nor this machine.

    """
    if document.get("issuer") != issuer:  # Discovery 1.0, 4.3: must be identical
        raise ProviderInvalid(issuer, "its description names another issuer")
    methods = document.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise ProviderInvalid(issuer, "it does not support PKCE with S256")
    return Provider(
        issuer=issuer,
        authorization_endpoint=_endpoint(document, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(document, "token_endpoint", issuer),
        keys_address=_endpoint(document, "jwks_uri", issuer),
        client_id=client_id,
    )


def depart(
    provider: Provider, redirect_uri: str, now: datetime, scope: str = SCOPE
) -> tuple[str, Attempt]:
    """Return the address to send the browser to, and what must be kept until it returns."""
    attempt = Attempt(
        issuer=provider.issuer,
        state=new_secret(),
        nonce=new_secret(),
        code_verifier=new_secret(),
        redirect_uri=redirect_uri,
        expires_at=now + ATTEMPT_LIFETIME,
    )
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": code_challenge(attempt.code_verifier),
        "code_challenge_method": "S256",
    }
    mark = "&" if urlsplit(provider.authorization_endpoint).query else "?"
    return provider.authorization_endpoint + mark + urlencode(parameters), attempt


def code_challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2).

    The example is the one of RFC 7636, appendix B.

    >>> code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    hashed = sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode("ascii")


def token_form(provider: Provider, attempt: Attempt, code: str) -> dict[str, str]:
    """Return the form to post to the token endpoint (Core 1.0, 3.1.3.1)."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": attempt.redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": attempt.code_verifier,
    }


def identity_of(
    id_token: str,
    keys: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    provider: Provider,
    attempt: Attempt,
    now: datetime,
) -> Identity:
    """Return whom an ID token speaks of, once everything about it holds; see `claims_of`."""
    claims = claims_of(id_token, keys, provider=provider, attempt=attempt, now=now)
    return Identity(provider.issuer, str(claims["sub"]))


def claims_of(
    id_token: str,
    keys: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    provider: Provider,
    attempt: Attempt,
    now: datetime,
) -> dict[str, object]:
    """Return what an ID token says of somebody, once everything about it holds.

    Parameters
    ----------
    id_token
        The compact JWT of the token endpoint's answer.
    keys
        The provider's JSON Web Key Set, fetched from `keys_address`.
    provider, attempt
        Whom we asked, and what we asked.
    now
        The present instant, UTC.

    Raises
    ------
    IdentityTokenInvalid
        When the signature, issuer, audience, nonce, age or subject does not hold
        (Core 1.0, 3.1.3.7). The sentence repeats nothing of the token.

    """
    if attempt.issuer != provider.issuer or now >= attempt.expires_at:
        raise IdentityTokenInvalid("the sign-in was begun elsewhere or too long ago")
    claims = _verified_claims(id_token, keys, provider, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not is_same(nonce, attempt.nonce):
        raise IdentityTokenInvalid("it answers another sign-in")
    audience = claims["aud"]
    azp = claims.get("azp")
    if isinstance(audience, list) and len(audience) > 1 and azp is None:
        raise IdentityTokenInvalid("it names several audiences and no authorized party")
    if azp is not None and azp != provider.client_id:
        raise IdentityTokenInvalid("it was made for another client")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # Core 1.0, 2
        raise IdentityTokenInvalid("it names nobody")
    return claims


def _verified_claims(
    id_token: str,
    keys: Mapping[str, Sequence[Mapping[str, object]]],
    provider: Provider,
    now: datetime,
) -> dict[str, object]:
    if len(id_token) > LONGEST_ID_TOKEN:
        raise IdentityTokenInvalid("it is far too long")
    try:
        from joserfc import jwt
        from joserfc.errors import JoseError
    except ImportError as missing:
        raise PartNotInstalled(
            "Sign-in through an identity provider is not installed: pip install 'dalgu[oidc]'."
        ) from missing
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
    try:
        token = jwt.decode(id_token, _key_set(keys), algorithms=list(ALGORITHMS))
        rules.validate(token.claims)
    except (JoseError, ValueError, TypeError, KeyError) as reason:
        # The library's sentence may quote the token's claims: only its kind is told.
        raise IdentityTokenInvalid(f"{type(reason).__name__} was found") from None
    return dict(token.claims)


def _key_set(keys: Mapping[str, Sequence[Mapping[str, object]]]) -> "KeySet":
    from joserfc.jwk import KeySet

    asymmetric = [key for key in keys["keys"] if key.get("kty") in {"RSA", "EC", "OKP"}]
    return KeySet.import_key_set({"keys": asymmetric})  # type: ignore[typeddict-item]


def _endpoint(document: Mapping[str, object], name: str, issuer: str) -> str:
    address = document.get(name)
    if not isinstance(address, str):
        raise ProviderInvalid(issuer, f"its description has no '{name}'")
    parts = urlsplit(address)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ProviderInvalid(issuer, f"its '{name}' is not reached over TLS")
    return address
