"""Where the hub may send: addresses are looked up once, judged, and then held to.

Without this guard a subscription could make the hub call into the city's own network. The
address that was judged is the one that is called: a name cannot point elsewhere in between.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dalgu.kernel.errors import DalguError, Forbidden

if TYPE_CHECKING:
    import httpx2

MAX_ADDRESSES = 20
MAX_ANSWER_BYTES = 64 * 1024  # of an answer that nobody reads; the rest is hung up on


class AddressRefused(Forbidden):
    """A notification would go where the hub does not send."""

    slug = "address-refused"
    title = "The address is refused"

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"Host '{host[:120]}' is at {address}, which is no public address. "
            "Allow private addresses in the settings if the receiver is the city's own.",
            host=host[:120],
            address=address,
        )


class HostUnknown(Forbidden):
    """The name of a receiver cannot be looked up."""

    slug = "host-unknown"
    title = "The host is unknown"

    def __init__(self, host: str) -> None:
        super().__init__(f"Host '{host[:120]}' has no address.", host=host[:120])


class ReceiverSilent(DalguError):
    """A receiver did not answer in time."""

    status = 504
    slug = "receiver-silent"
    title = "The receiver is silent"

    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"The receiver gave no answer within {timeout_s:g} s.", timeout_s=timeout_s
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """How far notifications may go: public addresses always, others by setting."""

    private: bool = False
    loopback: bool = False

    def allows(self, address: str) -> bool:
        """Whether the hub sends to an address.

        >>> Reach().allows("10.0.0.7"), Reach(private=True).allows("10.0.0.7")
        (False, True)
        """
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        if parsed.is_multicast or parsed.is_unspecified or parsed.is_link_local:
            return False  # link-local holds the metadata services of clouds
        if parsed.is_loopback:
            return self.loopback
        return parsed.is_global or self.private


@dataclass(frozen=True, slots=True)
class Target:
    """A URL whose host is an address that was judged, and the name it was asked for by."""

    url: str
    host: str
    server_name: str


async def resolve(uri: str, reach: Reach) -> Target:
    """Look the host of a URI up and return a target that is held to the address found.

    Raises
    ------
    AddressRefused, HostUnknown
        When one of its addresses is out of reach, or it has none.
    """
    parts = urlsplit(uri)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = await _addresses(host, port)
    for address in addresses:
        if not reach.allows(address):
            raise AddressRefused(host, address)
    address = addresses[0]
    bracketed = f"[{address}]" if ":" in address else address
    url = parts._replace(netloc=f"{bracketed}:{port}", fragment="").geturl()
    return Target(url, parts.netloc, host)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is posted to whom."""

    uri: str
    body: bytes
    headers: Mapping[str, str]
    timeout_s: float


async def post(client: "httpx2.AsyncClient", letter: Letter, reach: Reach | None) -> int:
    """Post to the very address that was judged; return the status of the answer.

    Redirects are not followed: they would lead past the judgement. Without `reach` nothing is
    looked up, as the client's transport decides where letters go. The letter's timeout holds for
    all of it: a receiver that answers byte by byte is as silent as one that does not.

    Raises
    ------
    AddressRefused, HostUnknown
        When the address is out of reach, or there is none.
    ReceiverSilent
        When there is no answer in time.
    """
    try:
        async with asyncio.timeout(letter.timeout_s):
            return await _posted(client, letter, reach)
    except TimeoutError:
        raise ReceiverSilent(letter.timeout_s) from None


async def _posted(client: "httpx2.AsyncClient", letter: Letter, reach: Reach | None) -> int:
    url, headers, extensions = letter.uri, dict(letter.headers), {}
    if reach is not None:
        target = await resolve(letter.uri, reach)
        url, headers["Host"] = target.url, target.host
        extensions = {"sni_hostname": target.server_name}
    request = client.build_request(
        "POST",
        url,
        content=letter.body,
        headers=headers,
        timeout=letter.timeout_s,
        extensions=extensions,
    )
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        left = MAX_ANSWER_BYTES
        async for part in response.aiter_raw():  # to its end, or the connection cannot be kept
            left -= len(part)
            if left < 0:
                break
    finally:
        await response.aclose()
    return response.status_code


def is_taken(status: int) -> bool:
    """Tell whether the status of an answer says success (RFC 9110, 15.3)."""
    return 200 <= status < 300


async def _addresses(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HostUnknown(host) from None
    if not found:
        raise HostUnknown(host)
    return [str(address[0]).partition("%")[0] for *_, address in found[:MAX_ADDRESSES]]
