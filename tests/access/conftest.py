import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dalgu.access import passwords
from dalgu.access.access import Access
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

MORNING = datetime(2026, 11, 22, tzinfo=UTC)
PASSWORD = "감나무 아래 세 마리 고양이"


@dataclass
class House:
    """One platform on a manual clock, with everything that tests ask of it."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    store: Store
    access: Access
    password: str = PASSWORD

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def wait(self, **duration: float) -> None:
        self.run(self.clock.advance(timedelta(**duration)))

    def administrator(self, name: str = "chief") -> Any:
        secret = self.run(self.access.create_administrator_link())
        return self.run(self.access.redeem_link(secret, name, PASSWORD))

    def member(self, chief: Any, role: str, *districts: str, name: str = "mina") -> Any:
        secret = self.run(self.access.accounts.invite(chief, role, districts))
        return self.run(self.access.redeem_link(secret, name, PASSWORD))

    def sign_in(self, name: str = "chief", password: str = PASSWORD, **more: Any) -> Any:
        return self.run(self.access.sign_in(name, password, **({"remote": "192.0.2.1"} | more)))

    def actor(self, session: Any) -> Any:
        return self.run(self.access.actor_of_session(session.secret))

    def audited(self) -> list[Any]:
        return [entry for _, entry in self.access._chain.entries(self.store.read(), limit=1_000)]

    def again(self) -> Access:
        """The platform after a restart on the same files."""
        return Access(self.store, self.clock, key_file=self.folder / "dalgu.key")


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2id with its least memory; test_passwords.py tests the real parameters."""
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    passwords._hasher.cache_clear()
    passwords._hash_of_nobody.cache_clear()
    yield
    passwords._hasher.cache_clear()
    passwords._hash_of_nobody.cache_clear()


@pytest.fixture
def house(tmp_path: Path, cheap_hashes: None) -> Iterator[House]:
    with asyncio.Runner() as runner:
        store = Store.open(tmp_path / "city.db")
        clock = ManualClock(MORNING)
        access = Access(store, clock, key_file=tmp_path / "dalgu.key")
        yield House(tmp_path, runner, clock, store, access)
        runner.run(store.close())
