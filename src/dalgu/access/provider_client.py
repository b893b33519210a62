"""The calls to an identity provider between departure and return: its description, the code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from dalgu.access.oidc import (
    Attempt,
    IdentityTokenInvalid,
    Provider,
    ProviderInvalid,
    discovery_address,
    provider_of,
    token_form,
)
from dalgu.kernel.errors import DalguError

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 10.0
LARGEST_ANSWER = 1_048_576  # bytes; key sets and descriptions take a few thousand


class ProviderUnreachable(DalguError):
    """The identity provider does not answer as it should."""

    status = 502
    slug = "identity-provider-unreachable"
    title = "The identity provider does not answer"

    def __init__(self, issuer: str, why: str) -> None:
        super().__init__(
            f"Identity provider '{issuer}' does not answer: {why}. Try again, or sign in with "
            "name and password.",
            issuer=issuer,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider gave for the code: a token to be judged, and the keys to judge it by."""

    id_token: str = field(repr=False)
    keys: Mapping[str, Sequence[Mapping[str, object]]] = field(repr=False)


class ProviderClient:
    """One identity provider over HTTP; `transport` takes another way than the network."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        *,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._transport = transport
        self._provider: Provider | None = None

    async def provider(self) -> Provider:
        """Return the provider as it describes itself, asked once and kept.

        Raises
        ------
        ProviderUnreachable, ProviderInvalid

        """
        if self._provider is None:
            document = await self._json("GET", discovery_address(self.issuer))
            if not isinstance(document, dict):
                raise ProviderInvalid(self.issuer, "its description is no JSON object")
            self._provider = provider_of(document, issuer=self.issuer, client_id=self.client_id)
        return self._provider

    async def redeem(self, attempt: Attempt, code: str) -> Answer:
        """Exchange the code that a browser brought back.

        The keys are fetched each time: sign-ins are rare, and providers change keys.

        Raises
        ------
        ProviderUnreachable, ProviderInvalid
        IdentityTokenInvalid
            When the provider gives no token for the code.

        """
        provider = await self.provider()
        form = token_form(provider, attempt, code)
        granted = await self._json("POST", provider.token_endpoint, form)
        token = granted.get("id_token") if isinstance(granted, dict) else None
        if not isinstance(token, str):
            raise IdentityTokenInvalid("the provider gave no token for the code")
        keys = await self._json("GET", provider.keys_address)
        if not isinstance(keys, dict) or not _is_key_list(keys.get("keys")):
            raise ProviderInvalid(self.issuer, "its key set is not one")
        return Answer(token, keys)

    async def _json(self, method: str, address: str, form: dict[str, str] | None = None) -> Any:
        import httpx2

        try:
            async with (
                httpx2.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client,
                client.stream(
                    method, address, data=form, headers={"Accept": "application/json"}
                ) as answer,
            ):
                body = await self._bounded(answer)
        except httpx2.HTTPError as reason:
            raise ProviderUnreachable(self.issuer, type(reason).__name__) from None
        # RFC 6749, 5.2: a refused code is 400, or 401 for an unknown client.
        if method == "POST" and answer.status_code in {400, 401}:
            raise IdentityTokenInvalid("the provider refused the code")
        if answer.status_code != 200:  # redirects too: they are not followed
            raise ProviderUnreachable(self.issuer, f"it answered {answer.status_code}")
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError:
            raise ProviderUnreachable(self.issuer, "its answer is no JSON") from None

    async def _bounded(self, answer: "httpx2.Response") -> bytes:
        body = bytearray()
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                raise ProviderUnreachable(self.issuer, "its answer is far too large")
        return bytes(body)


def _is_key_list(keys: object) -> bool:
    return isinstance(keys, list) and all(isinstance(key, dict) for key in keys)
