"""Contexts that clients host in the hub (CIM 009 5.13), beside the offline bundle."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from dalgu.hub.context import Context, ContextSet, context_of
from dalgu.hub.errors import ContextNotExisting
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso
from dalgu.store.sqlite import Store

COLLECTION = "hub.contexts"
INDEX = "index.json"  # of a bundle's folder: URL -> file name


def load_bundle(folder: Path) -> dict[str, JSON]:
    """Return an offline bundle: `index.json` in the folder maps URLs to context files."""
    index = msgspec.json.decode((folder / INDEX).read_bytes(), type=dict[str, str])
    return {
        url: msgspec.json.decode((folder / Path(name).name).read_bytes())
        for url, name in index.items()
    }


class Contexts:
    """All contexts of a hub: the core, the offline bundle, and the hosted ones it stores."""

    def __init__(
        self, store: Store, clock: Clock, bundle: Mapping[str, JSON] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._set = ContextSet(bundle)
        self._hosted: dict[str, Document] = {}
        for key, body in store.read().records.all(COLLECTION):
            self._hosted[key] = msgspec.json.decode(body)
            self._hold(key)

    def _hold(self, key: str) -> None:
        entry = self._hosted[key]
        self._set.add(entry["url"], entry["body"])

    def resolve(self, source: JSON = None) -> Context:
        """Return the context of an `@context` value; see `ContextSet.resolve`."""
        return self._set.resolve(source)

    async def host(self, body: JSON, url_of: str) -> str:
        """Store a context; return its id. `url_of` is the address under which ids are served.

        Raises
        ------
        ContextInvalid
            When the body is no JSON-LD context.
        """
        self._set.resolve(context_of(body))
        number = len(self._hosted) + 1
        while f"context-{number}" in self._hosted:
            number += 1
        key = f"context-{number}"
        created_at = iso(self._clock.now())
        entry = {
            "url": url_of + key,
            "body": {"@context": body["@context"]},
            "createdAt": created_at,
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

    async def remove(self, name: str) -> None:
        """Delete a hosted context; one of the bundle is taken in again, so it stays."""
        key = self._key(name)
        if key is None:
            if self._set.document(name) is None:
                raise ContextNotExisting(name)
            return
        await self._store.write(lambda tables: tables.records.delete(COLLECTION, key))
        self._set.remove(self._hosted.pop(key)["url"])

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
            self.body(name)
            return {"URL": name, "localId": name, "kind": "Cached"}
        entry = self._hosted[key]
        return {
            "URL": entry["url"],
            "localId": key,
            "kind": "Hosted",
            "createdAt": entry["createdAt"],
        }

    def names(self, kind: str | None = None) -> list[str]:
        """Return the URLs of the contexts: all, the hosted, or the cached of the bundle."""
        hosted = [entry["url"] for entry in self._hosted.values()]
        cached = [url for url in self._set.urls() if url not in set(hosted)]
        if kind == "Hosted":
            return hosted
        return cached if kind == "Cached" else [] if kind else [*hosted, *cached]
