"""A real hub behind the real HTTP interface, in process."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest

from dalgu.hub.api.app import HubApi
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.outgoing import Reach
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

HERE = Reach(loopback=True)  # where a test listens
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SUITE = "https://city.example/context.jsonld"
BUNDLE = {
    SUITE: {"@context": {"Room": "https://city.example/Room", "heat": "https://city.example/heat"}}
}


class City:
    """The parts of a hub, for a test to look into."""

    def __init__(self, path):
        self.clock = ManualClock(BEGIN)
        self.store = Store.open(path, durability=Durability.OFF)
        self.hub = LocalHub(self.store, self.clock)
        self.contexts = Contexts(self.store, self.clock, BUNDLE)
        self.subscriptions = Subscriptions(self.store, self.contexts, self.clock)
        self.api = HubApi(self.hub, self.subscriptions, self.contexts, clock=self.clock, reach=HERE)

    def client(self):
        transport = httpx2.ASGITransport(app=self.api)
        return httpx2.AsyncClient(transport=transport, base_url="http://hub/ngsi-ld/v1")


@asynccontextmanager
async def opened(path):
    city = City(path)
    try:
        yield city
    finally:
        await city.store.close()


@pytest.fixture
def run(tmp_path):
    """Run `scene(city, client)` in a city of its own; return what it returns."""

    def play(scene):
        async def whole():
            async with opened(tmp_path / "city.db") as city, city.client() as client:
                return await scene(city, client)

        return asyncio.run(whole())

    return play


@pytest.fixture
def city_at():
    """Return the maker of a city, for a test that keeps one through many examples."""
    return City
