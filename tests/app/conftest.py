"""The whole platform behind its real site, in process, and a person or program of each role."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dalgu.access import passwords
from dalgu.access.actor import CONSOLE, Role
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.app.site import site
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
PASSWORD = "감나무 아래 세 마리 고양이"
Scope = dict[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Any]


class HangUp:
    """Leaves as soon as an answer has begun: a stream would go on for ever."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        begun, asked, ended = asyncio.Event(), False, False

        async def hear() -> Any:
            nonlocal asked
            if not asked:
                message = await receive()
                asked = not message.get("more_body", False)
                return message
            await begun.wait()
            return {"type": "http.disconnect"}

        async def say(message: Any) -> None:
            nonlocal ended
            await send(message)
            if message["type"] == "http.response.body":
                begun.set()
                ended = not message.get("more_body", False)

        await self.app(scope, hear, say)
        if begun.is_set() and not ended:  # cut off as a server does when its client has gone
            await send({"type": "http.response.body", "body": b""})


@dataclass
class House:
    """One platform and its site; `headers` holds what each role shows."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    platform: Platform
    app: App
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def ask(self, method: str, path: str, role: str | None = None, **more: Any) -> httpx2.Response:
        """Send one request in the name of a role; `None` is nobody."""
        headers = {**self.headers.get(role or "", {}), **more.pop("headers", {})}
        return self.run(self._ask(method, path, headers, more))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], more: dict[str, Any]
    ) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=HangUp(self.app), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
            return await client.request(method, path, headers=headers, **more)

    def token(self, role: Role, *districts: str, tenant: str = "") -> dict[str, str]:
        """Return the headers of a new token."""
        issued = self.run(
            self.platform.access.tokens.create(
                CONSOLE,
                f"{role} of a test",
                role,
                districts,
                lifetime=timedelta(days=1),
                tenant=tenant,
            )
        )
        return {"authorization": f"Bearer {issued.secret}"}

    def sign_up(self, role: Role, *districts: str) -> dict[str, str]:
        """Return the cookie of a new person of a role."""
        access = self.platform.access
        if role is Role.ADMINISTRATOR and not districts:
            link = self.run(access.create_administrator_link())
        else:
            link = self.run(access.accounts.invite(CONSOLE, role, districts))
        name = "-".join((role, *districts))
        session = self.run(access.redeem_link(link, name, PASSWORD))
        return {"cookie": f"dalgu_session={session.secret}"}

    def sign_in(self, name: str) -> dict[str, str]:
        """Return the cookie of another session of a person."""
        access = self.platform.access
        session = self.run(access.sign_in(name, PASSWORD, remote="192.0.2.1"))
        return {"cookie": f"dalgu_session={session.secret}"}


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    settings = Settings(data_dir=str(folder))
    clock = ManualClock(NOW)
    with asyncio.Runner() as runner, Folder(folder) as kept:
        context = opened(settings, kept, lambda _: clock)
        platform = runner.run(context.__aenter__())
        try:
            app = site(platform, progress=lambda: None)
            yield House(folder, runner, clock, platform, app)
        finally:
            runner.run(context.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def cheap_hashes() -> Iterator[None]:
    """Argon2id with its least memory; the tests of access try the real parameters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 64)
        passwords._hasher.cache_clear()
        passwords._hash_of_nobody.cache_clear()
        yield
    passwords._hasher.cache_clear()
    passwords._hash_of_nobody.cache_clear()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, cheap_hashes: None) -> Iterator[House]:
    """One platform for a file of tests, with a session or token of each role."""
    with a_house(tmp_path_factory.mktemp("city")) as built:
        for role in Role:
            is_program = role is Role.SERVICE
            built.headers[role] = built.token(role) if is_program else built.sign_up(role)
        yield built


@pytest.fixture
def fresh(tmp_path: Path, cheap_hashes: None) -> Iterator[House]:
    """A platform of the test's own; nobody has an account in it."""
    with a_house(tmp_path / "city") as built:
        yield built
