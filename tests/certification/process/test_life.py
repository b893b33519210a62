"""A certificate's days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.certification.process.life import Life, Suspension, expiry, extension_due
from dalgu.certification.process.words import CertificateStatus

ISSUED = date(2021, 9, 10)
LIFE = Life(ISSUED, expiry(ISSUED))
EXTENDED = Life(
    ISSUED, expiry(ISSUED), extended_on=date(2023, 12, 21), extended_until=date(2025, 9, 10)
)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2021, 9, 10), date(2023, 9, 10)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2028, 2, 28)),
        (date(2025, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_certificate_holds_for_two_years(issued, last):
    assert expiry(issued) == last


@pytest.mark.parametrize(
    ("expires", "due"),
    [
        (date(2023, 9, 10), date(2023, 6, 10)),
        (date(2026, 5, 31), date(2026, 2, 28)),
        (date(2028, 5, 29), date(2028, 2, 29)),
    ],
)
def test_an_extension_is_asked_for_three_months_before(expires, due):
    assert extension_due(expires) == due


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2021, 9, 9), CertificateStatus.NOT_ISSUED),
        (date(2021, 9, 10), CertificateStatus.VALID),
        (date(2023, 9, 10), CertificateStatus.VALID),
        (date(2023, 9, 11), CertificateStatus.EXPIRED),
    ],
)
def test_it_holds_from_its_issue_to_its_last_day(day, status):
    assert LIFE.status_on(day) is status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2023, 9, 10), CertificateStatus.VALID),
        (date(2023, 9, 11), CertificateStatus.EXTENDED),
        (date(2025, 9, 10), CertificateStatus.EXTENDED),
        (date(2025, 9, 11), CertificateStatus.EXPIRED),
    ],
)
def test_an_extension_follows_the_first_period_without_a_gap(day, status):
    assert EXTENDED.status_on(day) is status


def test_an_extension_granted_early_shows_from_that_day():
    early = Life(
        ISSUED, expiry(ISSUED), extended_on=date(2023, 8, 1), extended_until=date(2025, 9, 10)
    )
    assert early.status_on(date(2023, 7, 31)) is CertificateStatus.VALID
    assert early.status_on(date(2023, 8, 1)) is CertificateStatus.EXTENDED


def test_a_revocation_is_stronger_than_all_else():
    revoked = Life(ISSUED, expiry(ISSUED), revoked_on=date(2022, 11, 10))
    assert revoked.status_on(date(2022, 11, 9)) is CertificateStatus.VALID
    assert revoked.status_on(date(2022, 11, 10)) is CertificateStatus.REVOKED
    assert revoked.status_on(date(2030, 1, 1)) is CertificateStatus.REVOKED


def test_a_suspension_lasts_until_it_is_lifted():
    life = Life(
        ISSUED,
        expiry(ISSUED),
        suspensions=(
            Suspension(date(2022, 1, 5), date(2022, 1, 9)),
            Suspension(date(2022, 3, 1)),
        ),
    )
    assert life.status_on(date(2022, 1, 4)) is CertificateStatus.VALID
    assert life.status_on(date(2022, 1, 5)) is CertificateStatus.SUSPENDED
    assert life.status_on(date(2022, 1, 8)) is CertificateStatus.SUSPENDED
    assert life.status_on(date(2022, 1, 9)) is CertificateStatus.VALID
    assert life.status_on(date(2023, 9, 1)) is CertificateStatus.SUSPENDED
    assert life.status_on(date(2023, 9, 11)) is CertificateStatus.EXPIRED


@settings(deadline=None)
@given(st.dates(date(2019, 1, 1), date(2060, 12, 31)))
def test_a_certificate_holds_730_or_731_days_after_its_first(issued):
    assert expiry(issued) - issued in (timedelta(days=730), timedelta(days=731))


@settings(deadline=None)
@given(st.dates(date(2019, 1, 1), date(2060, 12, 31)), st.integers(0, 1_500))
def test_status_only_goes_forward(issued, after):
    order = list(CertificateStatus)
    life = Life(issued, expiry(issued))
    today, tomorrow = issued + timedelta(days=after), issued + timedelta(days=after + 1)
    assert order.index(life.status_on(tomorrow)) >= order.index(life.status_on(today))
