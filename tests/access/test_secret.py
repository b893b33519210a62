from hypothesis import given
from hypothesis import strategies as st

from dalgu.access.secret import bound_token, digest, is_same, locator, new_pseudonym, new_secret


def test_secrets_are_fresh_and_hold_256_bits():
    drawn = {new_secret("dalgu_") for _ in range(100)}
    assert len(drawn) == 100
    assert {len(secret) for secret in drawn} == {len("dalgu_") + 43}


def test_a_locator_opens_nothing():
    secret = new_secret()
    assert digest(secret).startswith(locator(secret))
    assert secret not in digest(secret)


@given(st.text(), st.text())
def test_texts_are_the_same_only_when_equal(one, other):
    assert is_same(one, other) == (one == other)
    assert is_same(one, one)


def test_a_bound_token_belongs_to_one_secret_and_one_use():
    assert bound_token("s", "form") == bound_token("s", "form")
    assert len({bound_token("s", "form"), bound_token("t", "form"), bound_token("s", "x")}) == 3


def test_pseudonyms_say_only_their_kind():
    assert new_pseudonym("person").startswith("person:")
