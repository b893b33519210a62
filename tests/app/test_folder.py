"""The folder of a city's data, and its lock."""

import multiprocessing

import pytest

from dalgu.app.folder import Folder, FolderInUse


def try_to_enter(path, answer):
    try:
        with Folder(path):
            answer.put("entered")
    except FolderInUse as refused:
        answer.put(refused.parts["folder"])


def enter_elsewhere(path):
    """Return what another process finds."""
    spawned = multiprocessing.get_context("fork")
    answer = spawned.SimpleQueue()
    other = spawned.Process(target=try_to_enter, args=(path, answer))
    other.start()
    other.join(10)
    return answer.get()


def test_a_folder_is_made_with_all_above_it(tmp_path):
    path = tmp_path / "a" / "b"
    with Folder(path) as folder:
        assert path.is_dir()
        assert {folder.database, folder.key_file} == {path / "city.db", path / "city.key"}


def test_a_second_city_of_one_process_is_refused(tmp_path):
    with Folder(tmp_path), pytest.raises(FolderInUse, match="Stop that one"), Folder(tmp_path):
        raise AssertionError


def test_another_process_is_refused(tmp_path):
    with Folder(tmp_path):
        assert enter_elsewhere(tmp_path) == str(tmp_path)
    assert enter_elsewhere(tmp_path) == "entered"


def test_a_folder_is_free_after_an_error(tmp_path):
    with pytest.raises(KeyError), Folder(tmp_path):
        raise KeyError
    with Folder(tmp_path):
        pass


def test_the_lock_is_for_its_owner_alone(tmp_path):
    with Folder(tmp_path):
        assert (tmp_path / "lock").stat().st_mode & 0o077 == 0


def test_a_running_city_tells_where_it_answers(tmp_path):
    assert Folder(tmp_path).address is None
    with Folder(tmp_path) as folder:
        assert Folder(tmp_path).address is None  # it has not said so yet
        folder.announce("http://localhost:9191")
        assert Folder(tmp_path).address == "http://localhost:9191"
    assert Folder(tmp_path).address is None
    with Folder(tmp_path):
        assert Folder(tmp_path).address is None  # what an earlier run said is gone
