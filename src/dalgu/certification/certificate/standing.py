"""How a certificate stands on a day: by its own dates and by the issuer's status list."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dalgu.certification.certificate.facts import CertificateFacts
from dalgu.certification.certificate.status import Status, StatusEntry, StatusList


class Verdict(StrEnum):
    """What can be said of a certificate file on a day."""

    VALID = "valid"
    EXTENDED = "extended"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    STATUS_UNKNOWN = "status_unknown"
    ALTERED = "altered"
    SIGNER_UNKNOWN = "signer_unknown"
    UNREADABLE = "unreadable"

    @property
    def holds(self) -> bool:
        """Whether the certificate counts."""
        return self in (Verdict.VALID, Verdict.EXTENDED)


@dataclass(frozen=True, slots=True)
class Statement:
    """What the newest status list of the issuer says of one certificate."""

    entry: StatusEntry | None = None  # None: the list does not name it, or there is no list
    last_day: date | None = None  # of which the list speaks; None: no list

    @classmethod
    def of(cls, number: str, lists: list[StatusList]) -> "Statement":
        """Return what the newest of an issuer's lists says of a certificate."""
        newest = max(lists, key=lambda one: one.sequence, default=None)
        if newest is None:
            return cls()
        return cls(newest.entries.get(number), newest.last_day)

    @property
    def extended_until(self) -> date | None:
        """Return the last day of an extension."""
        if self.entry is None or self.entry.status is not Status.EXTENDED:
            return None
        return self.entry.until

    def counts(self, status: Status, on: date) -> bool:
        """Tell whether the list states a status that counts on a day."""
        entry = self.entry
        if entry is None or entry.status is not status:
            return False
        return entry.since is None or on >= entry.since

    def speaks_of(self, on: date) -> bool:
        """Tell whether the list names the certificate and still speaks of a day."""
        return self.entry is not None and self.last_day is not None and on <= self.last_day


def last_day(facts: CertificateFacts, statement: Statement) -> date:
    """Return the last day on which a certificate counts, as far as is known."""
    return max(facts.expires_on, statement.extended_until or facts.expires_on)


def verdict(facts: CertificateFacts, statement: Statement, on: date) -> Verdict:
    """Return how a genuine certificate stands on a day.

    A revocation is final, so even a list past its validity proves it; that a certificate is
    valid only a list proves that still speaks of the day.
    """
    if on < facts.issued_on:
        return Verdict.NOT_YET_VALID
    if statement.counts(Status.REVOKED, on):
        return Verdict.REVOKED
    if on > last_day(facts, statement):
        return Verdict.EXPIRED
    if not statement.speaks_of(on):
        return Verdict.STATUS_UNKNOWN
    if statement.counts(Status.SUSPENDED, on):
        return Verdict.SUSPENDED
    return Verdict.EXTENDED if statement.extended_until else Verdict.VALID
