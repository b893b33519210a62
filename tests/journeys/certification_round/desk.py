"""The certifier's platform behind its real site, and the accounts of all who take part."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from dalgu.access.actor import CONSOLE, Role
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.app.site import site
from dalgu.certification.certificate.status import StatusList, read_status
from dalgu.certification.certificate.trust import TrustedKey, read_trust
from dalgu.kernel.clock import ManualClock, local
from dalgu.kernel.settings import AccessSettings, Settings

PREFIX = "/certification/v1"
PASSWORD = "느티나무 그늘 네 개의 의자"
LONGEST = AccessSettings(session_hours=720, session_idle_minutes=43_200)
SIGNED_IN = timedelta(days=29)
PROBLEM = "urn:dalgu:problem:"


def morning(day: date) -> datetime:
    """Ten o'clock in Seoul."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


@dataclass
class Desk:
    """One platform on a manual clock; people are asked for by name and sign in as needed."""

    runner: asyncio.Runner
    clock: ManualClock
    platform: Platform
    app: Any
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def go(self, day: date) -> None:
        self.run(self.clock.advance(morning(day) - self.clock.now()))

    @property
    def today(self) -> date:
        return local(self.clock.now()).date()

    @property
    def world(self) -> Any:
        return self.run(self.platform.offices.office.desk.world())

    # -- people -----------------------------------------------------------------------------

    def join(self, *names: str) -> None:
        """Invite people, who take their links; `chief` has the first administrator's."""
        access = self.platform.access
        for name in names:
            link = self.run(
                access.create_administrator_link()
                if name == "chief"
                else access.accounts.invite(CONSOLE, Role.VIEWER)
            )
            session = self.run(access.redeem_link(link, name, PASSWORD))
            self.sessions[name] = self.clock.now(), session.secret
            self.ids[name] = self.run(access.actor_of_session(session.secret)).id

    def _headers(self, who: str | None) -> dict[str, str]:
        return {} if who is None else {"cookie": f"dalgu_session={self._session(who)}"}

    def _session(self, who: str) -> str:
        """Return the session of a person, who signs in again when a month has passed."""
        now, held = self.clock.now(), self.sessions.get(who)
        if held is None or now - held[0] > SIGNED_IN:
            begun = self.platform.access.sign_in(who, PASSWORD, remote="192.0.2.1")
            held = self.sessions[who] = now, self.run(begun).secret
        return held[1]

    # -- requests ---------------------------------------------------------------------------

    def ask(self, method: str, path: str, who: str | None = None, **more: Any) -> httpx2.Response:
        headers = self._headers(who)
        return self.run(self._ask(method, PREFIX + path, headers, more))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], more: dict[str, Any]
    ) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://certifier") as client:
            return await client.request(method, path, headers=headers, **more)

    def told(self, path: str, who: str | None = None) -> Any:
        answer = self.ask("GET", path, who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sent(self, who: str, path: str, body: bytes) -> Any:
        answer = self.ask("POST", path, who, content=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, who: str, command: str, **parts: Any) -> Any:
        """Follow a command over HTTP, and return the parts of its first event."""
        done = self.sent(who, f"/commands/{command}", msgspec.json.encode(parts))
        return done["entries"][0]["parts"]

    def refusal(self, who: str, command: str, **parts: Any) -> tuple[int, str]:
        """Return status and slug of a command that is refused."""
        body = msgspec.json.encode(parts)
        return problem(self.ask("POST", f"/commands/{command}", who, content=body))

    # -- what anybody may have --------------------------------------------------------------

    def pdf(self, number: str) -> bytes:
        answer = self.ask("GET", f"/certificates/{number}.pdf")
        assert answer.status_code == 200, answer.text
        return answer.content

    def proof(self) -> tuple[list[TrustedKey], list[StatusList]]:
        """Return the exported key and today's list: all that a verifier elsewhere needs."""
        keys = [read_trust(self.ask("GET", "/trust").content)]
        return keys, [read_status(self.ask("GET", "/status").content, keys)]

    def holders(self, day: date) -> set[str]:
        found = self.told(f"/certificates?on={day}")["certificates"]
        return {one["name"]["en"].lower() for one in found if one["has_mark"]}

    def deadlines(self, who: str) -> dict[tuple[str, str], date]:
        found = self.told("/deadlines", who)["deadlines"]
        return {(one["code"], one["subject"]): date.fromisoformat(one["due"]) for one in found}


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "").removeprefix(PROBLEM)


@contextmanager
def a_desk(folder: Path, day: date) -> Iterator[Desk]:
    clock = ManualClock(morning(day))
    with asyncio.Runner() as runner, Folder(folder) as kept:
        settings = Settings(data_dir=str(folder), access=LONGEST)
        context = opened(settings, kept, lambda _: clock)
        platform = runner.run(context.__aenter__())
        try:
            yield Desk(runner, clock, platform, site(platform, progress=lambda: None))
        finally:
            runner.run(context.__aexit__(None, None, None))
