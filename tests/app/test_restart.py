"""`dalgu up` as people start it: a process of its own, killed, stopped, started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import msgspec
import pytest

from dalgu.app.model_city import held
from dalgu.kernel.clock import SystemClock, iso
from dalgu.store.sqlite import Store

pytestmark = pytest.mark.server

PATIENCE_S = 90
STOP_S = 10
LINK = re.compile(r"(http://\S+/welcome/\S+)")
REAL = ("--no-simulation",)
MODEL = ("--history-days", "0")
EUI = "02da000100000002"
METER = "urn:ngsi-ld:WaterMeter:1"
CHIEF = {"name": "chief", "password": "감나무 아래 세 마리 고양이"}


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@dataclass
class City:
    """A running `dalgu up`; what it said so far is in `said`."""

    process: subprocess.Popen
    folder: object
    url: str
    said: str = ""

    def wait_until_said(self, words):
        """Read on until a line holds the words."""
        begun = time.monotonic()
        while words not in self.said:
            line = self.process.stdout.readline()
            self.said += line
            assert line or self.process.poll() is None, self.said
            assert time.monotonic() - begun < PATIENCE_S, self.said
        return self.said

    def ask(self, method, path, **more):
        return httpx2.request(method, self.url + path, timeout=PATIENCE_S, **more)

    def token(self):
        """Return the headers of a new token, made by the command beside the running city."""
        made = command("tokens", "create", "gateway", "--role", "service", folder=self.folder)
        said, _ = made.communicate(timeout=PATIENCE_S)
        assert made.returncode == 0, said
        return {"authorization": f"Bearer {said.split()[-1]}"}

    def sign_up(self):
        """Return the session cookie of a first administrator."""
        [link] = LINK.findall(self.said)
        made = self.ask("POST", link.removeprefix(self.url), data=CHIEF)
        assert made.status_code == 303
        return made.headers["set-cookie"].partition(";")[0]

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(STOP_S)


def command(*words, folder):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DALGU_")}
    dalgu = [sys.executable, "-c", "from dalgu.cli import main; main()"]
    return subprocess.Popen(
        [*dalgu, *words, "--data", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder.parent,
        env=environment | {"PYTHONUNBUFFERED": "1"},
    )


def start(folder, *options, port=None):
    port = port or free_port()
    process = command("up", "--port", str(port), *options, folder=folder)
    return City(process, folder, f"http://localhost:{port}")


@contextmanager
def running(folder, *options):
    city = start(folder, *options)
    try:
        city.wait_until_said("Stop with Ctrl+C")
        yield city
    finally:
        if city.process.poll() is None:
            city.process.kill()
        city.process.stdout.close()
        city.process.wait(STOP_S)


def refusal(folder, *options, port=None):
    """Return what a start says that must not come up."""
    city = start(folder, *options, port=port)
    said, _ = city.process.communicate(timeout=PATIENCE_S)
    return city.process.returncode, said


def state_of(folder):
    store = Store.open(folder / "city.db")
    try:
        return held(store)
    finally:
        store._close()


def an_uplink():
    at = iso(SystemClock().now().replace(microsecond=0) - timedelta(minutes=1))
    fields = {"volume": 12.5, "unit": "m3"}
    return {"deviceInfo": {"devEui": EUI}, "time": at, "fPort": 1, "object": fields}


def test_what_a_device_said_survives_a_kill(tmp_path):
    folder = tmp_path / "city"
    device = {"device": f"lorawan:{EUI}", "profile": "water-decoded", "controlled_asset": METER}
    with running(folder, *REAL) as city:
        assert city.ask("GET", "/health").json()["status"] == "pass"
        assert "waiting for real devices" in city.said
        assert city.ask("POST", "/devices/chirpstack", json=an_uplink()).status_code == 401
        token = city.token()
        registered = city.ask("POST", "/devices/registry", json=device, headers=token)
        assert registered.json() == {"registered": 1}
        sent = an_uplink()
        taken = city.ask("POST", "/devices/chirpstack", json=sent, headers=token)
        assert taken.json()["stored"] > 0
        city.stop(signal.SIGKILL)
    with running(folder, *REAL) as city:
        path = f"/ngsi-ld/v1/entities/{METER}"
        volume = city.ask("GET", path, headers=token).json()["volume"]
        assert (volume["value"], volume["observedAt"]) == (12.5, sent["time"])
        again = city.ask("POST", "/devices/chirpstack", json=sent, headers=token).json()
        assert (again["stored"], again["duplicates"] > 0) == (0, True)
        assert again["message_id"] == taken.json()["message_id"] + 1
        assert city.stop() == 0


def test_the_one_time_link_makes_one_administrator(tmp_path):
    folder = tmp_path / "city"
    with running(folder, *REAL) as city:
        [link] = LINK.findall(city.said)
        link = link.removeprefix(city.url)
        assert city.ask("GET", link).status_code == 200
        cookie = city.sign_up()
        account = city.ask("GET", "/en/account", headers={"cookie": cookie})
        assert account.status_code == 200
        twice = city.ask("POST", link, data=CHIEF | {"name": "second"})
        assert twice.status_code in range(400, 500)
        assert "set-cookie" not in twice.headers
        assert city.ask("GET", link).status_code in range(400, 500)
        assert city.stop() == 0
    with running(folder, *REAL) as city:
        assert LINK.findall(city.said) == []
        assert city.ask("GET", "/en/account", headers={"cookie": cookie}).status_code == 200


def test_a_simulated_city_stops_cleanly_and_goes_on(tmp_path):
    folder = tmp_path / "city"
    with running(folder, *MODEL) as city:
        city.wait_until_said("indicators are measured")
        begun = time.monotonic()
        assert city.stop(signal.SIGTERM) == 0
        assert time.monotonic() - begun < STOP_S / 2
        assert "Traceback" not in city.said + city.process.stdout.read()
    first = state_of(folder)
    assert first.has_registers
    assert first.heard_until is not None
    with running(folder, *MODEL) as city:
        code, said = refusal(folder, *MODEL)
        assert (code, "The data folder is in use" in said) == (1, True)
        city.wait_until_said("indicators are measured")
        assert city.stop(signal.SIGINT) == 0
    second = state_of(folder)
    assert second.heard_until > first.heard_until
    code, said = refusal(folder, *MODEL, "--seed", "2")
    assert code == 1
    assert "The folder holds another city" in said
    assert "daegu of seed 1, not daegu of seed 2" in said
    assert "Traceback" not in said
    assert msgspec.structs.asdict(state_of(folder)) == msgspec.structs.asdict(second)


def test_an_open_page_does_not_hold_up_the_end(tmp_path):
    with running(tmp_path / "city", *REAL) as city:
        headers = {"cookie": city.sign_up()}
        with httpx2.stream("GET", city.url + "/live", headers=headers, timeout=PATIENCE_S) as page:
            assert page.status_code == 200
            assert next(page.iter_lines()).startswith("retry:")
            assert city.stop() == 0


def test_a_port_that_is_in_use_is_told(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = refusal(tmp_path / "city", *REAL, port=port)
    assert code == 1
    assert f"Port {port} of 127.0.0.1 is in use by another program" in said
    assert "Traceback" not in said
