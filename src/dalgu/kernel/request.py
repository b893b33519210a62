"""One request on its way through the platform, as logs and metrics speak of it."""

import itertools
import os
import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final

SEEN: Final = "dalgu.seen"  # key in an ASGI scope, which holds the `Seen` of the request

_TRACE: Final = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_GIVEN: Final = re.compile(rb"[A-Za-z0-9._\-]{1,64}")

# Unique in this process and unlikely in another; a random one for each costs four times as much.
_prefix: Final = os.urandom(6).hex()
_numbers: Final = itertools.count(1)


class Seen:
    """What is known of a request: filled on its way, read when it is answered."""

    __slots__ = ("actor", "answered_bytes", "id", "route", "status", "tenant")

    def __init__(self, identity: str) -> None:
        self.id = identity
        self.route = ""  # the template of its path: the path itself may hold a secret
        self.actor = ""  # a pseudonym
        self.tenant = ""
        self.status = 0
        self.answered_bytes = 0


current: ContextVar[Seen | None] = ContextVar("dalgu.seen", default=None)


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the id of a request: its W3C trace, what its sender calls it, or a new one.

    >>> request_id([(b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")])
    '0af7651916cd43dd8448eb211c80319c'
    >>> request_id([(b"x-request-id", b"order-66")])
    'order-66'
    """
    given = b""
    for name, value in headers:
        if name == b"traceparent":
            trace = _TRACE.fullmatch(value)
            if trace is not None and set(trace[1]) != {ord("0")}:
                return trace[1].decode()
        elif name == b"x-request-id" and _GIVEN.fullmatch(value):
            given = value
    return given.decode() or f"{_prefix}{next(_numbers):08x}"
