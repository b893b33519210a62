"""What the guides say works: their lines run against a city, their example is a service."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from dalgu.devices.uplink import Uplink
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import EntityId

ROOT = Path(__file__).parent.parent.parent
GUIDES = ROOT / "docs" / "guide"
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ADDRESS = "http://localhost:9090"
BIN = Path(sys.executable).parent


def guide(name: str) -> str:
    return (GUIDES / f"{name}.md").read_text("utf-8")


@pytest.fixture
def city(tmp_path):
    """A city of real devices only, as a user starts it: its address and its folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [BIN / "dalgu", "up", "--no-simulation", "--port", str(port), "--data", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            said = iter(process.stdout.readline, "")
            assert any("Ctrl+C" in line for line in said)
            yield f"http://localhost:{port}", tmp_path
        finally:
            process.terminate()


def told(name: str, city: tuple[str, Path]) -> str:
    """What the lines of a guide answer, run one after the other; the first failure ends them."""
    address, folder = city
    lines = "\n".join(SHELL.findall(guide(name))).replace(ADDRESS, address)
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "DALGU_DATA_DIR": str(folder)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None,
    reason="the guides' lines want curl and bash; on Debian: apt install curl bash",
)


@needs_curl
@pytest.mark.server
def test_connecting_devices_works_as_told(city):
    said = told("connect-a-device", city)
    assert said.count('"refused":[]') == 7
    assert '{"message_id":2,"stored":0,"duplicates":4,"refused":[]}' in said
    assert "5 values of camera:gosan-s are new in the hub." in said


@needs_curl
@pytest.mark.server
def test_asking_the_hub_works_as_told(city):
    said = told("ask-the-hub", city)
    assert '"value":12' in said
    assert '"device":"parking:dongin/b1"' in said
    assert re.search(r"K63-42 .* 0\.00/25 ", said)
    assert said.count("same to the bit") == 43


@needs_curl
@pytest.mark.server
def test_sharing_a_hub_works_as_told(city):
    said = told("share-a-hub", city)
    assert '"temperature":21.5' in said
    assert re.search(r"daegu-west +active +1 entities", said)
    assert "Tenant 'daegu-west' is gone." in said


@pytest.fixture
def flood(tmp_path, monkeypatch):
    """The service that the guide builds, as a package."""
    for name, text in PYTHON.findall(guide("write-a-service")):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module("flood.service").SERVICE
    for name in [name for name in sys.modules if name.partition(".")[0] == "flood"]:
        del sys.modules[name]


def test_the_service_of_the_guide_warns_of_a_flood_once(flood, tmp_path):
    now = datetime(2026, 7, 15, 3, tzinfo=UTC)
    gauge = EntityId("urn:ngsi-ld:FloodMonitoring:gungpyeong:1")

    async def story() -> tuple[list[Alert], list[Alert]]:
        hub = LocalHub.open(tmp_path / "city.db", clock := ManualClock(now))
        try:
            await hub.create(flood.entities[0](id=gauge, danger_level=0.3))
            frame = import_module("flood.wire").encode_level(0.312)
            uplink = Uplink("lorawan:1", gauge, now, now, payload=frame)
            [value] = flood.decoders["flood-level"](uplink)
            await hub.ingest([Delivery(Message(now, "http", "test", "lorawan:1", frame), [value])])
            await flood.jobs[0].run(hub, clock)
            first = [Alert.from_document(one) async for one in hub.every("Alert")]
            await clock.advance(timedelta(minutes=1))
            await flood.jobs[0].run(hub, clock)
            return first, [Alert.from_document(one) async for one in hub.every("Alert")]
        finally:
            await hub.close()

    first, second = asyncio.run(story())
    assert [alert.data for alert in first] == [{"level": 0.312, "danger": 0.3}]
    assert second == first
