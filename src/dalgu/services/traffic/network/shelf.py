"""Networks kept by their content: what was once in force can always be read again."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.network.refusals import NetworkNotKept
from dalgu.store.durable import put

CACHED: Final = 4


class Shelf:
    """The networks under a folder, as `networks/<sha256>.json`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "networks"
        self._cache: dict[str, Network] = {}

    def keep(self, network: Network) -> str:
        """Keep a network and return its digest; the same network has the same."""
        body = msgspec.json.encode(network)
        digest = hashlib.sha256(body).hexdigest()
        path = self.path(digest)
        if not path.exists():
            put(path, body)  # on disk before the book names it
        self._remember(digest, network)
        return digest

    def network(self, digest: str) -> Network:
        """Return a kept network; raise `NetworkNotKept`."""
        if digest not in self._cache:
            try:
                body = self.path(digest).read_bytes()
            except (OSError, ValueError):
                raise NetworkNotKept(digest) from None
            if hashlib.sha256(body).hexdigest() != digest:
                raise NetworkNotKept(digest)
            self._remember(digest, msgspec.json.decode(body, type=Network))
        return self._cache[digest]

    def path(self, digest: str) -> Path:
        """Return where a network lies, or would; raise `NetworkNotKept` for no digest."""
        if not (len(digest) == 64 and digest.isalnum()):
            raise NetworkNotKept(digest)
        return self._folder / f"{digest}.json"

    def _remember(self, digest: str, network: Network) -> None:
        self._cache[digest] = network
        while len(self._cache) > CACHED:
            self._cache.pop(next(iter(self._cache)))
