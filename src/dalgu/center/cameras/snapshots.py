"""Stills of real cameras over HTTP: one address, one image, bounded in time and size."""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dalgu.center.cameras.sources import Source, Sources
from dalgu.center.outside import CameraSilent, Still
from dalgu.hub.model import Document
from dalgu.hub.outgoing import AddressRefused, HostUnknown, Reach, resolve
from dalgu.kernel.clock import Clock

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 4.0  # of the whole answer: an operator waits no longer
LARGEST_BYTES = 6 * 2**20  # a still of 4K takes some 2 MB
TYPES = ("image/jpeg", "image/png")
OK, UNAUTHORIZED = 200, 401
# Cameras stand in the city's own network. Addresses are set by administrators alone and what
# is not an image is thrown away, so a camera's address opens no door into that network.
REACH = Reach(private=True, loopback=True)


@dataclass(frozen=True, slots=True)
class HttpStills:
    """Asks the snapshot address that an administrator has set for a camera."""

    sources: Sources
    clock: Clock
    reach: Reach = REACH
    timeout_s: float = TIMEOUT_S

    async def take(self, camera: Document) -> Still:
        """Return an image of a camera now.

        Raises
        ------
        CameraSilent
            With the reason: no_source, unreachable, timeout, refused, too_large or no_image.
        """
        key = str(camera["id"])
        source = await self.sources.of(key)
        if source is None:
            raise CameraSilent(key, "no_source")
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._asked(key, source)
        except TimeoutError:
            raise CameraSilent(key, "timeout") from None

    async def _asked(self, key: str, source: Source) -> Still:
        import httpx2

        try:
            target = await resolve(source.url, self.reach)
            async with httpx2.AsyncClient(trust_env=False, timeout=self.timeout_s) as client:
                asked = client.stream(
                    "GET",
                    target.url,
                    headers={"Host": target.host, "Accept": ", ".join(TYPES)},
                    auth=_auth(source),
                    follow_redirects=False,
                    extensions={"sni_hostname": target.server_name},
                )
                async with asked as response:
                    return await self._still(key, response)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, AddressRefused, HostUnknown):
            raise CameraSilent(key, "unreachable") from None

    async def _still(self, key: str, response: "httpx2.Response") -> Still:
        if response.status_code != OK:
            is_refused = response.status_code == UNAUTHORIZED
            raise CameraSilent(key, "refused" if is_refused else "no_image")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in TYPES:
            raise CameraSilent(key, "no_image")
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST_BYTES:
                raise CameraSilent(key, "too_large")
        return Still(bytes(body), media_type, self.clock.now())


def _auth(source: Source) -> "httpx2.Auth | None":
    """Return how to sign in: as the camera asks for it, Digest or Basic (RFC 7616, 7617)."""
    if not source.user:
        return None
    import httpx2

    class AsAsked(httpx2.Auth):
        """Shows nothing before it was asked for; then what the camera's challenge names."""

        def auth_flow(
            self, request: httpx2.Request
        ) -> Generator[httpx2.Request, httpx2.Response, None]:
            digest = httpx2.DigestAuth(source.user, source.password)
            flow = digest.auth_flow(request)  # its first request shows nothing
            response = yield next(flow)
            asked = response.headers.get("www-authenticate", "").lower()
            if response.status_code != UNAUTHORIZED:
                return
            if "digest" in asked:
                yield flow.send(response)
            elif "basic" in asked:
                basic = httpx2.BasicAuth(source.user, source.password)
                yield next(basic.auth_flow(request))

    return AsAsked()
