"""Contexts that the hub holds besides the core (CIM 009 5.13): hosted, implied, cached.

Cached are the contexts of the offline bundle and, where the hub may fetch, those fetched.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from dalgu.hub.context import Context, ContextInvalid, ContextSet, context_of
from dalgu.hub.core_context import CORE_CONTEXT_URLS
from dalgu.hub.errors import (
    BadRequestData,
    ContextNotAvailable,
    ContextNotExisting,
    InvalidRequest,
)
from dalgu.hub.fetch import Fetch
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso
from dalgu.store.sqlite import Store

COLLECTION = "hub.contexts"
INDEX = "index.json"  # of a bundle's folder: URL -> file name
MAX_CACHED = 1_000  # fetched contexts; the oldest goes

HOSTED, CACHED, IMPLIED = "Hosted", "Cached", "ImplicitlyCreated"


def load_bundle(folder: Path) -> dict[str, JSON]:
    """Return an offline bundle: `index.json` in the folder maps URLs to context files."""
    index = msgspec.json.decode((folder / INDEX).read_bytes(), type=dict[str, str])
    return {
        url: msgspec.json.decode((folder / Path(name).name).read_bytes())
        for url, name in index.items()
    }


class Contexts:
    """All contexts of a hub: the core, the offline bundle, the fetched, and those it stores.

    Parameters
    ----------
    store, clock
        Where hosted contexts are kept, and what dates them.
    bundle
        URL -> document, known without the network.
    fetch
        Reads what is not known; without it nothing is fetched.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bundle: Mapping[str, JSON] | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._bundle = dict(bundle or {})
        self._fetch = fetch
        self._set = ContextSet(bundle)
        self._opened_at = iso(clock.now())
        self._cached: dict[str, str] = dict.fromkeys(self._bundle, self._opened_at)  # URL -> since
        self._hosted: dict[str, Document] = {}
        for key, body in store.read().records.all(COLLECTION):
            self._hosted[key] = msgspec.json.decode(body)
            self._hold(key)

    @property
    def may_fetch(self) -> bool:
        """Whether a context that is not known is asked for over the network."""
        return self._fetch is not None

    def _hold(self, key: str) -> None:
        entry = self._hosted[key]
        self._set.add(entry["url"], entry["body"])

    def resolve(self, source: JSON = None) -> Context:
        """Return the context of an `@context` value; see `ContextSet.resolve`."""
        return self._set.resolve(source)

    async def fetch(self, url: str) -> bool:
        """Take a context in from its address; False when the hub fetches none.

        Raises
        ------
        ContextNotAvailable
            When it cannot be had.
        ContextInvalid
            When what is there is no context (5.5.6).
        """
        if self._fetch is None:
            return False
        document = await self._fetch(url)
        try:
            context_of(document)
            self._set.add(url, document)
        except ContextNotAvailable:  # it names another, which is fetched next
            self._set.hold(url, document)
        self._cached[url] = iso(self._clock.now())
        if len(self._cached) > MAX_CACHED + len(self._bundle):
            oldest = next(one for one in self._cached if one not in self._bundle)
            del self._cached[oldest]
            self._set.remove(oldest)
        return True

    async def host(self, body: JSON, url_of: str) -> str:
        """Store a context; return its id. `url_of` is the address under which ids are served.

        Raises
        ------
        InvalidRequest, ContextInvalid
            When the body is no JSON-LD context.
        """
        if not isinstance(body, dict) or "@context" not in body:
            raise InvalidRequest("The body must be an object with a member '@context'.")
        source = body["@context"]
        for part in source if isinstance(source, list) else [source]:
            if not isinstance(part, (str, dict)):
                raise ContextInvalid("it must be a URL, an object or an array of these.")
        self._set.resolve(source)
        return await self._add(source, url_of, HOSTED)

    async def imply(self, source: JSON, url_of: str) -> str:
        """Host a context that came without a URL, once; return its URL (5.13.1)."""
        for entry in self._hosted.values():
            if entry.get("kind") == IMPLIED and entry["body"]["@context"] == source:
                return str(entry["url"])
        key = await self._add(source, url_of, IMPLIED)
        return str(self._hosted[key]["url"])

    async def _add(self, source: JSON, url_of: str, kind: str) -> str:
        number = len(self._hosted) + 1
        while f"context-{number}" in self._hosted:
            number += 1
        key = f"context-{number}"
        entry = {
            "url": url_of + key,
            "body": {"@context": source},
            "createdAt": iso(self._clock.now()),
            "kind": kind,
        }
        self._hosted[key] = entry
        encoded = msgspec.json.encode(entry)
        try:
            await self._store.write(lambda tables: tables.records.put(COLLECTION, key, encoded))
        except BaseException:
            del self._hosted[key]
            raise
        self._hold(key)
        return key

    async def remove(self, name: str, *, reload: bool = False) -> None:
        """Delete a context (5.13.5); with `reload`, take a cached one in anew instead.

        Raises
        ------
        ContextNotExisting, BadRequestData, ContextNotAvailable
            When there is none, it is the core or of another kind than cached, or cannot be had.
        """
        key = self._key(name)
        if reload:
            await self._reload(name)
        elif name in CORE_CONTEXT_URLS:
            raise BadRequestData("The core context cannot be deleted.")
        elif key is not None:
            await self._store.write(lambda tables: tables.records.delete(COLLECTION, key))
            self._set.remove(self._hosted.pop(key)["url"])
        elif name in self._bundle:
            self._cached[name] = iso(self._clock.now())  # the bundle has it again at once
        elif name in self._cached:
            del self._cached[name]
            self._set.remove(name)
        else:
            raise ContextNotExisting(name)

    async def _reload(self, name: str) -> None:
        is_cached = name in self._cached or name in CORE_CONTEXT_URLS
        if not is_cached:
            raise BadRequestData("Only a cached context can be reloaded.")
        if name not in self._bundle and name not in CORE_CONTEXT_URLS:
            await self.fetch(name)

    def _key(self, name: str) -> str | None:
        if name in self._hosted:
            return name
        return next((key for key, entry in self._hosted.items() if entry["url"] == name), None)

    def body(self, name: str) -> JSON:
        """Return the document of a context by id or URL; raise `ContextNotExisting`."""
        key = self._key(name)
        body = self._set.document(name) if key is None else self._hosted[key]["body"]
        if body is None:
            raise ContextNotExisting(name)
        return body

    def details(self, name: str) -> Document:
        """Return what is known of a context besides its document (5.2.35)."""
        key = self._key(name)
        if key is None:
            created_at = self._opened_at if name in CORE_CONTEXT_URLS else self._cached.get(name)
            if created_at is None:
                raise ContextNotExisting(name)
            return {"URL": name, "localId": name, "kind": CACHED, "createdAt": created_at}
        entry = self._hosted[key]
        return {
            "URL": entry["url"],
            "localId": key,
            "kind": entry.get("kind", HOSTED),
            "createdAt": entry["createdAt"],
        }

    def names(self, kind: str | None = None) -> list[str]:
        """Return the URLs of the contexts, without the core: all, or those of one kind."""
        stored = [
            entry["url"]
            for entry in self._hosted.values()
            if kind in (None, entry.get("kind", HOSTED))
        ]
        cached = sorted(self._cached) if kind in (None, CACHED) else []
        return [*stored, *cached]
