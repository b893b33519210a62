"""One HTTP request and its answer: headers, body, context and media types (CIM 009 6.3)."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dalgu.hub.context import CORE, Context
from dalgu.hub.core_context import CORE_CONTEXT
from dalgu.hub.earlier import preferred_edition
from dalgu.hub.errors import (
    BadRequestData,
    BodyTooLarge,
    InvalidRequest,
    LengthRequired,
    MediaTypeUnsupported,
    NotAcceptable,
)
from dalgu.hub.hosted import Contexts
from dalgu.hub.maps import EntityMap, EntityMaps
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.parse import parse_parameters

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

JSON_TYPE = "application/json"
LD_TYPE = "application/ld+json"
GEO_TYPE = "application/geo+json"
MERGE_TYPE = "application/merge-patch+json"

TENANT = "dalgu.tenant"  # in a scope: the tenant that `api/tenants.py` has found

MAP_HEADER = b"ngsild-entitymap"

_WITH_BODY = frozenset(("POST", "PATCH", "PUT"))

MAX_BODY_BYTES = 16 * 1024 * 1024

encode = msgspec.json.encode
_decode = msgspec.json.Decoder().decode

_CONTEXT_REL = "http://www.w3.org/ns/json-ld#context"
_LINK = re.compile(r"<([^<>]*)>\s*((?:;\s*[\w*]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+)\s*)*)", re.ASCII)
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.ASCII)
_LD_CONTENT: tuple[bytes, bytes] = (b"content-type", b"application/ld+json")
JSON_CONTENT: tuple[bytes, bytes] = (b"content-type", b"application/json")
_CORE_LINK: tuple[bytes, bytes] = (
    b"link",
    f'<{CORE_CONTEXT}>; rel="{_CONTEXT_REL}"; type="{LD_TYPE}"'.encode(),
)


@dataclass(slots=True)
class Response:
    """What goes back: a status, a body that is encoded already, and headers."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)


class Call:
    """One request on its way through a handler; everything it holds is read when it is asked."""

    __slots__ = (
        "_headers", "_receive", "contexts", "maps", "max_body_bytes", "method", "path", "scope",
        "sent",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, path: tuple[str, ...]) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path = path
        self._receive = receive
        self._headers: dict[bytes, bytes] | None = None
        self.sent = b""  # the JSON body, once it was read

    contexts: Contexts
    maps: EntityMaps
    max_body_bytes: int

    @property
    def tenant(self) -> str:
        """The tenant that is spoken to, "" for the default one (6.3.14)."""
        return self.header(b"ngsild-tenant") or ""

    def entity_map(self) -> EntityMap | None:
        """Return the map that a request names, None when it names none that lives."""
        location = self.header(MAP_HEADER)
        if location is None:
            return None
        return self.maps.find(self.tenant, location.rpartition("/")[2])

    def header(self, name: bytes) -> str | None:
        """Return a header, None when it is absent."""
        if self._headers is None:
            self._headers = dict(self.scope["headers"])
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    def via(self) -> tuple[str, ...]:
        """Return the hubs that a request came by, of every Via header (6.3.18)."""
        fields = (value for name, value in self.scope["headers"] if name == b"via")
        parts = (one.strip() for value in fields for one in value.decode("latin-1").split(","))
        return tuple(one for one in parts if one)

    def parameters(self, known: frozenset[str]) -> dict[str, str]:
        """Return the query parameters; raise when one is not known."""
        raw: bytes = self.scope["query_string"]
        return parse_parameters(raw, known) if raw else {}

    def context(self) -> Context:
        """Return the context that the Link header names, the core context when there is none."""
        link = self.header(b"link")
        url = None if link is None else context_link(link)
        return CORE if url is None else self.contexts.resolve(url)

    def media_type(self, *offered: str) -> str:
        """Return the media type the client likes best among those offered."""
        return choose(self.header(b"accept"), offered)

    async def body(self) -> bytes:
        """Return the body.

        Raises
        ------
        BodyTooLarge
            When it passes the limit.
        """
        length = self.header(b"content-length")
        is_number = length is not None and length.isascii() and length.isdigit()
        if length is not None and is_number and int(length[:18]) > self.max_body_bytes:
            raise BodyTooLarge(self.max_body_bytes)
        event = await self._receive()
        if not event.get("more_body"):
            whole: bytes = event.get("body", b"")
            if len(whole) > self.max_body_bytes:
                raise BodyTooLarge(self.max_body_bytes)
            return whole
        return await self._long_body(event)

    async def _long_body(self, event: MutableMapping[str, Any]) -> bytes:
        parts, size = [], 0
        while True:
            part: bytes = event.get("body", b"")
            size += len(part)
            if size > self.max_body_bytes:
                raise BodyTooLarge(self.max_body_bytes)
            parts.append(part)
            if not event.get("more_body"):
                return b"".join(parts)
            event = await self._receive()

    def check_length(self) -> None:
        """Refuse a body of untold length, before anything else is looked at (6.3.4)."""
        if self.method in _WITH_BODY and self.header(b"content-length") is None:
            raise LengthRequired

    def preferred(self, response: Response) -> Response:
        """Return an answer with its context in the Link header where GeoJSON is so preferred."""
        wanted = self.header(b"prefer")
        if wanted is None:  # nearly every request
            return response
        edition = preferred_edition(wanted)
        if edition is not None and response.status < 300:  # entities are amended where shown
            applied = (b"preference-applied", f"ngsi-ld={edition[0]}.{edition[1]}".encode())
            response.headers = [*response.headers, applied]
        if "body=json" not in wanted.replace(" ", "").split(","):
            return response
        if (b"content-type", GEO_TYPE.encode()) not in response.headers:
            return response
        body = decode(response.body)
        body.pop("@context", None)
        headers = [*response.headers, link_of(self.context())]
        return Response(response.status, encode(body), headers)

    def with_body(self, body: JSON) -> "Call":
        """Return the same request with another body."""
        content = encode(body)

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        other = Call(self.scope, receive, self.path)
        other.contexts, other.maps = self.contexts, self.maps
        other.max_body_bytes = self.max_body_bytes
        return other

    async def json(self) -> JSON:
        """Return the decoded body; raise when it is no JSON or is of another media type."""
        self.content_type()
        self.sent = await self.body()
        return decode(self.sent)

    def content_type(self) -> str:
        """Return the media type of the body; raise `MediaTypeUnsupported` if it is not read."""
        given = (self.header(b"content-type") or "").partition(";")[0].strip().lower()
        if given in (JSON_TYPE, LD_TYPE) or (given == MERGE_TYPE and self.method == "PATCH"):
            return given
        raise MediaTypeUnsupported(given)

    async def document(self) -> tuple[JSON, Context]:
        """Return the decoded body and the context of its names (6.3.5)."""
        body = await self.json()
        if isinstance(body, list):
            raise InvalidRequest("The body must be an object.")
        return body, self.context_of(body)

    def check_link(self) -> None:
        """Refuse a body of JSON-LD together with a Link header that names a context (6.3.5)."""
        link = self.header(b"link")
        if link is not None and self.content_type() == LD_TYPE and context_link(link) is not None:
            raise BadRequestData("A body of application/ld+json must not come with a Link header.")

    def context_of(self, body: JSON) -> Context:
        """Return the context of a body, or of one item of a batch."""
        inside = body.get("@context") if isinstance(body, dict) else None
        if self.content_type() != LD_TYPE:
            if inside is not None:
                raise BadRequestData("A body with '@context' must be sent as application/ld+json.")
            return self.context()
        self.check_link()
        if inside is None:
            raise BadRequestData("A body of application/ld+json must have a member '@context'.")
        return self.contexts.resolve(inside)


def decode(body: bytes) -> JSON:
    """Return decoded JSON; raise `InvalidRequest` when it is none.

    >>> decode(b'{"a": 1}')
    {'a': 1}
    """
    try:
        return _decode(body)
    except msgspec.DecodeError as refusal:
        raise InvalidRequest(f"The body is no JSON: {refusal}.") from None
    except (RecursionError, UnicodeDecodeError):
        raise InvalidRequest("The body is no JSON: it nests too deep or is no UTF-8.") from None


def context_link(link: str) -> str | None:
    """Return the URL of the JSON-LD context in a Link header, None when it names none.

    >>> context_link('<https://a.example/c>; rel="http://www.w3.org/ns/json-ld#context"')
    'https://a.example/c'
    """
    for target, attributes in _LINK.findall(link):
        rel = _REL.search(attributes)
        if rel is not None and _CONTEXT_REL in (rel.group(1) or rel.group(2)).split():
            return str(target)
    return None


def choose(accept: str | None, offered: tuple[str, ...]) -> str:
    """Return the offered media type that an Accept header likes best; the first when all alike.

    Raises
    ------
    NotAcceptable
        When it accepts none of them.

    Examples
    --------
    >>> choose("application/ld+json;q=0.5, */*;q=0.1", (JSON_TYPE, LD_TYPE))
    'application/ld+json'

    """
    if accept is None or accept in ("*/*", offered[0]):
        return offered[0]
    best, best_weight = None, 0.0
    ranges = [_media_range(part) for part in accept.split(",")]
    for media_type in offered:
        weight = max((_fit(media_type, *one) for one in ranges), default=(0, 0.0))[1]
        if weight > best_weight:
            best, best_weight = media_type, weight
    if best is None:
        raise NotAcceptable(accept)
    return best


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = part.split(";")
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.strip().partition("=")
        if key.strip().lower() == "q":
            weight = _weight(value)
    return name.strip().lower(), weight


def _weight(text: str) -> float:
    """Return the weight of a range; one that cannot be read leaves the default (RFC 9110)."""
    return float(text) if re.fullmatch(r"[01](?:\.\d{0,3})?", text.strip(), re.ASCII) else 1.0


def _fit(media_type: str, wanted: str, weight: float) -> tuple[int, float]:
    """Return how closely a range names the type, and its weight: the closest range decides."""
    if wanted == media_type:
        return 3, weight
    if wanted == media_type.partition("/")[0] + "/*":
        return 2, weight
    return (1, weight) if wanted == "*/*" else (0, 0.0)


def link_of(context: Context) -> tuple[bytes, bytes]:
    """Return the Link header that names a context; what was sent inline has no URL to name."""
    if context.link is None or context.link == CORE_CONTEXT:
        return _CORE_LINK
    return b"link", f'<{context.link}>; rel="{_CONTEXT_REL}"; type="{LD_TYPE}"'.encode()


def shown(
    body: Document,
    media_type: str,
    context: Context,
    *,
    status: int = 200,
    extra: Headers = (),  # type: ignore[assignment]  # never written to
) -> Response:
    """Return one document in the media type that was chosen, with its context where it goes."""
    if media_type == JSON_TYPE:
        return Response(status, encode(body), [JSON_CONTENT, link_of(context), *extra])
    body["@context"] = context.source
    return Response(status, encode(body), [(b"content-type", media_type.encode()), *extra])


def shown_list(
    bodies: list[Document], media_type: str, context: Context, extra: Headers
) -> Response:
    """Return a list of documents; as JSON-LD each one carries the context."""
    if media_type == JSON_TYPE:
        return Response(200, encode(bodies), [JSON_CONTENT, link_of(context), *extra])
    for body in bodies:
        body["@context"] = context.source
    return Response(200, encode(bodies), [_LD_CONTENT, *extra])


def plain(body: JSON, *, status: int = 200, extra: Headers | None = None) -> Response:
    """Return JSON that has no JSON-LD context."""
    return Response(status, encode(body), [JSON_CONTENT, *(extra or [])])
