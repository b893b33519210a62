"""Residents of a town, and proposals, a petition and a question in which something goes on."""

from datetime import timedelta
from itertools import count
from typing import Any

import msgspec

from dalgu.services.citizens.people.deeds import Vouched
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.configuring import set_space
from dalgu.services.citizens.proposals.proposals import Draft
from dalgu.services.citizens.proposals.words import Decision, Side, Topic

PASSWORD = "three persimmons under a cat"
PLACE = d.Place(128.6265, 35.8532)
BONGSAN = d.Place(128.5755, 35.8705)  # beside car park 1 of the town


NUMBERS = count(1)  # fixtures of modules are made again where tests of two modules take turns


class Resident:
    """Somebody who takes part: `session` is their cookie."""

    def __init__(self, town: Any, name: str) -> None:
        access = town.platform.access
        self.people = town.platform.opened["citizens"].rooms.people
        link = town.run(access.accounts.citizen_link())
        unique = f"{name}-{next(NUMBERS)}"
        self.session = town.run(access.redeem_link(link, unique, PASSWORD)).secret
        self.actor = town.run(access.actor_of_session(self.session))
        town.run(self.people.join(self.actor, f"{unique}@example.org", name))
        vouched = Vouched(self.actor.id, f"voice-{unique}", "desk", "22060", 1980)
        town.run(self.people.vouch(self.actor, vouched))

    def cookie(self, town: Any) -> dict[str, str]:
        return {"name": "dalgu_session", "value": self.session, "url": town.url}


class Talk:
    """The proposals of a town whose threshold is three."""

    def __init__(self, town: Any, *names: str) -> None:
        self.town = town
        self.rooms = town.platform.opened["citizens"].rooms
        self.room, self.staff = self.rooms.proposals, self.rooms.handling
        self.residents = [Resident(town, name) for name in names]
        space = self.room.space("talk")
        tiers = (msgspec.structs.replace(space.tiers[0], at=3), *space.tiers[1:])
        self.run(set_space(self.room, self.chief, msgspec.structs.replace(space, tiers=tiers)))

    @property
    def chief(self) -> Any:
        return self.town.run(self.town.platform.access.actor_of_session(self.town.session))

    def run(self, work: Any) -> Any:
        return self.town.run(work)

    def propose(self, title: str, text: str, supports: int = 0, **more: Any) -> int:
        draft = Draft(title, text, **more)
        number: int = self.run(self.room.begin(self.residents[0].actor, draft))
        for one in self.residents[:supports]:
            self.run(self.room.support(one.actor, number))
        return number

    def say(self, number: int, who: int, side: Side, text: str, parent: int | None = None) -> None:
        self.run(self.room.comment(self.residents[who].actor, number, side, text, parent))

    def furnish(self) -> dict[str, str]:
        """Let something of everything go on; return the ids that addresses of pages name."""
        lamp = self.propose(
            "들안길 골목에 가로등을 더 달아 주세요",
            "먹거리타운 뒷골목이 밤에 어둡습니다.\n학생들이 학원에서 오는 길입니다.",
            3, topic=Topic.SAFETY, place=PLACE,
        )  # fmt: skip
        self.say(lamp, 1, Side.FOR, "저도 밤마다 무섭습니다. 꼭 필요합니다.")
        self.say(lamp, 2, Side.AGAINST, "집 안으로 빛이 들어옵니다. 갓을 씌워 주세요.")
        self.say(lamp, 0, Side.OTHER, "갓이 있는 등이면 어떨까요?", parent=2)
        self.run(self.staff.route(self.chief, lamp, "safety"))
        bus = self.propose("버스 도착 안내판을 정류소마다", "앱을 못 쓰는 어르신이 많습니다.", 2)
        park = self.propose(
            "봉산문화거리 주차 안내를 실시간으로", "빈자리를 찾느라 골목을 돕니다.", 3,
            topic=Topic.TRAFFIC, place=BONGSAN,
        )  # fmt: skip
        self.run(self.staff.route(self.chief, park, "traffic"))
        today = self.rooms.people.today
        answer = d.Answered(
            Decision.ACCEPT, "traffic", "안내판 12개를 설치하고 빈자리를 앱에도 공개하겠습니다.",
            "주차장법 제3조", 48_000_000, today + timedelta(days=20),
        )  # fmt: skip
        self.run(self.staff.answer(self.chief, park, answer))
        plan = d.Planned("안내판 12개 설치", "traffic", today + timedelta(days=60))
        self.run(self.staff.plan(self.chief, park, plan))
        petition = self.propose(
            "시내버스 노선 개편을 토론합시다", "개편 뒤 환승이 늘었습니다.", 2, space="petition"
        )
        question = self.run(
            self.staff.ask(
                self.chief,
                d.Published(
                    0, "ask", "심야버스는 몇 시까지 다녀야 할까요",
                    "내년 심야버스 노선을 정하기 전에 묻습니다.", Topic.TRAFFIC,
                    department="traffic", closes_at=self.town.clock.now() + timedelta(days=20),
                ),
            )
        )  # fmt: skip
        self.say(question, 1, Side.FOR, "새벽 2시까지 있으면 좋겠습니다.")
        return {
            "proposal": str(lamp), "planned": str(park), "maturing": str(bus),
            "petition": str(petition), "question": str(question),
        }  # fmt: skip


def made_talk(town: Any) -> dict[str, str]:
    """Furnish a town, once; return the ids that addresses of pages name."""
    if not hasattr(town, "talked"):
        town.talked = Talk(town, "mina", "jun", "sora").furnish()
    ids: dict[str, str] = town.talked
    return ids
