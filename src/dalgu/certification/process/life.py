"""How long a certificate holds, and what it is on any day.

Two years from issue (guideline art. 15, 5, and the operator's portal); an extension for two more
must be asked for three months before the end; then a whole new application is needed. The last
day of a period is the day of the same number; a certificate issued on 29 February ends on the 28th.
"""

from datetime import date, timedelta

import msgspec

from dalgu.certification.process.words import CertificateStatus
from dalgu.kernel.deadlines import add_months, add_years

VALIDITY_YEARS = 2
EXTENSION_LEAD_MONTHS = 3


class Suspension(msgspec.Struct, frozen=True):
    """Days on which a certificate does not hold; the day it is lifted, it holds again."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the day falls in the suspension."""
        return self.since <= day and (self.until is None or day < self.until)


class Life(msgspec.Struct, frozen=True):
    """All that the status of a certificate depends on."""

    issued_on: date
    first_expires_on: date
    extended_on: date | None = None
    extended_until: date | None = None
    revoked_on: date | None = None
    suspensions: tuple[Suspension, ...] = ()

    @property
    def expires_on(self) -> date:
        """The last day, an extension included."""
        return self.extended_until or self.first_expires_on

    @property
    def extension_due(self) -> date:
        """The last day to ask for an extension."""
        return extension_due(self.first_expires_on)

    @property
    def re_review_on(self) -> date:
        """The day on which the decision is reviewed again, every two years from issue."""
        return self.expires_on

    def status_on(self, day: date) -> CertificateStatus:
        """Return what the certificate is on a day, by all that is known of it."""
        if day < self.issued_on:
            return CertificateStatus.NOT_ISSUED
        if self.revoked_on is not None and day >= self.revoked_on:
            return CertificateStatus.REVOKED
        if day > self.expires_on:
            return CertificateStatus.EXPIRED
        if any(suspension.holds(day) for suspension in self.suspensions):
            return CertificateStatus.SUSPENDED
        return CertificateStatus.EXTENDED if self._is_extended(day) else CertificateStatus.VALID

    def _is_extended(self, day: date) -> bool:
        if self.extended_on is None:
            return False
        return day >= min(self.extended_on, self.first_expires_on + timedelta(days=1))


def expiry(issued_on: date) -> date:
    """Return the last day of a certificate.

    >>> expiry(date(2024, 2, 29))
    datetime.date(2026, 2, 28)
    """
    return add_years(issued_on, VALIDITY_YEARS)


def extension_due(expires_on: date) -> date:
    """Return the last day to ask for an extension.

    >>> extension_due(date(2023, 9, 10))
    datetime.date(2023, 6, 10)
    """
    return add_months(expires_on, -EXTENSION_LEAD_MONTHS)
