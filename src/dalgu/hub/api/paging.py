"""Pages of a list: how many there are, and where the neighbours are (CIM 009 6.3.10, 6.3.13)."""

from urllib.parse import parse_qsl, quote, urlencode

from dalgu.hub.api.exchange import LD_TYPE, Call, Headers
from dalgu.hub.hub import Page, Query

ROOT = "/ngsi-ld/v1"


def paging(
    call: Call, asked: Query, page: Page, media_type: str = LD_TYPE, *, is_sorted: bool = True
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
    parameters = dict(parse_qsl(call.scope["query_string"].decode(), keep_blank_values=True))
    parameters |= {"limit": str(asked.limit), "offset": str(offset)}
    ordered = sorted(parameters.items()) if is_sorted else list(parameters.items())
    text = urlencode(ordered, safe=":*/", quote_via=quote)
    path = "/".join((ROOT, *call.path))
    # Without spaces: RFC 8288 leaves them to us, and some clients compare letter by letter.
    return b"link", f'<{path}?{text}>;rel="{rel}";type="{media_type}"'.encode()
