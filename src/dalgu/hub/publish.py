"""Notifications to MQTT brokers (CIM 009 7.2), each on a connection to a judged address."""

import ssl
from urllib.parse import unquote, urlsplit

from dalgu.hub.endpoint import DEFAULT_VERSION, Endpoint, topic_of
from dalgu.hub.notification import BrokerFailed
from dalgu.hub.outgoing import Reach, resolve

_PORTS = {"mqtt": 1883, "mqtts": 8883}


async def publish(endpoint: Endpoint, message: bytes, reach: Reach, subscription: str) -> None:
    """Publish one message; return once the broker has it as the quality of service says.

    Raises
    ------
    BrokerFailed
        When the broker cannot be reached, refuses, or stays silent past the timeout.
    AddressRefused, HostUnknown
        When its address is out of reach, or it has none.
    """
    import aiomqtt

    parts = urlsplit(endpoint.uri)
    port = parts.port or _PORTS[parts.scheme]
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    target = await resolve(f"http://{shown}:{port}/", reach)
    is_encrypted = parts.scheme == "mqtts"
    versions = aiomqtt.ProtocolVersion
    try:
        async with aiomqtt.Client(
            # A certificate names the host, and by it no other host can stand in its place.
            host if is_encrypted else str(urlsplit(target.url).hostname),
            port,
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            protocol=versions.V5 if endpoint.version == DEFAULT_VERSION else versions.V311,
            timeout=endpoint.timeout_s,
            tls_context=ssl.create_default_context() if is_encrypted else None,
        ) as client:
            await client.publish(topic_of(endpoint.uri), message, qos=endpoint.quality)
    except (aiomqtt.MqttError, OSError, ValueError) as failure:
        raise BrokerFailed(subscription, str(failure)) from failure
