from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt

from dalgu.access.actor import Role
from dalgu.access.federation import IdentityUnknown
from dalgu.access.oidc import Identity, IdentityTokenInvalid, Provider

ISSUER = "https://id.example.org"
PROVIDER = Provider(ISSUER, f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/certs", "dalgu")
RETURN = "https://city.example/return"
KEY = jwk.ECKey.generate_key("P-256", {"kid": "one"})
KEYS = {"keys": [KEY.as_dict(private=False)]}


def departed(house):
    departure = house.access.oidc.depart(PROVIDER, RETURN)
    sent = parse_qs(urlsplit(departure.address).query)
    return departure, sent["state"][0], sent["nonce"][0]


def id_token(house, nonce, subject="24828"):
    now = int(house.clock.now().timestamp())
    claims = {"iss": ISSUER, "sub": subject, "aud": "dalgu", "exp": now + 60, "iat": now}
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims | {"nonce": nonce}, KEY)


def returned(house, subject="24828"):
    departure, state, nonce = departed(house)
    attempt = house.access.oidc.attempt_of(departure.cookie, state)
    token = id_token(house, nonce, subject)
    return house.run(house.access.oidc.arrive(token, KEYS, provider=PROVIDER, attempt=attempt))


def test_a_linked_identity_begins_a_session(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.OPERATOR)
    desk = house.access.accounts
    house.run(desk.link_identity(chief.actor, mina.actor.id, Identity(ISSUER, "24828")))
    session = returned(house)
    assert session.actor == mina.actor
    assert house.actor(session) == mina.actor
    assert house.audited()[-1].facts == {"by": "identity provider", "issuer": ISSUER}


def test_an_identity_without_an_active_account_is_told_so(house):
    with pytest.raises(IdentityUnknown):
        returned(house)
    chief = house.administrator()
    mina = house.member(chief.actor, Role.OPERATOR)
    desk = house.access.accounts
    house.run(desk.link_identity(chief.actor, mina.actor.id, Identity(ISSUER, "24828")))
    house.run(desk.disable(chief.actor, mina.actor.id))
    with pytest.raises(IdentityUnknown):
        returned(house)


def test_a_browser_lured_to_return_with_another_state_is_refused(house):
    departure, _, _ = departed(house)
    _, state, _ = departed(house)
    with pytest.raises(IdentityTokenInvalid):
        house.access.oidc.attempt_of(departure.cookie, state)


@pytest.mark.parametrize("cookie", ["", "x", "AAAA" * 20, "쿠키", "A" * 100_000])
def test_a_cookie_that_is_not_ours_is_refused(house, cookie):
    with pytest.raises(IdentityTokenInvalid):
        house.access.oidc.attempt_of(cookie, "state")


def test_a_departure_is_forgotten_after_ten_minutes(house):
    departure, state, _ = departed(house)
    house.wait(minutes=10)
    with pytest.raises(IdentityTokenInvalid, match="too long ago"):
        house.access.oidc.attempt_of(departure.cookie, state)


def test_the_cookie_fits_into_a_browser_and_hides_the_verifier(house):
    departure, state, _ = departed(house)
    attempt = house.access.oidc.attempt_of(departure.cookie, state)
    assert len(departure.cookie) < 4_000
    assert attempt.code_verifier not in departure.cookie + departure.address
    assert repr(departure) == "Departure()"
