"""The issuer's key file."""

import stat
from datetime import UTC, datetime

import pytest

from dalgu.access.keys import KeyFileUnfit
from dalgu.certification.certificate.errors import IssuerNameUnfit, IssuerNotExisting
from dalgu.certification.certificate.issuer import create_issuer, read_issuer
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.text import Text

CLOCK = ManualClock(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
NAME = Text("운영기관", "Body")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "city" / "issuer.key"


def test_a_key_is_read_back_and_only_its_owner_may_read_it(path):
    made = create_issuer(path, NAME, CLOCK)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = read_issuer(path)
    assert again.key == made.key
    assert again.sign(b"x") == made.sign(b"x")
    assert (again.name, again.key.valid_from) == (NAME, CLOCK.now())


def test_a_key_shows_no_secret(path):
    assert "private" not in repr(create_issuer(path, NAME, CLOCK)).lower()


def test_a_key_is_never_overwritten(path):
    create_issuer(path, NAME, CLOCK)
    before = path.read_bytes()
    with pytest.raises(KeyFileUnfit, match="already exists"):
        create_issuer(path, NAME, CLOCK)
    assert path.read_bytes() == before


def test_what_a_power_cut_left_of_a_key_is_in_nobodys_way(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(path.name + ".partial").write_bytes(b"-----BEGIN")
    create_issuer(path, NAME, CLOCK)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_key_is_told_of_before_there_is_a_file(path):
    told = []
    made = create_issuer(path, NAME, CLOCK, tell=lambda key: told.append((key, path.exists())))
    assert told == [(made.key, False)]


def test_a_key_that_others_may_read_is_refused(path):
    create_issuer(path, NAME, CLOCK)
    path.chmod(0o640)
    with pytest.raises(KeyFileUnfit, match="chmod 600"):
        read_issuer(path)


def test_a_key_that_was_never_made_says_how_to_make_it(path):
    with pytest.raises(IssuerNotExisting, match="dalgu certify issuer init"):
        read_issuer(path)


def test_a_key_cut_short_is_refused(path):
    create_issuer(path, NAME, CLOCK)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(KeyFileUnfit, match="cut short"):
        read_issuer(path)


def test_the_certificate_of_another_key_is_refused(path, tmp_path):
    create_issuer(path, NAME, CLOCK)
    create_issuer(tmp_path / "other.key", NAME, CLOCK)
    mark = b"-----BEGIN CERTIFICATE"
    ours, others = path.read_bytes(), (tmp_path / "other.key").read_bytes()
    path.write_bytes(ours[: ours.index(mark)] + others[others.index(mark) :])
    with pytest.raises(KeyFileUnfit, match="do not belong together"):
        read_issuer(path)


@pytest.mark.parametrize("name", [Text("", "Body"), Text("기관", " "), Text("가" * 65, "Body")])
def test_a_name_that_no_certificate_can_hold_is_refused(path, name):
    with pytest.raises(IssuerNameUnfit):
        create_issuer(path, name, CLOCK)
    assert not path.exists()
