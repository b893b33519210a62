"""What anybody may ask without signing in, and what a verifier does with the answers."""

import pytest

from dalgu.certification.certificate.status import read_status
from dalgu.certification.certificate.trust import read_trust


def test_the_register_says_who_held_a_certificate_on_any_day(granted):
    [today] = granted.ask("GET", "/certificates").json()["certificates"]
    assert (today["number"], today["status"], today["has_mark"]) == (
        granted.number,
        "valid",
        True,
    )
    [before] = granted.ask("GET", "/certificates?on=2026-01-01").json()["certificates"]
    [after] = granted.ask("GET", "/certificates?on=2028-08-04").json()["certificates"]
    assert (before["status"], after["status"]) == ("not_issued", "expired")
    assert not after["has_mark"]


@pytest.mark.parametrize("day", ["x", "2026-13-01", "²", "2026-02-30"])
def test_a_day_that_is_none_is_refused(granted, day):
    answer = granted.ask("GET", "/certificates", params={"on": day})
    assert (answer.status_code, answer.json()["field"]) == (400, "on")


def test_a_certificate_is_verified_by_what_the_platform_hands_out(granted):
    pdf = granted.ask("GET", f"/certificates/{granted.number}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    key = read_trust(granted.ask("GET", "/trust").content)
    status = read_status(granted.ask("GET", "/status").content, [key])
    assert granted.number in status.entries
    verdict = granted.ask("POST", "/verify", content=pdf.content).json()
    assert (verdict["verdict"], verdict["facts"]["number"]) == ("valid", granted.number)
    assert verdict["mark_may_be_shown"]
    assert granted.ask("GET", f"/certificates/{granted.number}").json()["grade"] == 2


def test_a_changed_file_is_said_to_be_altered(granted):
    pdf = bytearray(granted.ask("GET", f"/certificates/{granted.number}.pdf").content)
    pdf[len(pdf) // 2] ^= 1
    assert granted.ask("POST", "/verify", content=bytes(pdf)).json()["verdict"] != "valid"
    assert granted.ask("POST", "/verify", content=b"").json()["verdict"] == "unreadable"


def test_a_file_beyond_any_certificate_is_refused(granted):
    answer = granted.ask("POST", "/verify", content=bytes(9 * 2**20))
    assert answer.status_code == 413


def test_before_the_first_certificate_there_is_no_list_and_no_key(fresh):
    assert fresh.ask("GET", "/certificates").json()["certificates"] == []
    assert fresh.ask("GET", "/status").status_code == 404
    assert fresh.ask("GET", "/trust").status_code == 404
    assert fresh.ask("GET", "/certificates/X-1.pdf").status_code == 404
