"""A granted case behind the real site, and a token for each of some who take part in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.certification.office.rounds import CODE, House, a_house

from dalgu.access.actor import CONSOLE, Role
from dalgu.app.site import site
from dalgu.certification.process.words import ProgrammeRole

PREFIX = "/certification/v1"


@dataclass
class Desk:
    """A site with people who may ask it; `number` is that of a certificate."""

    house: House
    app: Any
    headers: dict[str, dict[str, str]]
    ids: dict[str, str]
    number: str = ""

    def ask(self, method: str, path: str, who: str | None = None, **more: Any) -> httpx2.Response:
        headers = {**self.headers.get(who or "", {}), **more.pop("headers", {})}
        return self.house.run(self._ask(method, PREFIX + path, headers, more))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], more: dict[str, Any]
    ) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
            return await client.request(method, path, headers=headers, **more)

    def join(self, name: str, role: Role = Role.VIEWER) -> None:
        """Let somebody have a token."""
        issued = self.house.run(
            self.house.platform.access.tokens.create(
                CONSOLE, name, role, lifetime=timedelta(days=365)
            )
        )
        self.headers[name] = {"authorization": f"Bearer {issued.secret}"}
        self.ids[name] = f"token:{issued.token.id}"


def a_desk(house: House) -> Desk:
    desk = Desk(house, site(house.platform, progress=lambda: None), {}, {})
    for name in ("operator", "mayor", "stranger"):
        desk.join(name)
    desk.join("chief", Role.ADMINISTRATOR)
    desk.join("evaluator", Role.EVALUATOR)
    return desk


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A platform with one certificate; nothing in it is changed by its tests."""
    with a_house(tmp_path_factory.mktemp("city")) as house:
        house.with_issuer()
        house.until_decided()
        desk = a_desk(house)
        house.grant("ministry", desk.ids["operator"], ProgrammeRole.OPERATOR)
        house.grant("operator", desk.ids["mayor"], ProgrammeRole.APPLICANT, CODE)
        desk.number = house.issue()
        yield desk


@pytest.fixture
def fresh(tmp_path: Any) -> Iterator[Desk]:
    """A platform on which nothing has happened yet."""
    with a_house(tmp_path / "city") as house:
        yield a_desk(house)
