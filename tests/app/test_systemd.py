"""systemd hears that the service is ready, lives and stops."""

import asyncio
import socket
from configparser import ConfigParser
from pathlib import Path

import pytest

from dalgu.app import systemd

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """Return the socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


def test_it_hears_ready_alive_and_stopping(manager, monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "20000")

    async def lives():
        async with systemd.attended():
            return [await asyncio.to_thread(manager.recv, 100) for _ in range(3)]

    ready, *beats = asyncio.run(lives())
    assert ready == b"READY=1"
    assert set(beats) == {b"WATCHDOG=1"}
    assert b"STOPPING=1" in iter(lambda: manager.recv(100), None)


def test_without_a_manager_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert systemd.notify("READY=1") is False


def test_a_manager_that_is_gone_stops_nothing():
    assert systemd.notify("READY=1", {"NOTIFY_SOCKET": "/nowhere/at/all"}) is False


def test_the_unit_waits_for_ready_and_holds_no_secret():
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "dalgu.service")
    assert unit["Service"]["Type"] == "notify"
    assert int(unit["Service"]["WatchdogSec"]) > 0
    texts = [file.read_text("utf-8").lower() for file in DEPLOY.iterdir() if file.is_file()]
    assert not any(word in text for text in texts for word in ("password=", "secret=", "token="))
