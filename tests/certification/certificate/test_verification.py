"""What is said of a certificate file."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from dalgu.certification.certificate.issuing import issue
from dalgu.certification.certificate.signing import sign_pdf
from dalgu.certification.certificate.standing import Verdict
from dalgu.certification.certificate.status import Status, StatusEntry, read_status, status_list
from dalgu.certification.certificate.verification import Report, verify
from dalgu.kernel.text import Text

ON = date(2027, 6, 1)


@pytest.fixture(scope="module")
def listed(issuer):
    """A status list of the issuer with one entry for the certificate."""

    def make(entry: StatusEntry, signer=issuer, number: str = "2026-0001"):
        at = datetime(2027, 5, 31, tzinfo=UTC)
        return read_status(status_list({number: entry}, signer, at, 1), [signer.key])

    return make


def test_a_valid_certificate_names_its_signer_and_states_its_facts(
    certificate, issuer, facts, listed
):
    found = verify(certificate, [issuer.key], [listed(StatusEntry(Status.VALID))], ON)
    assert found.verdict is Verdict.VALID
    assert (found.signer, found.key_id, found.facts) == (issuer.name, issuer.key_id, facts)
    assert "valid on 2027-06-01, until 2028-02-29" in found.sentences[0].en
    assert issuer.name.en in found.sentences[1].en


@pytest.mark.parametrize(
    ("entry", "expected", "ko", "en"),
    [
        (
            StatusEntry(Status.REVOKED, date(2027, 5, 1), reason=Text("허위", "Falsehood")),
            Verdict.REVOKED,
            "2027-05-01자로 취소",
            "revoked as of 2027-05-01",
        ),
        (
            StatusEntry(Status.SUSPENDED, date(2027, 5, 1)),
            Verdict.SUSPENDED,
            "2027-05-01자로 정지",
            "suspended as of 2027-05-01",
        ),
        (
            StatusEntry(Status.EXTENDED, until=date(2030, 2, 28)),
            Verdict.EXTENDED,
            "2030-02-28까지",
            "until 2030-02-28",
        ),
    ],
)
def test_the_standing_is_told_in_both_languages(
    certificate, issuer, listed, entry, expected, ko, en
):
    found = verify(certificate, [issuer.key], [listed(entry)], ON)
    assert found.verdict is expected
    assert ko in found.sentences[0].ko
    assert en in found.sentences[0].en


def test_the_reason_of_a_revocation_is_told(certificate, issuer, listed):
    entry = StatusEntry(Status.REVOKED, reason=Text("허위 자료", "False papers"))
    found = verify(certificate, [issuer.key], [listed(entry)], ON)
    assert found.sentences[1] == Text("사유: 허위 자료", "Reason: False papers")


def test_a_list_past_its_validity_leaves_the_status_unknown_since_then(certificate, issuer, listed):
    fresh = listed(StatusEntry(Status.VALID))
    found = verify(certificate, [issuer.key], [fresh], date(2027, 6, 8))
    assert found.verdict is Verdict.STATUS_UNKNOWN
    assert "status unknown since 2027-06-07" in found.sentences[0].en


def test_without_a_list_the_status_is_unknown_but_the_facts_are_told(certificate, issuer, facts):
    found = verify(certificate, [issuer.key], [], ON)
    assert (found.verdict, found.facts) == (Verdict.STATUS_UNKNOWN, facts)


def test_a_list_that_does_not_name_the_number_leaves_it_unknown(certificate, issuer, listed):
    other = listed(StatusEntry(Status.VALID), number="2026-0002")
    found = verify(certificate, [issuer.key], [other], ON)
    assert found.verdict is Verdict.STATUS_UNKNOWN
    assert "does not name this number" in found.sentences[0].en


def test_another_issuers_list_does_not_count(certificate, issuer, make_issuer, listed):
    other = make_issuer(Text("다른 기관", "Another body"))
    found = verify(
        certificate, [issuer.key, other.key], [listed(StatusEntry(Status.REVOKED), other)], ON
    )
    assert found.verdict is Verdict.STATUS_UNKNOWN


def test_after_a_change_of_key_the_old_certificate_stands_on_the_new_keys_list(
    certificate, issuer, make_issuer, listed
):
    successor = make_issuer()
    keys = [successor.key, issuer.key]
    found = verify(certificate, keys, [listed(StatusEntry(Status.VALID), successor)], ON)
    assert (found.verdict, found.key_id) == (Verdict.VALID, issuer.key_id)


def test_a_key_found_only_in_the_file_is_never_trusted(certificate, issuer, make_issuer):
    found = verify(certificate, [make_issuer().key], [], ON)
    assert found.verdict is Verdict.SIGNER_UNKNOWN
    assert (found.key_id, found.signer, found.facts) == (issuer.key_id, None, None)


def test_a_certificate_older_than_its_key_is_not_trusted(make_issuer, facts):
    young = make_issuer(since=datetime(2026, 3, 2, tzinfo=UTC))
    found = verify(issue(facts, young), [young.key], [], ON)
    assert found.verdict is Verdict.SIGNER_UNKNOWN


def test_a_changed_file_is_altered_and_states_nothing(certificate, issuer):
    changed = certificate.replace(b"/Creator", b"/Crestor")
    found = verify(changed, [issuer.key], [], ON)
    assert (found.verdict, found.facts, found.key_id) == (Verdict.ALTERED, None, None)


def test_a_signed_paper_that_is_no_certificate_is_unreadable_but_names_its_signer(issuer, facts):
    from dalgu.certification.papers.certificate import certificate_paper

    paper = certificate_paper(facts, issuer.name, issuer.key_id)
    bare = sign_pdf(paper, issuer, facts.issued_on, {})
    odd = sign_pdf(paper, issuer, facts.issued_on, {"certificate.json": b"{}"})
    for pdf in (bare, odd):
        found = verify(pdf, [issuer.key], [], ON)
        assert (found.verdict, found.signer) == (Verdict.UNREADABLE, issuer.name)
        assert "holds no certificate" in found.sentences[0].en


def test_the_mark_may_be_shown_only_while_the_certificate_counts(certificate, issuer, listed):
    entry = StatusEntry(Status.REVOKED, date(2027, 5, 1))
    found = verify(certificate, [issuer.key], [listed(entry)], ON)
    assert found.mark_may_be_shown(date(2027, 4, 30))
    assert not found.mark_may_be_shown(date(2027, 5, 1))
    assert not found.mark_may_be_shown(date(2026, 2, 28))


def test_a_pilot_gives_no_right_to_the_mark(issuer, facts, listed):
    pilot = issue(msgspec.structs.replace(facts, legal_effect=False), issuer)
    found = verify(pilot, [issuer.key], [listed(StatusEntry(Status.VALID))], ON)
    assert found.verdict is Verdict.VALID
    assert not found.mark_may_be_shown(ON)
    assert Text("법적 효력: 없음 (시범).", "Legal effect: none (pilot).") in found.sentences


def test_a_reconstructed_framework_is_named_as_such(certificate, issuer):
    found = verify(certificate, [issuer.key], [], ON)
    assert "reconstructed" in found.sentences[-1].en
    assert "재구성" in found.sentences[-1].ko


def test_a_report_for_machines_reads_back(certificate, issuer, listed):
    found = verify(certificate, [issuer.key], [listed(StatusEntry(Status.VALID))], ON)
    report = msgspec.json.decode(msgspec.json.encode(Report.of(found)), type=Report)
    assert report == Report.of(found)
    assert report.mark_may_be_shown
