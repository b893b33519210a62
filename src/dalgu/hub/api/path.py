"""The path of a request, as the hub's table of resources knows it."""

from typing import Final
from urllib.parse import unquote_to_bytes

from dalgu.hub.api.exchange import Scope
from dalgu.hub.errors import InvalidRequest, PathNotExisting

NGSI_LD: Final = "/ngsi-ld/v1/"
OWN: Final = "/hub/v1/"
BETWEEN_HUBS: Final = "/ngsi-ld/ex/"

_INTERFACES: Final = (("ngsi-ld", NGSI_LD), ("hub", OWN), ("ex", BETWEEN_HUBS))


def segments(scope: Scope) -> tuple[str, ...]:
    """Return the interface (`ngsi-ld`, `hub`, `ex`) and the decoded segments of the path after it.

    A slash inside an id arrives percent-encoded; only the raw path can tell it from a separator.
    """
    raw: bytes = scope.get("raw_path") or b""
    path: str = scope["path"]
    if b"%" not in raw and path.startswith(NGSI_LD) and path[-1] != "/":
        return ("ngsi-ld", *path[len(NGSI_LD) :].split("/"))
    text = raw.partition(b"?")[0].decode("latin-1") if b"%" in raw else path
    for interface, prefix in _INTERFACES:
        at = text.find(prefix)
        if at >= 0:
            parts = text[at + len(prefix) :].rstrip("/").split("/")
            return (interface, *(map(_unquoted, parts) if b"%" in raw else parts))
    raise PathNotExisting(path)


def _unquoted(part: str) -> str:
    try:
        return unquote_to_bytes(part.encode("latin-1")).decode()
    except UnicodeDecodeError:
        raise InvalidRequest("The path must be percent-encoded UTF-8.") from None
