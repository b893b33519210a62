"""A status list is what a trusted issuer signed, to the byte."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from dalgu.certification.certificate.errors import StatusListAltered, StatusListUntrusted
from dalgu.certification.certificate.status import Status, StatusEntry, read_status, status_list
from dalgu.kernel.text import Text

AT = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)
ENTRIES = {
    "2026-0002": StatusEntry(Status.VALID),
    "2026-0001": StatusEntry(
        Status.REVOKED, since=date(2027, 5, 1), reason=Text("허위 자료", "False papers")
    ),
}


DEEP = b'{"format":' + b"[" * 100_000


@pytest.fixture(scope="module")
def content(issuer) -> bytes:
    return status_list(ENTRIES, issuer, AT, 7)


def test_a_list_reads_back(content, issuer):
    listed = read_status(content, [issuer.key])
    assert listed.entries == ENTRIES
    assert (listed.sequence, listed.issued_at, listed.issuer) == (7, AT, issuer.name)
    assert listed.last_day == date(2027, 6, 8)


def test_the_order_of_entries_does_not_matter(content, issuer):
    assert status_list(dict(reversed(ENTRIES.items())), issuer, AT, 7) == content


def test_a_list_speaks_until_the_end_of_its_last_local_day(issuer):
    listed = read_status(
        status_list({}, issuer, datetime(2027, 6, 1, 20, 0, tzinfo=UTC), 1, days=1), [issuer.key]
    )
    assert listed.is_fresh(date(2027, 6, 3))  # 20:00 UTC is the next day in Seoul
    assert not listed.is_fresh(date(2027, 6, 4))


def test_a_list_of_an_untrusted_key_is_refused(content, make_issuer):
    with pytest.raises(StatusListUntrusted):
        read_status(content, [make_issuer().key])


def test_random_changes_of_a_list_are_refused(content, issuer):
    chance = np.random.default_rng(7)
    for at in chance.integers(0, len(content), 300).tolist():
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises((StatusListAltered, StatusListUntrusted)):
            read_status(changed, [issuer.key])


@pytest.mark.parametrize("changed", [b"", b"[]", b"{}", b"\xff", b" {}", DEEP])
def test_other_bytes_are_no_list(changed, issuer):
    with pytest.raises(StatusListAltered):
        read_status(changed, [issuer.key])


def test_spaces_around_a_list_are_refused(content, issuer):
    with pytest.raises(StatusListAltered):
        read_status(content + b"\n", [issuer.key])
