"""Sends a request to a context source and brings back its answer (CIM 009 4.3.6.5, 6.3.17)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import httpx2
import msgspec

from dalgu.hub.context import CORE, Context
from dalgu.hub.federation.errors import (
    LoopDetected,
    SourceConflict,
    SourceNotHolding,
    SourceRefused,
    SourceSilent,
)
from dalgu.hub.federation.registration import Registration
from dalgu.hub.federation.registry import Registry
from dalgu.hub.model import JSON
from dalgu.hub.outgoing import Reach, resolve
from dalgu.kernel.errors import DalguError

DEFAULT_TIMEOUT_S: Final = 5.0
MAX_TIMEOUT_S: Final = 60.0  # whatever a registration asks for
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
MAX_HELD_BYTES: Final = 64 * 1024 * 1024  # of all answers that are coming in
MAX_OF_ONE: Final = 16  # requests to one endpoint: a slow one must not take all connections
MAX_WARNINGS: Final = 8  # of one answer that are passed on
MAX_WARNING_LENGTH: Final = 200
MAX_AT_ONCE: Final = 64
AT_ONCE_OF_A_TENANT: Final = 8  # of one besides the default one
ROOT: Final = "/ngsi-ld/v1/"
COPIED: Final = "urn:ngsi-ld:request"  # the value of the header that the client sent

JSON_TYPE: Final = "application/json"
LD_TYPE: Final = "application/ld+json"
_REL: Final = "http://www.w3.org/ns/json-ld#context"
_STEERING: Final = frozenset(("accept", "contenttype", "jsonldcontext", "ngsildconformance"))
_OURS: Final = frozenset(
    (
        "host", "content-length", "content-type", "transfer-encoding", "connection", "link",
        "via", "ngsild-tenant", "keep-alive", "te", "trailer", "upgrade", "proxy-connection",
        "expect", "accept-encoding",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """What a forwarded request takes over from the request that caused it."""

    context: Context = CORE
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forward:
    """One request to a source: what is asked, in the words of the origin's context."""

    method: str
    path: str  # below /ngsi-ld/v1, percent-encoded
    parameters: tuple[tuple[str, str], ...] = ()
    body: JSON = None
    entity_map: str = ""  # the id of the source's own map that it is to follow


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered."""

    status: int
    body: bytes = b""
    warnings: tuple[str, ...] = ()
    location: str = ""
    entity_map: str = ""


class AnswerTooLarge(DalguError):
    """A source answered with more than the hub takes in."""

    slug = "answer-too-large"
    title = "The answer is too large"


class Courier:
    """Holds the connections to the sources; closed with `aclose`."""

    def __init__(
        self,
        registry: Registry,
        reach: Reach,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._registry = registry
        self._reach = reach
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None
        self._of_one: dict[str, asyncio.Semaphore] = {}
        self._held_bytes = 0
        self.alias = registry.alias

    def now(self) -> datetime:
        """Return the instant that the hub's clock shows."""
        return self._registry.now()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def send(self, to: Registration, forward: Forward, origin: Origin) -> Answer:
        """Send a request; return the answer when it is a success.

        Raises
        ------
        SourceSilent, SourceNotHolding, SourceConflict, SourceRefused, LoopDetected
            When it is none, or there is none; at once while the source cools down (5.2.34).
        AnswerTooLarge, AddressRefused, HostUnknown
            When the answer cannot be taken in, or the source must not be asked.
        """
        if self._registry.is_cooling(to):
            raise SourceSilent(to.id)
        try:
            answer = await self._in_time(to, forward, origin)
        except (DalguError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as failure:
            self._registry.note(to.id, is_success=False)
            if isinstance(failure, DalguError):
                raise
            raise SourceSilent(to.id) from None
        is_success = 200 <= answer.status < 300
        self._registry.note(to.id, is_success=is_success or answer.status == 404)
        if not is_success:
            raise _failure(to.id, answer.status)
        return answer

    async def _in_time(self, to: Registration, forward: Forward, origin: Origin) -> Answer:
        """Return the answer; looking the address up, waiting and receiving share one timeout."""
        timeout_s = min(to.timeout_s or DEFAULT_TIMEOUT_S, MAX_TIMEOUT_S)
        slots = self._of_one.setdefault(to.endpoint, asyncio.Semaphore(MAX_OF_ONE))
        try:
            async with asyncio.timeout(timeout_s), slots:
                return await self._sent(to, forward, origin, timeout_s)
        except TimeoutError:
            raise SourceSilent(to.id) from None

    async def _sent(
        self, to: Registration, forward: Forward, origin: Origin, timeout_s: float
    ) -> Answer:
        url, headers = to.endpoint + ROOT + forward.path, self._headers(to, forward, origin)
        extensions: dict[str, str] = {}
        if self._transport is None:
            target = await resolve(url, self._reach)
            url, headers["Host"] = target.url, target.host
            extensions = {"sni_hostname": target.server_name}
        parameters = [*forward.parameters, *((("local", "true"),) if to.local_only else ())]
        if parameters:
            url += "?" + urlencode(parameters, safe=":,/@", quote_via=quote)
        request = self._open().build_request(
            forward.method,
            url,
            content=_content(to, forward, origin),
            # As bytes: what a client sent may be passed on, and need not be ASCII.
            headers=[(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
            timeout=timeout_s,
            extensions=extensions,
        )
        return await self._received(request)

    async def _received(self, request: httpx2.Request) -> Answer:
        response = await self._open().send(request, stream=True)
        body = bytearray()
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise AnswerTooLarge("An answer must not be packed: it may unpack to anything.")
            async for part in response.aiter_bytes():
                body += part
                self._held_bytes += len(part)
                if len(body) > MAX_ANSWER_BYTES or self._held_bytes > MAX_HELD_BYTES:
                    raise AnswerTooLarge(f"An answer may have {MAX_ANSWER_BYTES} bytes.")
        finally:
            self._held_bytes -= len(body)
            await response.aclose()
        told = response.headers.get_list("ngsild-warning")[:MAX_WARNINGS]
        warnings = tuple(one[:MAX_WARNING_LENGTH] for one in told)
        location = response.headers.get("location", "")
        followed = response.headers.get("ngsild-entitymap", "").rpartition("/")[2]
        return Answer(response.status_code, bytes(body), warnings, location, followed)

    def _open(self) -> httpx2.AsyncClient:
        if self._client is None:
            at_once = AT_ONCE_OF_A_TENANT if self._registry.tenant else MAX_AT_ONCE
            limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once)
            self._client = httpx2.AsyncClient(
                transport=self._transport, limits=limits, trust_env=False, follow_redirects=False
            )
        return self._client

    def _headers(self, to: Registration, forward: Forward, origin: Origin) -> dict[str, str]:
        headers = {"Accept": steering(to, "accept") or JSON_TYPE, "Accept-Encoding": "identity"}
        for key, value in to.headers:
            name = key.lower()
            if name in _STEERING or name in _OURS:
                continue
            text = origin.headers.get(name) if value == COPIED else value
            if text is not None:
                headers[key] = text
        if forward.entity_map:
            headers["NGSILD-EntityMap"] = f"/{ROOT.strip('/')}/entityMaps/{forward.entity_map}"
        if to.tenant:
            headers["NGSILD-Tenant"] = to.tenant
        headers["Via"] = ", ".join((*origin.via, f"1.1 {self.alias}"))
        is_inline = forward.body is not None and is_linked_data(to, origin)
        if forward.body is not None:
            headers["Content-Type"] = LD_TYPE if is_inline else JSON_TYPE
        link = steering(to, "jsonldContext") or origin.context.link
        if not is_inline and link is not None:
            headers["Link"] = f'<{link}>; rel="{_REL}"; type="{LD_TYPE}"'
        return headers


def steering(to: Registration, key: str) -> str | None:
    """Return a value of contextSourceInfo that steers how a source is asked (4.3.6.6)."""
    wanted = key.lower()
    return next((value for name, value in to.headers if name.lower() == wanted), None)


def is_linked_data(to: Registration, origin: Origin) -> bool:
    """Whether a body goes out with its context inside."""
    if steering(to, "jsonldContext") is not None:
        return False
    return steering(to, "contentType") == LD_TYPE or origin.context.link is None


def _content(to: Registration, forward: Forward, origin: Origin) -> bytes | None:
    body = forward.body
    if body is None:
        return None
    if is_linked_data(to, origin):
        source = origin.context.source
        if isinstance(body, dict):
            body = body | {"@context": source}
        elif isinstance(body, list):
            body = [one | {"@context": source} if isinstance(one, dict) else one for one in body]
    return msgspec.json.encode(body)


def _failure(registration: str, status: int) -> DalguError:
    kinds = {404: SourceNotHolding, 409: SourceConflict, 504: SourceSilent, 508: LoopDetected}
    kind = kinds.get(status)
    return SourceRefused(registration, status) if kind is None else kind(registration)


def without_link(origin: Origin) -> Origin:
    """Return an origin whose context can be named by a Link: names become whole IRIs if need be."""
    return origin if origin.context.link is not None else replace(origin, context=CORE)
