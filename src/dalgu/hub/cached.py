"""Contexts that are public documents (CIM 009 5.13.1), the same for every tenant.

They are those of the offline bundle and, where the hub may fetch, those fetched.
"""

from collections.abc import Mapping

from dalgu.hub.context import ContextSet, Shipped, context_of
from dalgu.hub.core_context import CORE_CONTEXT_URLS
from dalgu.hub.errors import BadRequestData, ContextNotAvailable, ContextNotExisting
from dalgu.hub.fetch import Fetch
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import Clock, iso

MAX_CACHED = 1_000  # fetched contexts; the oldest goes
CACHED = "Cached"


class PublicContexts:
    """The bundle and the fetched; `held` is the set in which their terms are found.

    `shipped` makes contexts that come with the package when they are named; they are not listed.
    """

    def __init__(
        self,
        clock: Clock,
        bundle: Mapping[str, JSON] | None = None,
        fetch: Fetch | None = None,
        shipped: Shipped | None = None,
    ) -> None:
        self._clock = clock
        self._bundle = dict(bundle or {})
        self._fetch = fetch
        self.held = ContextSet(bundle, shipped=shipped)
        self._opened_at = iso(clock.now())
        self._cached: dict[str, str] = dict.fromkeys(self._bundle, self._opened_at)  # URL -> since

    @property
    def may_fetch(self) -> bool:
        """Whether a context that is not known is asked for over the network."""
        return self._fetch is not None

    async def take(self, url: str) -> bool:
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
            self.held.add(url, document)
        except ContextNotAvailable:  # it names another, which is fetched next
            self.held.hold(url, document)
        self._cached[url] = iso(self._clock.now())
        if len(self._cached) > MAX_CACHED + len(self._bundle):
            oldest = next(one for one in self._cached if one not in self._bundle)
            del self._cached[oldest]
            self.held.remove(oldest)
        return True

    async def reload(self, name: str) -> None:
        """Take a cached context in anew; raise `BadRequestData` where there is none."""
        if name in self._bundle or name in CORE_CONTEXT_URLS:
            return  # they are held for good
        if name not in self._cached:
            raise BadRequestData("Only a cached context can be reloaded.")
        await self.take(name)

    async def remove(self, name: str) -> None:
        """Forget a cached context; raise `ContextNotExisting`, or for the core `BadRequestData`."""
        if name in CORE_CONTEXT_URLS:
            raise BadRequestData("The core context cannot be deleted.")
        if name not in self._cached:
            raise ContextNotExisting(name)
        if name in self._bundle:
            self._cached[name] = iso(self._clock.now())  # the bundle has it again at once
            return
        del self._cached[name]
        self.held.remove(name)

    def details(self, name: str) -> Document:
        """Return what is known of a context besides its document (5.2.35)."""
        created_at = self._opened_at if name in CORE_CONTEXT_URLS else self._cached.get(name)
        if created_at is None:
            raise ContextNotExisting(name)
        return {"URL": name, "localId": name, "kind": CACHED, "createdAt": created_at}

    def names(self) -> list[str]:
        """Return the URLs of the cached contexts, without the core."""
        return sorted(self._cached)
