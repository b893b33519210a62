"""Pages of a list: how many there are, and where the neighbours are (CIM 009 6.3.10, 6.3.13)."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from dalgu.hub.api.exchange import LD_TYPE, Call, Headers
from dalgu.hub.hub import Page, Query

ROOT = "/ngsi-ld/v1"


@dataclass(frozen=True, slots=True)
class Bodies:
    """A page whose entities are not decoded."""

    entities: list[bytes]
    total: int | None = None


def paging(
    call: Call,
    asked: Query,
    page: Page | Bodies,
    media_type: str = LD_TYPE,
    *,
    is_sorted: bool = True,
) -> Headers:
    """Return the headers of a page: the count, and links to its neighbours (6.3.10, 6.3.13)."""
    headers: Headers = []
    if asked.count and page.total is not None:
        headers.append((b"ngsild-results-count", str(page.total).encode()))
    if asked.limit and len(page.entities) > asked.limit:
        following = asked.offset + asked.limit
        headers.append(_neighbour(call, asked, following, "next", media_type, is_sorted=is_sorted))
    if asked.limit and asked.offset > 0:
        before = max(0, asked.offset - asked.limit)
        headers.append(_neighbour(call, asked, before, "prev", media_type, is_sorted=is_sorted))
    return headers


def _neighbour(  # noqa: PLR0913  # what a link says
    call: Call, asked: Query, offset: int, rel: str, media_type: str, *, is_sorted: bool
) -> tuple[bytes, bytes]:
    raw: bytes = call.scope["query_string"]
    text = _moved(raw, str(asked.limit), str(offset), is_sorted=is_sorted)
    path = "/".join((ROOT, *call.path))
    # Without spaces: RFC 8288 leaves them to us, and some clients compare letter by letter.
    return b"link", f'<{path}?{text}>;rel="{rel}";type="{media_type}"'.encode()


# Clients ask for the same pages again and again; to write the link anew costs 25 µs.
@lru_cache(maxsize=512)
def _moved(raw: bytes, limit: str, offset: str, *, is_sorted: bool) -> str:
    parameters = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    parameters |= {"limit": limit, "offset": offset}
    ordered = sorted(parameters.items()) if is_sorted else list(parameters.items())
    return urlencode(ordered, safe=":*/", quote_via=quote)
