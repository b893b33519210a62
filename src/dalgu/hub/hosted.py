"""Contexts that a hub holds for itself (CIM 009 5.13): hosted, and implied by subscriptions.

They belong to one tenant each; the public ones are in `cached.py`.
"""

from collections.abc import Mapping

import msgspec

from dalgu.hub.cached import CACHED, PublicContexts
from dalgu.hub.context import Context, ContextInvalid, ContextSet
from dalgu.hub.errors import BadRequestData, ContextNotExisting, InvalidRequest, TooManyResults
from dalgu.hub.fetch import Fetch
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso
from dalgu.store.sqlite import Store

COLLECTION = "hub.contexts"
MAX_HOSTED = 10_000  # of one tenant

HOSTED, IMPLIED = "Hosted", "ImplicitlyCreated"


class Contexts:
    """All contexts of a tenant: the public ones, and those it stores.

    Parameters
    ----------
    store, clock
        Where hosted contexts are kept, and what dates them.
    bundle
        URL -> document, known without the network.
    fetch
        Reads what is not known; without it nothing is fetched.
    public
        The public contexts, where another tenant has them already.
    tenant
        Whose hosted contexts these are.
    """

    def __init__(  # noqa: PLR0913  # each is named once, where the hub is put together
        self,
        store: Store,
        clock: Clock,
        bundle: Mapping[str, JSON] | None = None,
        fetch: Fetch | None = None,
        *,
        public: PublicContexts | None = None,
        tenant: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._public = public or PublicContexts(clock, bundle, fetch)
        self._collection = f"{COLLECTION}@{tenant}" if tenant else COLLECTION
        # Receivers keep contexts by their URLs, so no two tenants may have one in common.
        self._prefix = f"{tenant}-context-" if tenant else "context-"
        self._set = ContextSet(public=self._public.held)
        self._hosted: dict[str, Document] = {}
        for key, body in store.read().records.all(self._collection):
            self._hosted[key] = msgspec.json.decode(body)
            self._hold(key)

    def tenant(self, name: str) -> "Contexts":
        """Return the contexts of another tenant: the public ones, and its own."""
        return Contexts(self._store, self._clock, public=self._public, tenant=name)

    @property
    def may_fetch(self) -> bool:
        """Whether a context that is not known is asked for over the network."""
        return self._public.may_fetch

    def _hold(self, key: str) -> None:
        entry = self._hosted[key]
        self._set.add(entry["url"], entry["body"])

    def resolve(self, source: JSON = None) -> Context:
        """Return the context of an `@context` value; see `ContextSet.resolve`."""
        return self._set.resolve(source)

    async def fetch(self, url: str) -> bool:
        """Take a context in from its address; see `PublicContexts.take`."""
        return await self._public.take(url)

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
        if len(self._hosted) >= MAX_HOSTED:
            raise TooManyResults(f"A hub holds at most {MAX_HOSTED} contexts.")
        number = len(self._hosted) + 1
        while f"{self._prefix}{number}" in self._hosted:
            number += 1
        key = f"{self._prefix}{number}"
        entry = {
            "url": url_of + key,
            "body": {"@context": source},
            "createdAt": iso(self._clock.now()),
            "kind": kind,
        }
        self._hosted[key] = entry
        encoded = msgspec.json.encode(entry)
        try:
            await self._store.write(
                lambda tables: tables.records.put(self._collection, key, encoded)
            )
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
        if key is None:
            await (self._public.reload(name) if reload else self._public.remove(name))
            return
        if reload:
            raise BadRequestData("Only a cached context can be reloaded.")
        await self._store.write(lambda tables: tables.records.delete(self._collection, key))
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
            return self._public.details(name)
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
        return [*stored, *(self._public.names() if kind in (None, CACHED) else [])]
