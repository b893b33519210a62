"""The status list: a signed statement of how every certificate of an issuer stands.

It is one canonical JSON text, small enough to hand on by any way, and counts until the end of
the day it names; each list has a number one above the list before.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from dalgu.certification.certificate.errors import StatusListAltered, StatusListUntrusted
from dalgu.certification.certificate.facts import canonical
from dalgu.certification.certificate.issuer import Issuer
from dalgu.certification.certificate.trust import TrustedKey
from dalgu.kernel.clock import local
from dalgu.kernel.text import Text

PURPOSE = b"dalgu-status-list-1\n"  # so that no signature of another use passes for one of this
VALID_DAYS = 7


class Status(StrEnum):
    """How a certificate stands, by the decision of its issuer."""

    VALID = "valid"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class StatusEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How one certificate stands.

    `since` is the day of the decision: a revocation or suspension counts from it on. `until` is
    the last day of an extension.
    """

    status: Status
    since: date | None = None
    until: date | None = None
    reason: Text | None = None


class StatusList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the certificates of an issuer stand, by number."""

    issuer: Text
    sequence: int
    issued_at: datetime
    valid_until: datetime
    entries: dict[str, StatusEntry]

    def is_fresh(self, on: date) -> bool:
        """Tell whether the list still speaks of a day: not beyond its last one."""
        return on <= self.last_day

    @property
    def last_day(self) -> date:
        """Return the last local day of which the list speaks."""
        return local(self.valid_until).date()


class _Signed(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="format",
    tag="dalgu-status-list-1",
):
    statement: StatusList
    key_id: str
    signature: bytes


def status_list(
    entries: Mapping[str, StatusEntry],
    issuer: Issuer,
    at: datetime,
    sequence: int,
    *,
    days: int = VALID_DAYS,
) -> bytes:
    """Return the signed list of an issuer's certificates, by number."""
    statement = StatusList(
        issuer=issuer.name,
        sequence=sequence,
        issued_at=at,
        valid_until=at + timedelta(days=days),
        entries=dict(entries),
    )
    signature = issuer.sign(PURPOSE + canonical(statement))
    return canonical(_Signed(statement, issuer.key_id, signature))


def read_status(content: bytes, trusted: Iterable[TrustedKey]) -> StatusList:
    """Return a status list that a trusted key signed.

    Raises
    ------
    StatusListUntrusted
        When its key is not among the trusted.
    StatusListAltered
        When it is not what that key signed, to the byte.

    """
    try:
        signed = msgspec.json.decode(content, type=_Signed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise StatusListAltered from None
    key = next((one for one in trusted if one.key_id == signed.key_id), None)
    if key is None:
        raise StatusListUntrusted(signed.key_id)
    message = PURPOSE + canonical(signed.statement)
    if canonical(signed) != content or not key.signed(signed.signature, message):
        raise StatusListAltered
    if signed.statement.issuer != key.issuer:
        raise StatusListAltered
    return signed.statement
