"""`dalgu certify verify | issuer | status` as people type them."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from dalgu.certification.certificate.errors import TrustFileUnfit
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.issuing import issue
from dalgu.certification.certificate.status import Status, StatusEntry, read_status, status_list
from dalgu.certification.certificate.trust import trust_file
from dalgu.certification.certificate.verification import Report
from dalgu.cli import app

ON = ("--on", "2027-06-01")


@pytest.fixture
def dalgu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["certify", *words])

    return run


@pytest.fixture
def paper(tmp_path, certificate) -> str:
    (tmp_path / "certificate.pdf").write_bytes(certificate)
    return "certificate.pdf"


@pytest.fixture
def given(tmp_path, issuer) -> tuple[str, ...]:
    """The issuer's key and a list that calls the certificate valid, as options."""
    (tmp_path / "issuer.pem").write_bytes(trust_file(issuer.key))
    at = datetime(2027, 5, 31, tzinfo=UTC)
    entries = {"2026-0001": StatusEntry(Status.VALID)}
    (tmp_path / "status.json").write_bytes(status_list(entries, issuer, at, 1))
    return ("--trust", "issuer.pem", "--status", "status.json")


def test_a_valid_certificate_is_verified_without_any_city(dalgu, paper, given, tmp_path):
    told = dalgu("verify", paper, *given, *ON)
    assert told.exit_code == 0
    assert told.output.startswith("VALID\nCertificate 2026-0001 is valid on 2027-06-01")
    assert "Daegu Metropolitan City" in told.output
    assert "reconstructed" in told.output
    assert not (tmp_path / ".dalgu").exists()


def test_korean_is_told_in_korean(dalgu, paper, given):
    told = dalgu("verify", paper, *given, *ON, "--lang", "ko").output
    assert "유효합니다" in told
    assert "대구광역시" in told


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ((), "SIGNER UNKNOWN"),
        (("--trust", "issuer.pem"), "STATUS UNKNOWN"),
        (("--trust", "issuer.pem", "--on", "2028-03-01"), "EXPIRED"),
    ],
)
def test_whatever_does_not_count_exits_with_1(dalgu, paper, given, options, verdict):
    told = dalgu("verify", paper, *ON, *options)
    assert (told.exit_code, told.output.partition("\n")[0]) == (1, verdict)


def test_a_changed_certificate_exits_with_1(dalgu, tmp_path, certificate, given):
    (tmp_path / "changed.pdf").write_bytes(certificate + b" ")
    told = dalgu("verify", "changed.pdf", *given, *ON)
    assert (told.exit_code, told.output.partition("\n")[0]) == (1, "ALTERED")


def test_machines_get_json(dalgu, paper, given, facts):
    told = dalgu("verify", paper, *given, *ON, "--json")
    report = msgspec.json.decode(told.output, type=Report)
    assert (report.verdict, report.facts, report.on) == ("valid", facts, date(2027, 6, 1))


def test_a_trust_file_that_is_none_is_refused_by_its_name(dalgu, paper):
    refused = dalgu("verify", paper, "--trust", paper).exception
    assert isinstance(refused, TrustFileUnfit)
    assert paper in refused.detail


def test_an_issuer_is_made_shown_and_handed_on(dalgu, tmp_path, facts):
    made = dalgu("issuer", "init", "--ko", "운영기관", "--en", "Body")
    shown = dalgu("issuer", "show").output
    dalgu("issuer", "export", "issuer.pem")
    own = Installed(tmp_path / ".dalgu").issuer()
    assert made.output.startswith(shown)
    assert own.key_id in shown
    assert (tmp_path / "issuer.pem").read_bytes() == trust_file(own.key)


def test_a_status_list_is_exported_anew_each_time(dalgu, tmp_path):
    dalgu("issuer", "init", "--ko", "운영기관", "--en", "Body")
    key = Installed(tmp_path / ".dalgu").issuer().key
    dalgu("status", "export", "one.json")
    dalgu("status", "export", "two.json", "--days", "30")
    one, two = (read_status((tmp_path / n).read_bytes(), [key]) for n in ("one.json", "two.json"))
    assert (one.sequence, two.sequence) == (1, 2)
    assert (two.last_day - one.last_day).days == 23


def test_a_certificate_issued_here_is_verified_here(dalgu, tmp_path, facts):
    dalgu("issuer", "init", "--ko", "운영기관", "--en", "Body")
    installed = Installed(tmp_path / ".dalgu")
    today = installed.issuer().key.valid_from.date()
    here = msgspec.structs.replace(
        facts, issued_on=date(today.year + 1, 1, 1), expires_on=date(today.year + 2, 12, 31)
    )
    (tmp_path / "own.pdf").write_bytes(issue(here, installed.issuer()))
    installed.publish(
        datetime(today.year + 1, 6, 1, tzinfo=UTC), {here.number: StatusEntry(Status.VALID)}
    )
    told = dalgu("verify", "own.pdf", "--on", f"{today.year + 1}-06-02")
    assert told.output.startswith("VALID")
