"""Contexts from the network, where a city allows it, from judged addresses and bounded."""

import asyncio
from typing import Protocol

import httpx2
import msgspec

from dalgu.hub.context import ContextInvalid
from dalgu.hub.errors import ContextNotAvailable
from dalgu.hub.model import JSON
from dalgu.hub.outgoing import Reach, resolve
from dalgu.kernel.errors import DalguError

MAX_BYTES = 4 * 1024 * 1024
TIMEOUT_S = 5.0  # for the next bytes
WHOLE_S = 15.0  # for all of them: a sender that dribbles is given up
_ACCEPT = "application/ld+json, application/json;q=0.9"


class Fetch(Protocol):
    """Reads the document at a URL; raises `ContextNotAvailable`."""

    async def __call__(self, url: str) -> JSON:
        """Return the document."""
        ...


class Fetcher:
    """Reads contexts over HTTP from addresses within reach."""

    def __init__(self, reach: Reach, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._reach = reach
        self._transport = transport

    async def __call__(self, url: str) -> JSON:
        """Return the document at a URL.

        Raises
        ------
        ContextNotAvailable
            When it is out of reach, too large or too slow.
        ContextInvalid
            When it is no JSON (CIM 009 5.5.6).
        """
        if not url.startswith(("http://", "https://")):
            raise ContextNotAvailable(url)
        try:
            async with asyncio.timeout(WHOLE_S):
                body = await self._read(url)
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ContextInvalid(f"'{url[:80]}' is no JSON.") from None
        except (DalguError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, TimeoutError):
            raise ContextNotAvailable(url) from None

    async def _read(self, url: str) -> bytes:
        target = await resolve(url, self._reach)
        headers = {"Host": target.host, "Accept": _ACCEPT}
        extensions = {"sni_hostname": target.server_name}
        body = bytearray()
        async with (
            httpx2.AsyncClient(
                transport=self._transport, trust_env=False, timeout=TIMEOUT_S
            ) as client,
            client.stream("GET", target.url, headers=headers, extensions=extensions) as response,
        ):
            response.raise_for_status()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MAX_BYTES:
                    raise ContextNotAvailable(url)
        return bytes(body)
