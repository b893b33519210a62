from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt

from dalgu.access.oidc import (
    Identity,
    IdentityTokenInvalid,
    Provider,
    ProviderInvalid,
    code_challenge,
    depart,
    discovery_address,
    identity_of,
    provider_of,
    token_form,
)

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
ISSUER = "https://id.example.org/realms/city"
PROVIDER = Provider(
    issuer=ISSUER,
    authorization_endpoint=f"{ISSUER}/auth",
    token_endpoint=f"{ISSUER}/token",
    keys_address=f"{ISSUER}/certs",
    client_id="dalgu",
)
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/certs",
    "code_challenge_methods_supported": ["plain", "S256"],
}
KEY = jwk.ECKey.generate_key("P-256", {"kid": "one"})
KEYS = {"keys": [KEY.as_dict(private=False)]}
RETURN = "https://city.example/sign-in/return"


def claims(attempt, **changes):
    now = int(NOON.timestamp())
    whole = {
        "iss": ISSUER,
        "sub": "248289761001",
        "aud": "dalgu",
        "exp": now + 300,
        "iat": now,
        "nonce": attempt.nonce,
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def signed(body, key=KEY, alg="ES256", kid="one"):
    return jwt.encode({"alg": alg, "kid": kid}, body, key, algorithms=[alg])


def attempt_now():
    return depart(PROVIDER, RETURN, NOON)[1]


def judge(token, attempt, keys=KEYS, now=NOON):
    return identity_of(token, keys, provider=PROVIDER, attempt=attempt, now=now)


def test_a_provider_is_read_from_its_description():
    assert provider_of(DOCUMENT, issuer=ISSUER, client_id="dalgu") == PROVIDER
    assert discovery_address(ISSUER) == f"{ISSUER}/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"issuer": "https://evil.example"}, "another issuer"),
        ({"issuer": ISSUER + "/"}, "another issuer"),
        ({"token_endpoint": "http://id.example.org/token"}, "'token_endpoint' is not reached"),
        ({"jwks_uri": None}, "no 'jwks_uri'"),
        ({"code_challenge_methods_supported": ["plain"]}, "PKCE"),
    ],
)
def test_a_description_that_does_not_hold_is_refused(change, why):
    with pytest.raises(ProviderInvalid, match=why):
        provider_of(DOCUMENT | change, issuer=ISSUER, client_id="dalgu")


def test_the_browser_departs_with_state_nonce_and_challenge():
    address, attempt = depart(PROVIDER, RETURN, NOON)
    sent = parse_qs(urlsplit(address).query, strict_parsing=True)
    assert sent == {
        "response_type": ["code"],
        "client_id": ["dalgu"],
        "redirect_uri": [RETURN],
        "scope": ["openid"],
        "state": [attempt.state],
        "nonce": [attempt.nonce],
        "code_challenge": [code_challenge(attempt.code_verifier)],
        "code_challenge_method": ["S256"],
    }
    assert attempt.code_verifier not in address
    assert len({attempt.state, attempt.nonce, attempt.code_verifier}) == 3


def test_the_code_is_exchanged_with_the_verifier():
    attempt = attempt_now()
    assert token_form(PROVIDER, attempt, "c0de") == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": RETURN,
        "client_id": "dalgu",
        "code_verifier": attempt.code_verifier,
    }


@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda: jwk.RSAKey.generate_key(2048, {"kid": "k"}), "RS256"),
        (lambda: jwk.RSAKey.generate_key(2048, {"kid": "k"}), "PS256"),
        (lambda: jwk.ECKey.generate_key("P-256", {"kid": "k"}), "ES256"),
        (lambda: jwk.OKPKey.generate_key("Ed25519", {"kid": "k"}), "Ed25519"),
    ],
)
def test_a_sound_token_names_its_subject(make, alg):
    key, attempt = make(), attempt_now()
    token = signed(claims(attempt), key, alg, "k")
    keys = {"keys": [KEYS["keys"][0], key.as_dict(private=False)]}
    assert judge(token, attempt, keys) == Identity(ISSUER, "248289761001")


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": ["dalgu", "another"]},
        {"aud": ["dalgu", "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": int(NOON.timestamp()) - 61},
        {"iat": int(NOON.timestamp()) + 3_600},
        {"nonce": "another"},
        {"nonce": 5},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"iss": None},
        {"sub": None},
        {"aud": None},
        {"exp": None},
        {"iat": None},
        {"nonce": None},
    ],
)
def test_a_token_whose_claims_do_not_hold_is_refused(change):
    attempt = attempt_now()
    with pytest.raises(IdentityTokenInvalid) as refusal:
        judge(signed(claims(attempt, **change)), attempt)
    assert "evil" not in str(refusal.value)


def test_several_audiences_are_accepted_with_us_as_the_authorized_party():
    attempt = attempt_now()
    token = signed(claims(attempt, aud=["dalgu", "another"], azp="dalgu"))
    assert judge(token, attempt).subject == "248289761001"


def test_a_signature_by_another_key_is_refused():
    attempt = attempt_now()
    stranger = jwk.ECKey.generate_key("P-256", {"kid": "one"})
    with pytest.raises(IdentityTokenInvalid):
        judge(signed(claims(attempt), stranger), attempt)


def test_an_unsigned_token_is_refused():
    attempt = attempt_now()
    head, body, _ = signed(claims(attempt)).split(".")
    none = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    for token in (f"{none}.{body}.", f"{head}.{body}."):
        with pytest.raises(IdentityTokenInvalid):
            judge(token, attempt)


def test_a_public_key_does_not_serve_as_a_shared_secret():
    attempt = attempt_now()
    secret = jwk.OctKey.import_key(KEY.as_pem(private=False).hex())
    token = signed(claims(attempt), secret, "HS256")
    with pytest.raises(IdentityTokenInvalid):
        judge(token, attempt)
    keys = {"keys": [secret.as_dict() | {"kid": "one"}]}
    with pytest.raises(IdentityTokenInvalid):
        judge(token, attempt, keys)


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "é.é.é", "." * 20_000])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(IdentityTokenInvalid):
        judge(token, attempt_now())


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{"kty": "EC"}]}])
def test_a_key_set_without_the_key_is_refused(keys):
    attempt = attempt_now()
    with pytest.raises(IdentityTokenInvalid):
        judge(signed(claims(attempt)), attempt, keys)


def test_an_attempt_ends_after_ten_minutes():
    attempt = attempt_now()
    token = signed(claims(attempt, exp=int(NOON.timestamp()) + 3_600))
    judge(token, attempt, now=NOON + timedelta(minutes=9))
    with pytest.raises(IdentityTokenInvalid, match="too long ago"):
        judge(token, attempt, now=NOON + timedelta(minutes=10))


def test_the_key_of_an_identity_tells_pairs_apart_and_hides_the_subject():
    one, other = Identity("https://a", "b"), Identity("https://", "ab")
    assert one.key != other.key
    assert "b" * 5 not in one.key
