"""Device messages from an MQTT broker: ChirpStack, The Things Stack, or our own topics.

A message is acknowledged to the broker only once the hub holds it. The session is
persistent, so what comes while this platform is away waits at the broker, and what was
not acknowledged comes again: the hub knows a duplicate when it sees one. A mosquitto keeps
only 1,000 messages for an absent client unless its `max_queued_messages` says otherwise.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from dalgu.devices.errors import BrokerAddressInvalid
from dalgu.devices.formats import FORMATS, chirpstack_format
from dalgu.devices.intake import CHUNK_MESSAGES, Intake
from dalgu.kernel.errors import DalguError, Overloaded

if TYPE_CHECKING:
    import ssl

    from aiomqtt import Client, Message

log = logging.getLogger(__name__)

TOPICS = (
    "application/+/device/+/event/+",  # ChirpStack v4
    "v3/+/devices/+/up",  # The Things Stack v3
    "v3/+/devices/+/join",
    "dalgu/+",  # ours: the format by name
)
AT_LEAST_ONCE = 1
QUEUE_MESSAGES = 10_000
FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 60.0
PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is and how one signs in."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    is_encrypted: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(slots=True)
class Counters:
    """What the listener has done since it began."""

    received: int = 0
    acknowledged: int = 0
    topic_unknown: int = 0  # acknowledged and passed over
    queue_full: int = 0  # not acknowledged: the broker sends them again
    connections: int = 0
    failures: int = 0


def broker(url: str) -> Broker:
    """Return the broker of an address.

    Raises
    ------
    BrokerAddressInvalid
        When the scheme, host or port cannot be used.

    Examples
    --------
    >>> str(broker("mqtt://dalgu:secret@localhost"))
    'localhost:1883'

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BrokerAddressInvalid(str(error)) from None
    if parts.scheme not in PORTS:
        raise BrokerAddressInvalid("its scheme is neither mqtt nor mqtts")
    if not parts.hostname:
        raise BrokerAddressInvalid("it names no host")
    return Broker(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        is_encrypted=parts.scheme == "mqtts",
    )


def format_of(topic: str) -> str | None:
    """Return the format of the messages of a topic, `None` where there is none.

    >>> format_of("application/1/device/0101010101010101/event/join")
    'chirpstack-join'
    >>> format_of("v3/app@ttn/devices/dev1/up"), format_of("dalgu/oms"), format_of("dalgu/x")
    ('ttn', 'oms', None)
    """
    first, *_, last = topic.split("/")
    found = {"application": chirpstack_format(last), "v3": "ttn", "dalgu": last}.get(first)
    return found if found in FORMATS else None


class Listener:
    """One subscription to one broker.

    Parameters
    ----------
    intake
        Takes the messages, a batch to a commit.
    address
        The broker, as `mqtt://user:password@host:port`.
    client_id
        Fixed, since the broker keeps the session under it; two listeners need two.
    """

    def __init__(self, intake: Intake, address: str, *, client_id: str = "dalgu") -> None:
        self.broker = broker(address)
        self.counters = Counters()
        self.is_connected = asyncio.Event()
        self._intake = intake
        self._client_id = client_id

    async def run(self) -> None:
        """Take messages until cancelled; come back after each failure, ever more patiently."""
        from aiomqtt import MqttError

        retry_s = FIRST_RETRY_S
        while True:
            connections = self.counters.connections
            try:
                await self._serve()
            except (MqttError, DalguError, OSError) as error:
                self.counters.failures += 1
                log.warning("mqtt.disconnected broker=%s reason=%s", self.broker, error)
            finally:
                self.is_connected.clear()
            if self.counters.connections > connections:
                retry_s = FIRST_RETRY_S
            await asyncio.sleep(retry_s)
            retry_s = min(2 * retry_s, LONGEST_RETRY_S)

    async def _serve(self) -> None:
        async with self._client() as client:
            await client.subscribe([(topic, AT_LEAST_ONCE) for topic in TOPICS])
            self.counters.connections += 1
            self.is_connected.set()
            log.info("mqtt.connected broker=%s", self.broker)
            messages = client.messages
            async for first in messages:
                batch = [first]
                while len(messages) and len(batch) < CHUNK_MESSAGES:
                    batch.append(await anext(messages))
                await self._take(batch)
                self._acknowledge(client, batch)

    async def _take(self, batch: Iterable["Message"]) -> None:
        items = []
        for message in batch:
            self.counters.received += 1
            format = format_of(message.topic.value)
            if format is None:
                self.counters.topic_unknown += 1
                continue
            items.append((format, _bytes(message.payload), None))
        while True:
            try:
                await self._intake.accept_many(items, transport="mqtt")
            except Overloaded as error:  # the broker holds the rest meanwhile
                await asyncio.sleep(error.retry_after_s)
            else:
                return

    def _acknowledge(self, client: "Client", batch: Iterable["Message"]) -> None:
        for message in batch:
            if message.qos:
                client._client.ack(message.mid, message.qos)
                self.counters.acknowledged += 1

    def _client(self) -> "Client":
        from aiomqtt import Client

        counters = self.counters

        class BoundedQueue(asyncio.Queue["Message"]):
            """Counts what finds no place."""

            def put_nowait(self, item: "Message") -> None:
                if self.full():
                    counters.queue_full += 1
                super().put_nowait(item)

        client = Client(
            self.broker.host,
            self.broker.port,
            username=self.broker.username,
            password=self.broker.password,
            identifier=self._client_id,
            clean_session=False,
            queue_type=BoundedQueue,
            max_queued_incoming_messages=QUEUE_MESSAGES,
            tls_context=_tls() if self.broker.is_encrypted else None,
        )
        # aiomqtt acknowledges as soon as a message is queued, which would lose it in a
        # crash; paho's manual acknowledgement is public, aiomqtt's handle on paho is not.
        client._client.manual_ack_set(on=True)
        return client


def _tls() -> "ssl.SSLContext":
    import ssl

    return ssl.create_default_context()


def _bytes(payload: object) -> bytes:
    # paho hands on what came as bytes; aiomqtt types it as anything that may be sent.
    return payload if isinstance(payload, bytes) else b""
