"""What a data folder holds for verification."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dalgu.certification.certificate.errors import (
    StatusListAltered,
    StatusListSuperseded,
    StatusListUntrusted,
)
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.issuing import issue
from dalgu.certification.certificate.standing import Verdict
from dalgu.certification.certificate.status import Status, StatusEntry, read_status, status_list
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.text import Text

AT = datetime(2027, 5, 31, tzinfo=UTC)
ON = date(2027, 6, 1)
VALID = {"2026-0001": StatusEntry(Status.VALID)}
REVOKED = {"2026-0001": StatusEntry(Status.REVOKED, date(2027, 5, 1))}


@pytest.fixture
def installed(tmp_path, issuer):
    """A folder that trusts the issuer."""
    folder = Installed(tmp_path / "city")
    folder.trust(issuer.key)
    return folder


def test_an_empty_folder_trusts_nobody(tmp_path, certificate):
    folder = Installed(tmp_path / "none")
    assert folder.check(certificate, ON).verdict is Verdict.SIGNER_UNKNOWN
    assert not folder.folder.exists()


def test_the_own_key_is_trusted_from_its_making(tmp_path, facts):
    folder = Installed(tmp_path)
    made = folder.create_issuer(Text("기관", "Body"), ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    folder.publish(AT, VALID)
    assert folder.trusted() == [made.key]
    assert folder.check(issue(facts, folder.issuer()), ON).verdict is Verdict.VALID


def test_a_changed_key_leaves_what_the_old_one_signed_valid(tmp_path, facts):
    folder = Installed(tmp_path)
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    old = folder.create_issuer(Text("기관", "Body"), clock)
    pdf = issue(facts, old)
    folder.publish(AT, VALID)
    folder.issuer_file.rename(tmp_path / "issuer-2026.key")
    new = folder.create_issuer(Text("기관", "Body"), clock)
    folder.publish(AT)
    found = folder.check(pdf, ON)
    assert new.key_id != old.key_id
    assert (found.verdict, found.key_id) == (Verdict.VALID, old.key_id)


def test_a_given_list_is_kept_for_the_next_time(installed, certificate, issuer):
    given = status_list(VALID, issuer, AT, 3)
    assert installed.check(certificate, ON, status=given).verdict is Verdict.VALID
    assert installed.check(certificate, ON).verdict is Verdict.VALID


def test_an_older_list_never_replaces_a_newer_one(installed, certificate, issuer):
    installed.keep(status_list(REVOKED, issuer, AT, 4), installed.trusted())
    older = status_list(VALID, issuer, AT + timedelta(days=1), 3)
    with pytest.raises(StatusListSuperseded, match="list 4"):
        installed.keep(older, installed.trusted())
    assert installed.check(certificate, ON, status=older).verdict is Verdict.REVOKED


def test_two_lists_of_one_number_are_refused(installed, issuer):
    installed.keep(status_list(REVOKED, issuer, AT, 4), installed.trusted())
    with pytest.raises(StatusListAltered):
        installed.keep(status_list(VALID, issuer, AT, 4), installed.trusted())


def test_keeping_a_list_twice_is_harmless(installed, issuer):
    content = status_list(REVOKED, issuer, AT, 4)
    kept = [installed.keep(content, installed.trusted()) for _ in range(2)]
    assert kept[0] == kept[1]


def test_a_list_of_an_untrusted_key_is_refused(installed, certificate, make_issuer):
    with pytest.raises(StatusListUntrusted):
        installed.check(certificate, ON, status=status_list(VALID, make_issuer(), AT, 9))


def test_a_list_by_a_key_trusted_once_is_used_but_not_kept(installed, certificate, make_issuer):
    other = make_issuer()
    given = status_list(VALID, other, AT, 9)
    assert installed.check(certificate, ON, also=[other.key], status=given).verdict is Verdict.VALID
    assert installed.lists([*installed.trusted(), other.key]) == []


def test_each_published_list_has_the_next_number_and_the_last_entries(tmp_path):
    folder = Installed(tmp_path)
    issuer = folder.create_issuer(Text("기관", "Body"), ManualClock(AT))
    first = read_status(folder.publish(AT, VALID), [issuer.key])
    second = read_status(folder.publish(AT + timedelta(days=5)), [issuer.key])
    assert (first.sequence, second.sequence) == (1, 2)
    assert second.entries == VALID
    assert second.last_day == first.last_day + timedelta(days=5)
