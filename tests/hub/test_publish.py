"""Notifications by MQTT, to a real broker (CIM 009 7.2)."""

import asyncio
import contextlib
import shutil
import socket

import aiomqtt
import msgspec
import pytest

from dalgu.hub.context import CORE
from dalgu.hub.endpoint import Endpoint, read_endpoint
from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.notification import BrokerFailed, notification
from dalgu.hub.outgoing import AddressRefused, Reach
from dalgu.hub.publish import publish
from dalgu.hub.subscription import read_subscription

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
HERE = Reach(loopback=True)
ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.asynccontextmanager
async def broker(folder):
    port = free_port()
    settings = folder / "mosquitto.conf"
    settings.write_text(f"allow_anonymous true\nlistener {port} 127.0.0.1\n")
    running = await asyncio.create_subprocess_exec(
        MOSQUITTO, "-c", settings, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                break
            await asyncio.sleep(0.01)
        yield port
    finally:
        running.terminate()
        await running.wait()


@pytest.mark.skipif(MOSQUITTO is None, reason="needs mosquitto: apt-get install mosquitto")
@pytest.mark.parametrize("version", ["mqtt3.1.1", "mqtt5.0"])
@pytest.mark.parametrize("quality", ["0", "1", "2"])
def test_a_notification_reaches_its_topic_with_its_metadata(tmp_path, version, quality):
    async def scene():
        async with broker(tmp_path) as port, aiomqtt.Client("127.0.0.1", port) as listener:
            await listener.subscribe("city/rooms", qos=2)
            endpoint = {
                "uri": f"mqtt://reader:secret@127.0.0.1:{port}/city/rooms",
                "receiverInfo": [{"key": "X-City", "value": "Daegu"}],
                "notifierInfo": [
                    {"key": "MQTT-Version", "value": version},
                    {"key": "MQTT-QoS", "value": quality},
                ],
            }
            body = {
                "type": "Subscription",
                "entities": [{"type": "Room"}],
                "notification": {"endpoint": endpoint},
            }
            subscription = read_subscription(body, CORE, "urn:ngsi-ld:Subscription:1")
            told = notification(subscription, [(ROOM, subscription.how)], 1, "now")
            await publish(subscription.endpoint, told.over_mqtt(), HERE, subscription.id)
            message = await asyncio.wait_for(anext(aiter(listener.messages)), 5)
            return message.qos, msgspec.json.decode(message.payload)

    qos, message = asyncio.run(scene())
    assert qos == int(quality)
    assert message["metadata"]["X-City"] == "Daegu"
    assert message["metadata"]["Content-Type"] == "application/json"
    assert message["body"]["data"] == [ROOM]


def test_a_broker_that_is_away_or_out_of_reach_is_said_to_be():
    endpoint = Endpoint(f"mqtt://127.0.0.1:{free_port()}/t", timeout_s=1)
    with pytest.raises(BrokerFailed):
        asyncio.run(publish(endpoint, b"{}", HERE, "urn:x:1"))
    with pytest.raises(AddressRefused):
        asyncio.run(publish(endpoint, b"{}", Reach(), "urn:x:1"))


@pytest.mark.parametrize(
    "endpoint",
    [
        {"uri": "mqtt://broker.example"},
        {"uri": "mqtt://broker.example/city/#"},
        {"uri": "mqtt://broker.example/t", "notifierInfo": [{"key": "MQTT-QoS", "value": "3"}]},
        {"uri": "mqtt://broker.example/t", "notifierInfo": [{"key": "MQTT-Version", "value": "4"}]},
        {"uri": "http://r.example/", "notifierInfo": [{"key": "K", "value": {}}]},
        {"uri": "http://r.example/", "timeout": 0},
    ],
)
def test_what_is_no_endpoint_is_refused(endpoint):
    with pytest.raises(DocumentInvalid):
        read_endpoint(endpoint)
