"""How a genuine certificate stands on a day."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.certificate.standing import Statement, Verdict, verdict
from dalgu.certification.certificate.status import Status, StatusEntry, StatusList
from dalgu.kernel.text import Text

VALID = StatusEntry(Status.VALID)
EXTENDED = StatusEntry(Status.EXTENDED, since=date(2027, 11, 1), until=date(2030, 2, 28))
SUSPENDED = StatusEntry(Status.SUSPENDED, since=date(2027, 1, 10))
REVOKED = StatusEntry(Status.REVOKED, since=date(2027, 5, 1))
LATE = date(2035, 1, 1)


@pytest.mark.parametrize(
    ("entry", "on", "expected"),
    [
        (VALID, date(2026, 2, 28), Verdict.NOT_YET_VALID),
        (VALID, date(2026, 3, 1), Verdict.VALID),
        (VALID, date(2028, 2, 29), Verdict.VALID),  # the leap day is the last one
        (VALID, date(2028, 3, 1), Verdict.EXPIRED),
        (EXTENDED, date(2028, 3, 1), Verdict.EXTENDED),
        (EXTENDED, date(2030, 2, 28), Verdict.EXTENDED),
        (EXTENDED, date(2030, 3, 1), Verdict.EXPIRED),
        (SUSPENDED, date(2027, 1, 9), Verdict.VALID),
        (SUSPENDED, date(2027, 1, 10), Verdict.SUSPENDED),
        (SUSPENDED, date(2028, 3, 1), Verdict.EXPIRED),
        (REVOKED, date(2027, 4, 30), Verdict.VALID),
        (REVOKED, date(2027, 5, 1), Verdict.REVOKED),
        (REVOKED, date(2029, 1, 1), Verdict.REVOKED),
        (None, date(2027, 1, 1), Verdict.STATUS_UNKNOWN),
    ],
)
def test_the_status_counts_on_its_days(facts, entry, on, expected):
    assert verdict(facts, Statement(entry, LATE), on) is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (Statement(), Verdict.STATUS_UNKNOWN),
        (Statement(VALID, date(2027, 5, 31)), Verdict.STATUS_UNKNOWN),
        (Statement(EXTENDED, date(2027, 5, 31)), Verdict.STATUS_UNKNOWN),
        (Statement(VALID, date(2027, 6, 1)), Verdict.VALID),
        (Statement(REVOKED, date(2027, 5, 31)), Verdict.REVOKED),
    ],
)
def test_an_old_list_proves_a_revocation_and_nothing_else(facts, statement, expected):
    assert verdict(facts, statement, date(2027, 6, 1)) is expected


def test_without_a_list_the_printed_period_still_ends(facts):
    assert verdict(facts, Statement(), date(2028, 3, 1)) is Verdict.EXPIRED


def test_the_newest_list_counts():
    def listed(sequence: int, entry: StatusEntry) -> StatusList:
        at = datetime(2027, 6, 1, tzinfo=UTC)
        return StatusList(Text("가", "a"), sequence, at, at + timedelta(days=7), {"n": entry})

    lists = [listed(2, REVOKED), listed(3, SUSPENDED), listed(1, VALID)]
    assert Statement.of("n", lists).entry == SUSPENDED


entries = st.one_of(
    st.none(),
    st.builds(
        StatusEntry,
        st.sampled_from(Status),
        since=st.none() | st.dates(date(2025, 1, 1), date(2032, 1, 1)),
        until=st.none() | st.dates(date(2025, 1, 1), date(2032, 1, 1)),
    ),
)
days = st.dates(date(2025, 1, 1), date(2033, 1, 1))


@given(entry=entries, last_day=st.none() | days, on=days)
def test_a_certificate_counts_only_in_its_period_and_on_a_list_that_speaks_of_it(
    facts, entry, last_day, on
):
    statement = Statement(entry, last_day)
    if_extended = statement.extended_until or facts.expires_on
    counts = verdict(facts, statement, on).holds
    assert not counts or facts.issued_on <= on <= max(facts.expires_on, if_extended)
    assert not counts or (entry is not None and last_day is not None and on <= last_day)


def test_facts_keep_their_values_as_json(facts):
    from dalgu.certification.certificate.facts import CertificateFacts, canonical

    assert msgspec.json.decode(canonical(facts), type=CertificateFacts) == facts
