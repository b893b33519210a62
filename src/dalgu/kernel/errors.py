"""The one root of all deliberate errors, and the few kinds that every part needs.

    DalguError
    ├── InvalidInput          400  what was sent cannot be used
    ├── Unauthenticated       401  nobody has signed in
    ├── Forbidden             403  the actor may not do this
    ├── NotExisting           404  the named thing does not exist
    ├── AlreadyExisting       409  the named thing already exists
    ├── TooLarge              413  the input passes a limit
    ├── Overloaded            503  the platform refuses work to protect what it accepted
    └── PartNotInstalled      501  an optional part is not installed

A subclass takes typed parts, builds its own sentence (subject, verb, context, way out), and
may narrow `slug` and `title`. One handler at the edge turns it into RFC 9457.
"""

from typing import ClassVar

PROBLEM_PREFIX = "urn:dalgu:problem:"


class DalguError(Exception):
    """An error that the platform raises on purpose, worded for the person who must act."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "The platform failed"

    def __init__(self, detail: str, **parts: str | int | float | bool | None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.parts = parts

    @property
    def problem_type(self) -> str:
        """URI of the kind of problem (RFC 9457, 3.1.1)."""
        return PROBLEM_PREFIX + self.slug

    def problem(self) -> dict[str, str | int | float | bool | None]:
        """RFC 9457 body: type, title, status, detail and the typed parts."""
        return {
            **self.parts,
            "type": self.problem_type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }


class InvalidInput(DalguError):
    """What was sent cannot be used as it is."""

    status = 400
    slug = "invalid-input"
    title = "The input is invalid"


class Unauthenticated(DalguError):
    """The request names nobody, or its credentials do not hold."""

    status = 401
    slug = "unauthenticated"
    title = "Sign-in is required"


class Forbidden(DalguError):
    """The actor is known and may not do this."""

    status = 403
    slug = "forbidden"
    title = "The actor may not do this"


class NotExisting(DalguError):
    """The named thing does not exist."""

    status = 404
    slug = "not-existing"
    title = "The named thing does not exist"


class AlreadyExisting(DalguError):
    """The named thing already exists."""

    status = 409
    slug = "already-existing"
    title = "The named thing already exists"


class TooLarge(DalguError):
    """The input passes a limit that protects the platform."""

    status = 413
    slug = "too-large"
    title = "The input is too large"


class Overloaded(DalguError):
    """The platform refuses new work so that accepted work is not lost."""

    status = 503
    slug = "overloaded"
    title = "The platform is overloaded"

    def __init__(self, detail: str, *, retry_after_s: int = 1) -> None:
        super().__init__(detail, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class PartNotInstalled(DalguError):
    """An optional part is not installed; the detail names the command that brings it."""

    status = 501
    slug = "part-not-installed"
    title = "An optional part is not installed"
