"""What a request's headers say about who asks, and the cookie that carries a session.

Pure text in, values out: the composition root and the hub's own API share it.
"""

from dataclasses import dataclass, field
from typing import Literal

from dalgu.access.secret import LONGEST_SECRET

LONGEST_HEADER = 8_192  # signs; a longer header is read as if it were absent

PLAIN_COOKIE = "dalgu_session"
# Browsers accept a `__Host-` cookie only over TLS, for the whole site, from the site itself
# (RFC 6265bis, 4.1.3.2); ASVS v5.0.0-3.3.1 asks for it.
SECURE_COOKIE = "__Host-dalgu_session"


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows: the secret of a session or of an API token."""

    kind: Literal["session", "token"]
    secret: str = field(repr=False)  # never in a log by way of a repr


def credential(
    authorization: str | None, cookie: str | None, *, is_secure: bool = False
) -> Credential | None:
    """Return the credential of a request, `None` when it shows none.

    A bearer token wins over a cookie, usable or not: whoever sends one means it. Other
    schemes (a proxy's Basic) are none of ours and leave the cookie in force.

    Parameters
    ----------
    authorization, cookie
        The header values as they came, `None` when absent.
    is_secure
        Whether the platform is reached over TLS; then only the `__Host-` cookie counts.

    Examples
    --------
    >>> credential("Bearer dalgu_abc", None).kind
    'token'
    >>> credential(None, "theme=dark; dalgu_session=xyz").secret
    'xyz'
    >>> credential("Basic eDp5", None) is None
    True

    """
    bearer = _bearer(authorization)
    if bearer is not None:
        return Credential("token", bearer)
    session = _cookie_value(cookie, SECURE_COOKIE if is_secure else PLAIN_COOKIE)
    return Credential("session", session) if session else None


def session_cookie(secret: str, *, is_secure: bool, max_age_s: int) -> str:
    """Return the `Set-Cookie` value that hands a session to the browser."""
    name = SECURE_COOKIE if is_secure else PLAIN_COOKIE
    secure = "; Secure" if is_secure else ""
    return f"{name}={secret}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}"


def ended_session_cookie(*, is_secure: bool) -> str:
    """Return the `Set-Cookie` value that makes the browser forget the session."""
    return session_cookie("", is_secure=is_secure, max_age_s=0)


def _bearer(header: str | None) -> str | None:
    if header is None or len(header) > LONGEST_HEADER:
        return None
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() != "bearer":  # RFC 9110, 11.1: schemes have no case
        return None
    return _bounded(value.strip())


def _cookie_value(header: str | None, name: str) -> str:
    if header is None or len(header) > LONGEST_HEADER:
        return ""
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return _bounded(value.strip().strip('"'))
    return ""


def _bounded(secret: str) -> str:
    return secret if len(secret) <= LONGEST_SECRET and secret.isascii() else ""
