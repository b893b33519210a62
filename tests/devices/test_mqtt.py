"""Messages of a real broker arrive once each, through restarts on either side."""

import asyncio
import json
import shutil
import socket
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from dalgu.devices.errors import BrokerAddressInvalid
from dalgu.devices.mqtt import Broker, Listener, broker
from dalgu.kernel.clock import iso

EUI = "70b3d50000000001"
DEVICE = f"lorawan:{EUI}"
UP = f"application/1/device/{EUI}/event/up"
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")

needs_mosquitto = pytest.mark.skipif(
    MOSQUITTO is None, reason="`apt-get install mosquitto` brings the broker"
)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("mqtt://localhost", Broker("localhost", 1883)),
        ("mqtt://a:b%40c@10.0.0.1:2883", Broker("10.0.0.1", 2883, "a", "b@c")),
        ("mqtts://broker", Broker("broker", 8883, is_encrypted=True)),
    ],
)
def test_a_broker_is_read_from_its_address(url: str, found: Broker) -> None:
    assert broker(url) == found


@pytest.mark.parametrize("url", ["", "localhost", "http://x", "mqtt://", "mqtt://x:y"])
def test_an_address_of_no_broker_is_refused(url: str) -> None:
    with pytest.raises(BrokerAddressInvalid):
        broker(url)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """A real broker on a loopback port; it keeps its sessions in a folder."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\n"
            f"persistence true\npersistence_location {folder}/\nautosave_interval 1\n"
            "autosave_on_changes true\nmax_queued_messages 0\n"
        )

    @asynccontextmanager
    async def running(self):
        process = await asyncio.create_subprocess_exec(
            MOSQUITTO,
            "-c",
            str(self._config),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await until(self._answers)
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def publish(self, topic: str, *bodies: bytes) -> None:
        from aiomqtt import Client

        async with Client("127.0.0.1", self.port) as client:
            for body in bodies:
                await client.publish(topic, body, qos=1)


async def until(so, timeout_s: float = 15.0) -> None:
    """Return once `await so()` holds; the broker is another process, so it is asked again."""
    async with asyncio.timeout(timeout_s):
        while not await so():  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.02)


@asynccontextmanager
async def listening(listener: Listener):
    task = asyncio.create_task(listener.run())
    try:
        async with asyncio.timeout(15):
            await listener.is_connected.wait()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def an_uplink(now, n: int) -> bytes:
    at = now - timedelta(minutes=n)
    return json.dumps(
        {"deviceInfo": {"devEui": EUI}, "time": iso(at), "fCnt": n, "data": "FA=="}
    ).encode()


async def stored(city) -> int:
    now = city.clock.now()
    series = await city.hub.series(
        "urn:ngsi-ld:Thermometer:" + EUI,
        "temperature",
        now - timedelta(days=9),
        now + timedelta(days=1),
    )
    return len(series.value)


@pytest.mark.server
@needs_mosquitto
def test_messages_of_every_network_are_taken_in(city, tmp_path) -> None:
    async def story() -> None:
        server = Mosquitto(tmp_path)
        async with city() as c, server.running():
            await c.add(DEVICE)
            await c.add("gateway:g1", None)
            now = c.clock.now()
            listener = Listener(c.intake, server.url)
            ttn = {
                "end_device_ids": {"dev_eui": EUI.upper()},
                "uplink_message": {"received_at": iso(now), "frm_payload": "FQ=="},
            }
            async with listening(listener):
                await server.publish(UP, *(an_uplink(now, n) for n in range(1, 200)))
                await server.publish("v3/app@ttn/devices/d1/up", json.dumps(ttn).encode())
                await server.publish(
                    "dalgu/heartbeat", b'{"device":"gateway:g1","at":"%s"}' % iso(now).encode()
                )
                await server.publish("dalgu/telex", b"?")
                await server.publish("dalgu/oms", b"zz")

                async def all_in() -> bool:
                    return listener.counters.acknowledged == 203

                await until(all_in)
            assert await stored(c) == 200
            assert listener.counters.topic_unknown == 1
            assert c.intake.counters.refused == 1
            heard = await c.hub.history("urn:ngsi-ld:Device:gateway:g1", "deviceState")
            assert len(heard) == 1

    asyncio.run(story())


@pytest.mark.server
@needs_mosquitto
def test_what_comes_while_the_platform_is_away_waits_at_the_broker(city, tmp_path) -> None:
    async def story() -> None:
        server = Mosquitto(tmp_path)
        async with city() as c, server.running():
            await c.add(DEVICE)
            now = c.clock.now()
            async with listening(Listener(c.intake, server.url)):
                pass
            await server.publish(UP, *(an_uplink(now, n) for n in range(50)))
            async with listening(Listener(c.intake, server.url)):
                await until(lambda: has(c, 50))

    asyncio.run(story())


@pytest.mark.server
@needs_mosquitto
def test_a_message_that_was_not_stored_comes_again(city, tmp_path) -> None:
    async def story() -> None:
        server = Mosquitto(tmp_path)
        async with city() as c, server.running():
            await c.add(DEVICE)
            now = c.clock.now()
            listener = Listener(c.intake, server.url)
            limit, c.intake.in_flight_limit = c.intake.in_flight_limit, 0
            async with listening(listener):
                await server.publish(UP, *(an_uplink(now, n) for n in range(10)))

                async def turned_away() -> bool:
                    return c.intake.counters.overloaded > 0

                await until(turned_away)
            assert listener.counters.acknowledged == 0
            c.intake.in_flight_limit = limit
            async with listening(Listener(c.intake, server.url)):
                await until(lambda: has(c, 10))

    asyncio.run(story())


@pytest.mark.server
@needs_mosquitto
def test_a_broker_that_restarts_is_found_again_and_duplicates_are_known(city, tmp_path) -> None:
    async def story() -> None:
        server = Mosquitto(tmp_path)
        async with city() as c:
            await c.add(DEVICE)
            now = c.clock.now()
            listener = Listener(c.intake, server.url)
            async with server.running():
                task = asyncio.create_task(listener.run())
                await until(lambda: set_(listener.is_connected))
                await server.publish(UP, *(an_uplink(now, n) for n in range(20)))
                await until(lambda: has(c, 20))
            await until(lambda: cleared(listener.is_connected))
            async with server.running():
                await until(lambda: set_(listener.is_connected))
                await server.publish(UP, *(an_uplink(now, n) for n in range(30)))
                await until(lambda: has(c, 30))

                async def all_told() -> bool:
                    return listener.counters.acknowledged >= 50

                await until(all_told)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            assert await stored(c) == 30
            assert c.intake.counters.duplicates >= 20
            assert listener.counters.connections == 2

    asyncio.run(story())


async def has(city, count: int) -> bool:
    return await stored(city) >= count


async def set_(event: asyncio.Event) -> bool:
    return event.is_set()


async def cleared(event: asyncio.Event) -> bool:
    return not event.is_set()
