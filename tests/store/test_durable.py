"""Files that are whole or not there."""

import stat

import pytest

from dalgu.store.durable import create, partial_of, put


def test_a_new_file_is_its_owners_alone(tmp_path):
    create(tmp_path / "keys" / "one.key", b"secret")
    made = tmp_path / "keys" / "one.key"
    assert made.read_bytes() == b"secret"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [file.name for file in made.parent.iterdir()] == ["one.key"]


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    (tmp_path / "one.key").write_bytes(b"first")
    with pytest.raises(FileExistsError):
        create(tmp_path / "one.key", b"second")
    assert (tmp_path / "one.key").read_bytes() == b"first"
    assert [file.name for file in tmp_path.iterdir()] == ["one.key"]


def test_what_a_power_cut_left_half_written_stands_in_nobodys_way(tmp_path):
    partial_of(tmp_path / "one.key").write_bytes(b"hal")
    create(tmp_path / "one.key", b"whole")
    assert (tmp_path / "one.key").read_bytes() == b"whole"


def test_what_is_put_takes_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "new" / "folder" / "model.json"
    put(path, b"first")
    partial_of(path).write_bytes(b"hal")
    put(path, b"second")
    assert path.read_bytes() == b"second"
    assert [file.name for file in path.parent.iterdir()] == ["model.json"]
