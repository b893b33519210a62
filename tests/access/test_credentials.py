from hypothesis import given
from hypothesis import strategies as st

from dalgu.access.credentials import (
    Credential,
    credential,
    ended_session_cookie,
    session_cookie,
)
from dalgu.access.secret import LONGEST_SECRET, new_secret


def test_a_bearer_token_is_read_whatever_the_case_of_its_scheme():
    assert credential("bEARER  dalgu_x ", None) == Credential("token", "dalgu_x")


def test_a_bearer_token_wins_over_a_cookie_even_when_unusable():
    header = "Bearer " + "x" * (LONGEST_SECRET + 1)
    assert credential(header, "dalgu_session=s") == Credential("token", "")


def test_a_proxys_basic_scheme_leaves_the_cookie_in_force():
    assert credential("Basic eDp5", "a=b; dalgu_session=s") == Credential("session", "s")


def test_over_tls_only_the_host_cookie_counts():
    assert credential(None, "dalgu_session=s", is_secure=True) is None
    cookie = "dalgu_session=s; __Host-dalgu_session=t"
    assert credential(None, cookie, is_secure=True) == Credential("session", "t")


def test_a_cookie_whose_name_only_ends_alike_is_not_the_session():
    assert credential(None, "xdalgu_session=s") is None


def test_an_empty_cookie_is_no_credential():
    assert credential(None, "dalgu_session=") is None


def test_headers_beyond_reason_are_read_as_absent():
    assert credential("Bearer " + "x" * 9_000, "dalgu_session=s; " + "y" * 9_000) is None


@given(st.none() | st.text(), st.none() | st.text(), st.booleans())
def test_no_header_makes_the_reader_fail(authorization, cookie, is_secure):
    found = credential(authorization, cookie, is_secure=is_secure)
    assert found is None or (len(found.secret) <= LONGEST_SECRET and found.secret.isascii())


@given(st.booleans())
def test_the_cookie_that_is_set_is_the_cookie_that_is_read(is_secure):
    secret = new_secret()
    header = session_cookie(secret, is_secure=is_secure, max_age_s=60).split(";")[0]
    assert credential(None, header, is_secure=is_secure) == Credential("session", secret)


def test_a_secure_cookie_keeps_the_promises_of_its_prefix():
    cookie = session_cookie("s", is_secure=True, max_age_s=60)
    assert cookie == ("__Host-dalgu_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure")
    assert "Max-Age=0" in ended_session_cookie(is_secure=True)


def test_a_credential_does_not_show_its_secret():
    assert "dalgu_x" not in repr(Credential("token", "dalgu_x"))
