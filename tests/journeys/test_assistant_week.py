"""What nobody's document answered on Monday, a person answers, and the documents on Tuesday."""

import asyncio
from datetime import UTC, datetime, timedelta

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.assistant.answers.reply import Kind
from dalgu.services.assistant.rooms import open_rooms
from dalgu.services.assistant.sections.section import Section
from dalgu.store.sqlite import Store

MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 10:00 in Daegu
ASKED = "드론을 날리려면 허가를 받아야 하나요?"
STAFF = Actor("person:staff", Role.OPERATOR)
DRONES = Section(
    id="drone-permit",
    document="safety",
    department=Text("안전정책과", "Civil safety"),
    phone="053-000-9000",
    title=Text("드론 비행 허가", "Permits for drones"),
    text=Text("비행금지구역에서 드론을 날리려면 사흘 전에 허가를 받습니다.", ""),
    keywords=("드론 날리기", "드론을 날리려면 허가"),
)


def test_an_unanswered_question_becomes_a_section(tmp_path):
    asyncio.run(week(tmp_path))


async def week(folder):
    store, clock = Store.open(folder / "city.db"), ManualClock(MONDAY)
    access = Access(store, clock, key_file=folder / "dalgu.key")
    book = Logbook(store, clock, access.book("assistant"))
    hub = LocalHub(store, clock)
    city = cities.load("daegu")
    rooms = open_rooms(Ground(hub, store, clock, access, city, Settings(), folder, book))
    await rooms.sections.begin()  # the handbook that ships

    talk = await rooms.talks.say("", ASKED, "ko")
    assert talk.turns[-1].reply.kind is not Kind.ANSWER
    ticket = await rooms.talks.hand_over(talk.code, "ko")
    await rooms.handovers.say(STAFF, ticket.number, "사흘 전에 053-000-9000으로 신청하십시오.")
    [told] = [one.text for _, one in rooms.talks.ticket(talk.code).lines if one.who == "staff"]
    assert "사흘" in told
    await rooms.handovers.end(STAFF, ticket.number, "안전정책과")

    [group] = await rooms.asked.clusters()
    await rooms.sections.set(STAFF, [DRONES])
    await rooms.asked.settle(STAFF, [one.number for one in group], DRONES.id)
    assert await rooms.asked.clusters() == []

    await clock.advance(timedelta(days=1))
    reply = (await rooms.talks.say("", ASKED, "ko")).turns[-1].reply
    assert reply.citations[0].section == DRONES.id
    await rooms.mirror.catch_up()
    days = [one["asked"]["value"] async for one in hub.every("AssistantDay")]
    assert days == [1, 1]
    await store.close()
