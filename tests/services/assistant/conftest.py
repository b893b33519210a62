"""A real city's ground on a manual clock and the assistant's rooms over it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.assistant.rooms import Rooms, open_rooms
from dalgu.services.assistant.sections.section import Section
from dalgu.store.sqlite import Store

MORNING = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # Monday, 10:00 in Daegu


def a_section(name: str, title: str, text: str, **more: Any) -> Section:
    facts = {
        "document": name.partition("-")[0],
        "department": Text("민원여권과", "Civil affairs"),
        "phone": "053-000-1010",
        "title": Text(title, ""),
        "text": Text(text, ""),
    }
    if "en" in more:
        title_en, text_en = more.pop("en")
        facts |= {"title": Text(title, title_en), "text": Text(text, text_en)}
    return Section(id=name, **(facts | more))


SECTIONS = (
    a_section(
        "passport-papers",
        "여권 신청에 필요한 서류",
        "여권용 사진 한 장과 신분증이 필요합니다. 수수료는 50,000원입니다.",
        keywords=("여권 준비물", "구비서류"),
        en=("Papers for a passport", "Bring one photo and your ID. The fee is 50,000 won."),
    ),
    a_section(
        "waste-big",
        "대형폐기물 버리기",
        "동 행정복지센터에 신고하고 스티커를 붙여 내놓습니다. 돌침대는 받지 않습니다.",
        keywords=("가구 버리기", "소파 버리기", "장롱"),
        valid_from=date(2026, 1, 1),
    ),
    a_section(
        "light",
        "가로등 고장 신고",
        "가로등이 꺼졌으면 기둥에 적힌 번호와 함께 신고합니다. 사흘 안에 고칩니다.",
        keywords=("가로등이 안 켜져요", "보안등"),
        service_code="streetlight",
    ),
    a_section(
        "festival-old",
        "지난해 축제 주차",
        "축제 기간에는 강변 주차장을 무료로 엽니다.",
        valid_to=date(2025, 12, 31),
    ),
)


@dataclass
class Town:
    """One city: `town.ask("…")` asks as a citizen; `town.again()` is it after a restart."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    store: Store
    access: Access
    settings: Settings = field(default_factory=Settings)
    rooms: Rooms = field(init=False)
    ground: Ground = field(init=False)
    staff: Actor = Actor("person:staff", Role.OPERATOR)

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> Rooms:
        book = Logbook(self.store, self.clock, self.access.book("assistant"))
        self.ground = Ground(
            hub=LocalHub(self.store, self.clock),
            store=self.store,
            clock=self.clock,
            access=self.access,
            city=cities.load("daegu"),
            settings=self.settings,
            folder=self.folder,
            book=book,
        )
        self.rooms = open_rooms(self.ground)
        return self.rooms

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def wait(self, **duration: float) -> None:
        self.run(self.clock.advance(timedelta(**duration)))

    def ask(self, text: str, code: str = "", **more: Any) -> Any:
        """Return the conversation after a question."""
        return self.run(self.rooms.talks.say(code, text, "ko", **more))

    def reply(self, text: str, code: str = "", **more: Any) -> Any:
        return self.ask(text, code, **more).turns[-1].reply

    def kept(self) -> str:
        """Return all that lies in the book, as text."""
        return "".join(repr(one) for one in self.ground.book.after(0))

    def mirrored(self, entity_type: str) -> list[Any]:
        async def told() -> list[Any]:
            await self.rooms.mirror.catch_up()
            return [one async for one in self.ground.hub.every(entity_type)]

        return self.run(told())


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with asyncio.Runner() as runner:
        store = Store.open(tmp_path / "city.db")
        clock = ManualClock(MORNING)
        access = Access(store, clock, key_file=tmp_path / "dalgu.key")
        built = Town(tmp_path, runner, clock, store, access)
        built.run(built.rooms.sections.set(built.staff, SECTIONS))
        yield built
        runner.run(store.close())


@pytest.fixture
def written() -> Any:
    return a_section
