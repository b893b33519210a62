"""A small provider stands in for those that cannot run here, in process, over ASGI."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwk, jwt

from dalgu.access.actor import Role
from dalgu.access.oidc import Identity, IdentityTokenInvalid, ProviderInvalid, code_challenge
from dalgu.access.provider_client import ProviderClient, ProviderUnreachable

ISSUER = "https://id.example.org/realms/city"
PATH = "/realms/city"
RETURN = "https://city.example/return"
KEY = jwk.ECKey.generate_key("P-256", {"kid": "one"})
DESCRIPTION = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/certs",
}


class TinyProvider:
    """Gives a code for an authorization request, and a token for code and verifier."""

    def __init__(self, house):
        self.house = house
        self.answers = {
            f"{PATH}/.well-known/openid-configuration": (200, DESCRIPTION),
            f"{PATH}/certs": (200, {"keys": [KEY.as_dict(private=False)]}),
        }
        self.asked = []
        self.request = {}

    def authorize(self, address):
        self.request = {name: given[0] for name, given in parse_qs(urlsplit(address).query).items()}
        return "c0de", self.request["state"]

    def grant(self, form):
        challenge = code_challenge(form["code_verifier"])
        if form["code"] != "c0de" or challenge != self.request["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(self.house.clock.now().timestamp())
        claims = {"iss": ISSUER, "sub": "24828", "aud": "dalgu", "exp": now + 60, "iat": now}
        claims["nonce"] = self.request["nonce"]
        return 200, {"id_token": jwt.encode({"alg": "ES256", "kid": "one"}, claims, KEY)}

    async def __call__(self, scope, receive, send):
        body = (await receive())["body"]
        self.asked.append(scope["path"])
        status, content = self.answers.get(scope["path"], (404, {}))
        if scope["path"] == f"{PATH}/token":
            status, content = self.grant({k: v[0] for k, v in parse_qs(body.decode()).items()})
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": sent})


@pytest.fixture
def provider(house):
    return TinyProvider(house)


@pytest.fixture
def client(provider):
    return ProviderClient(ISSUER, "dalgu", transport=httpx2.ASGITransport(app=provider))


def test_a_person_departs_returns_and_has_a_session(house, provider, client):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.OPERATOR)
    desk, oidc = house.access.accounts, house.access.oidc
    house.run(desk.link_identity(chief.actor, mina.actor.id, Identity(ISSUER, "24828")))

    described = house.run(client.provider())
    departure = oidc.depart(described, RETURN)
    code, state = provider.authorize(departure.address)
    attempt = oidc.attempt_of(departure.cookie, state)
    answer = house.run(client.redeem(attempt, code))
    arrival = oidc.arrive(answer.id_token, answer.keys, provider=described, attempt=attempt)
    assert house.run(arrival).actor == mina.actor


def departed(house, provider, client):
    departure = house.access.oidc.depart(house.run(client.provider()), RETURN)
    _, state = provider.authorize(departure.address)
    return house.access.oidc.attempt_of(departure.cookie, state)


def test_a_code_the_provider_does_not_know_is_refused(house, provider, client):
    attempt = departed(house, provider, client)
    with pytest.raises(IdentityTokenInvalid, match="refused the code"):
        house.run(client.redeem(attempt, "stolen"))


def test_a_code_without_its_verifier_is_refused(house, provider, client):
    departed(house, provider, client)
    other = house.access.oidc.depart(house.run(client.provider()), RETURN)
    state = parse_qs(urlsplit(other.address).query)["state"][0]
    with pytest.raises(IdentityTokenInvalid, match="refused the code"):
        house.run(client.redeem(house.access.oidc.attempt_of(other.cookie, state), "c0de"))


def test_the_description_is_asked_for_once(house, provider, client):
    house.run(client.provider())
    house.run(client.provider())
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((500, {}), ProviderUnreachable),
        ((302, {}), ProviderUnreachable),
        ((200, b"<html>"), ProviderUnreachable),
        ((200, b"x" * 1_048_577), ProviderUnreachable),
        ((200, []), ProviderInvalid),
        ((200, DESCRIPTION | {"issuer": "https://evil.example"}), ProviderInvalid),
    ],
)
def test_a_description_that_cannot_be_used_is_a_typed_refusal(
    house, provider, client, answer, refusal
):
    provider.answers[f"{PATH}/.well-known/openid-configuration"] = answer
    with pytest.raises(refusal):
        house.run(client.provider())


@pytest.mark.parametrize("keys", [[], {}, {"keys": 5}, {"keys": ["x"]}])
def test_a_key_set_that_is_none_is_a_typed_refusal(house, provider, client, keys):
    attempt = departed(house, provider, client)
    provider.answers[f"{PATH}/certs"] = (200, keys)
    with pytest.raises(ProviderInvalid, match="key set"):
        house.run(client.redeem(attempt, "c0de"))


def test_a_provider_that_cannot_be_reached_is_a_typed_refusal(house):
    def refuse(request):
        raise httpx2.ConnectError("no route")

    client = ProviderClient(ISSUER, "dalgu", transport=httpx2.MockTransport(refuse))
    with pytest.raises(ProviderUnreachable, match="ConnectError"):
        house.run(client.provider())
