"""The hub's part of the document, and a hub that every operation is tried on."""

import asyncio
from datetime import UTC, datetime

import httpx2
import pytest
from openapi_spec_validator import validate

from dalgu.hub.api.app import HubApi
from dalgu.hub.api.exchange import Call
from dalgu.hub.api.openapi.described import Described
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import Notifier
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


class Tried:
    """A hub in process; `read` holds which query parameters the last handler knew."""

    def __init__(self, folder, patch):
        self.runner = asyncio.Runner()
        self.runner.run(self._open(folder))
        self.read = set()
        asked = Call.parameters

        def noted(call, known):
            self.read |= known
            return asked(call, known)

        patch.setattr(Call, "parameters", noted)

    async def _open(self, folder):
        clock = ManualClock(NOW)
        self.store = Store.open(folder / "hub.db", durability=Durability.OFF)
        hub, contexts = LocalHub(self.store, clock), Contexts(self.store, clock)
        subscriptions = Subscriptions(self.store, contexts, clock)
        notifier = Notifier(hub, subscriptions, self.store, clock)
        federation = Federation(self.store, contexts, clock, notifier=notifier)
        self.api = HubApi(hub, subscriptions, contexts, clock=clock, federation=federation)

    def ask(self, method, path, **more):
        self.read.clear()
        return self.runner.run(self._ask(method, path, **more))

    async def _ask(self, method, path, **more):
        transport = httpx2.ASGITransport(app=self.api)
        async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.request(method, path, **more)

    def close(self):
        self.runner.run(self.store.close())
        self.runner.close()


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        hub = Tried(tmp_path_factory.mktemp("hub"), patch)
        yield hub
        hub.close()


@pytest.fixture(scope="module")
def described(tried):
    return Described(("dalgu.hub.api",), lambda: tried.api.rights)


@pytest.fixture(scope="module")
def document(described):
    import msgspec

    decoded = msgspec.json.decode(described.body)
    validate(decoded)
    return decoded
