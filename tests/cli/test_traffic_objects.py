"""`dalgu traffic objects` over the socket of a field beside a city, a process of its own."""

import asyncio
import stat
import threading
from contextlib import contextmanager

import duckdb
import pytest
from tests.services.traffic.measures.streets import network
from typer.testing import CliRunner

from dalgu.access.actor import CONSOLE
from dalgu.app.commands.opening import any_city, city
from dalgu.app.commands.signal_field import SECRET, FieldSecretMissing
from dalgu.app.folder import Folder
from dalgu.app.serving import new_event_loop
from dalgu.app.signal_field import SignalField
from dalgu.cli import app
from dalgu.devices.signals.driver import connect
from dalgu.devices.signals.errors import FieldSecretInvalid, FieldUnreachable, RefusedByField
from dalgu.kernel.settings import Settings
from dalgu.services.traffic.control.refusals import SignalNotExisting


@contextmanager
def a_city_with_signals(folder):
    """Run a city and its field as `dalgu up` does, in a thread; give where the field listens."""
    ready, told, held = threading.Event(), [], threading.local()

    def read_what_is_sealed():
        held.by_a_thread = duckdb.connect()
        held.by_a_thread.execute("SELECT 1")

    async def live():
        await asyncio.to_thread(read_what_is_sealed)  # a fork that ran Python would crash on it
        async with any_city(Settings(data_dir=str(folder))) as platform:
            control = platform.opened["traffic"].rooms.control
            await control.take_network(network(), CONSOLE)
            field = asyncio.create_task(
                SignalField(control, platform.clock, seed=1, speed=1.0).run()
            )
            try:
                address = await reached(control)
                stop = asyncio.Event()
                told.extend((address, asyncio.get_running_loop(), stop))
                ready.set()
                await stop.wait()
            finally:
                ready.set()
                field.cancel()
                await asyncio.gather(field, return_exceptions=True)

    def run():
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(live())

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    address, loop, stop = told
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def reached(control):
    async with asyncio.timeout(60):
        while True:
            try:
                async with connect(control.listens_at, leads=False):
                    return control.listens_at
            except (AttributeError, FieldUnreachable):  # not begun, or not listening yet
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def where(folder):
    with a_city_with_signals(folder) as address:
        yield address
    assert not Folder(folder).field_file.exists()


@pytest.fixture
def ask(folder, where):
    def asked(*words):
        return CliRunner().invoke(app, ["traffic", "objects", *words, "--data", str(folder)])

    return asked


def test_objects_of_the_citys_field_are_walked_and_told(ask, folder):
    assert stat.S_IMODE(Folder(folder).field_file.stat().st_mode) == 0o600
    walked = ask("walk", "s1").output.splitlines()
    assert "maxPhases.0 = 4" in walked
    assert ask("get", "s1", "maxPhases.0").output == "maxPhases.0 = 4\n"
    told = ask("get", "s1", "phaseMinimumGreen").output.splitlines()
    assert told == [line for line in walked if line.startswith("phaseMinimumGreen.")]
    assert len(told) == 4


def test_what_is_set_is_kept_by_the_field_and_written_down(ask, folder):
    done = ask("set", "s2", "systemPatternControl", "2")
    assert done.output == "systemPatternControl.0 = 2\n", done.exception
    assert ask("get", "s2", "systemPatternControl.0").output == done.output
    assert ask("get", "s0", "systemPatternControl.0").output == "systemPatternControl.0 = 254\n"

    async def written():
        async with city(Settings(data_dir=str(folder))) as platform:
            return [entry for _, entry in await platform.access.audit_entries(CONSOLE, limit=99)]

    [entry] = [one for one in asyncio.run(written()) if one.operation == "signal.control"]
    assert (entry.target, entry.outcome) == ("traffic:signal/s2", "done")


@pytest.mark.parametrize(
    ("words", "refusal", "why"),
    [
        (("walk", "s9"), SignalNotExisting, "no signal 's9'"),
        (("get", "s1", "nothing.0"), RefusedByField, "it does not exist"),
        (("get", "s1", "maxPhases.1"), RefusedByField, "it does not exist"),
        (("set", "s1", "maxPhases.0", "3"), RefusedByField, "can only be read"),
        (("set", "s1", "systemPatternControl.0", "7"), RefusedByField, "must be 1 to 2, or 254"),
    ],
)
def test_what_cannot_be_is_refused_in_words(ask, words, refusal, why):
    with pytest.raises(refusal, match=why):
        raise ask(*words).exception


def test_a_value_beyond_a_byte_is_a_wrong_usage(ask):
    done = ask("set", "s1", "phaseControlGroupHold.1", "256")
    assert done.exit_code == 2
    assert "less than or equal to 255" in done.output


def test_a_field_named_is_asked_with_the_secret_of_the_environment(ask, where, monkeypatch):
    there = ("get", "s1", "maxPhases", "--field", where.socket)
    with pytest.raises(FieldSecretMissing):
        raise ask(*there).exception
    monkeypatch.setenv(SECRET, "a guess of sixteen signs")
    with pytest.raises(FieldSecretInvalid):
        raise ask(*there).exception
    monkeypatch.setenv(SECRET, where.secret)
    assert ask(*there).output == "maxPhases.0 = 4\n"


def test_without_a_field_the_way_to_one_is_told(tmp_path):
    done = CliRunner().invoke(app, ["traffic", "objects", "walk", "s1", "--data", str(tmp_path)])
    with pytest.raises(FieldUnreachable, match="name one by --field"):
        raise done.exception
