"""A request's body that can be read again."""

from collections.abc import MutableMapping
from typing import Any

from dalgu.hub.api.exchange import Receive


class Kept:
    """The parts of a request's body, kept to be read again once a context has been fetched."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._parts: list[MutableMapping[str, Any]] = []
        self._at = 0

    async def __call__(self) -> MutableMapping[str, Any]:
        """Return the next part."""
        if self._at == len(self._parts):
            self._parts.append(await self._receive())
        self._at += 1
        return self._parts[self._at - 1]

    def rewind(self) -> None:
        """Begin again with the first part."""
        self._at = 0
