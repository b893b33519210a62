"""Contexts: fetched where allowed, named where they have no URL, reloaded (CIM 009 5.13)."""

import asyncio
from datetime import UTC, datetime

import pytest

from dalgu.hub.errors import BadRequestData, ContextNotAvailable, ContextNotExisting
from dalgu.hub.fetch import Fetcher
from dalgu.hub.hosted import Contexts
from dalgu.hub.outgoing import Reach
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

URL = "https://terms.example/c"
BASE = "http://hub/ngsi-ld/v1/jsonldContexts/"


class Web:
    """Documents by URL; what is missing is not available."""

    def __init__(self, documents):
        self.documents = documents

    async def __call__(self, url):
        if url not in self.documents:
            raise ContextNotAvailable(url)
        return self.documents[url]


@pytest.fixture
def run(tmp_path):
    def play(scene, web=None):
        async def whole():
            store = Store.open(tmp_path / "c.db", durability=Durability.OFF)
            clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
            try:
                return await scene(Contexts(store, clock, {}, web), store, clock)
            finally:
                await store.close()

        return asyncio.run(whole())

    return play


def test_a_fetched_context_is_cached_and_survives_a_reload_that_fails(run):
    web = Web({URL: {"@context": {"Room": "https://r.example/Room"}}})

    async def scene(contexts, store, clock):
        assert await contexts.fetch(URL)
        name = contexts.resolve(URL).expand("Room")
        web.documents.clear()
        with pytest.raises(ContextNotAvailable):
            await contexts.remove(URL, reload=True)
        kind = contexts.details(URL)["kind"]
        await contexts.remove(URL)
        with pytest.raises(ContextNotExisting):
            contexts.details(URL)
        return name, kind

    assert run(scene, web) == ("https://r.example/Room", "Cached")


def test_without_leave_nothing_is_fetched(run):
    async def scene(contexts, store, clock):
        return contexts.may_fetch, await contexts.fetch(URL)

    assert run(scene) == (False, False)


def test_a_context_without_a_url_is_given_one_and_keeps_it(run):
    source = [{"Room": "https://r.example/Room"}]

    async def scene(contexts, store, clock):
        first = await contexts.imply(source, BASE)
        again = Contexts(store, clock)
        assert await again.imply(source, BASE) == first
        with pytest.raises(BadRequestData):
            await again.remove(first, reload=True)
        return again.details(first)["kind"], again.resolve(first).expand("Room")

    assert run(scene) == ("ImplicitlyCreated", "https://r.example/Room")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/c", "http://169.254.169.254/c", "file:///c"])
def test_a_context_at_a_private_address_is_not_available(url):
    with pytest.raises(ContextNotAvailable):
        asyncio.run(Fetcher(Reach())(url))
