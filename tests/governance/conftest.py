"""A hub that knows the registers' types, and what fills them."""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from dalgu.governance.entities import TYPES
from dalgu.governance.importing import Desk, Options, import_register
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import register
from dalgu.hub.local import LocalHub
from dalgu.hub.schema import Schema
from dalgu.hub.types import Device, Feed
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def keyed(name):
    """A keyed hash as the key file's: its key is this test's."""
    digest = hmac.new(b"a key of a test", name.encode(), "sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


class Town:
    """A hub in a folder and the desk at which its registers are filled."""

    def __init__(self, folder, runner):
        self.clock = ManualClock(NOW)
        self.store = Store.open(folder / "town.db")
        self.hub = LocalHub(self.store, self.clock, schema=Schema((*TYPES, Device, Feed)))
        self.desk = Desk(self.hub, Pseudonyms(keyed), self.clock)
        self.run = runner.run

    def fill(self, name, file, *, file_name="file.csv", progress=None, **options):
        """Fill a register from text or bytes and return the report."""
        body = file.encode() if isinstance(file, str) else file
        more = {} if progress is None else {"progress": progress}
        work = import_register(
            self.desk, register(name), file_name, body, Options(**options), **more
        )
        return self.run(work)

    def every(self, kind):
        """Return all entities of a type by id."""

        async def all_of():
            return {one["id"]: one async for one in self.hub.every(kind)}

        return self.run(all_of())

    def head(self):
        """Return how many changes the hub has told of."""
        return self.run(self.hub.head())


@pytest.fixture
def town(tmp_path):
    with asyncio.Runner() as runner:
        built = Town(tmp_path, runner)
        yield built
        runner.run(built.store.close())
