"""The entities that the hub knows of test-bed calls."""

from collections.abc import Iterable, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import (
    JSON,
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Plain,
    Quantity,
    label,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.calls.calls import TestbedCalls
from dalgu.services.citizens.discovery.calls.state import Application, Call


class TestbedCall(
    Entity,
    unmodelled=Text(
        "실증 장소를 내어 주는 공모를 나타내는 모델이 없다.",
        "No model describes a call that offers sites for trials.",
    ),
):
    """A call for trials of new technology."""

    name: Label = label()
    since: Plain = prop("접수 시작", "First day for applications; ISO 8601 date")
    until: Plain = prop("접수 마감", "Last day for applications; ISO 8601 date")
    slots: Count = prop("선정 건수", "How many are taken")
    application_count: Count = prop("신청 건수", "How many applied")


class TestbedRun(
    Entity,
    unmodelled=Text(
        "실증 과제와 그 지표를 나타내는 모델이 없다.",
        "No model describes a trial with its indicators.",
    ),
):
    """One application for a trial, its run and what was measured."""

    name: Plain = prop("과제", "What is tried")
    call: Link = relationship("공모", "The TestbedCall it belongs to")
    firm: Plain = prop("신청 기관", "The firm or group")
    stage: Plain = prop("단계", "submitted, eligible, selected, agreed, running, certified, …")
    since: Plain = prop("실증 시작", "First day of the run; ISO 8601 date")
    until: Plain = prop("실증 종료", "Last day of the run; ISO 8601 date")
    review_mean: Quantity = quantity("C62", "심사 평균", "Mean of the reviews, 1 to 10")
    indicators: list[JSON] | None = prop("지표", "A list: name, target, before, during, met")
    is_certified: Flag = prop("실증 확인", "Whether the city certified it")


ENTITIES = (TestbedCall, TestbedRun)


def draw(room: TestbedCalls, entries: Sequence[Entry]) -> Iterable[Entity]:
    """Return the entities that some entries changed, as they are now."""
    subjects = {tuple(entry.subject.split(":", 1)) for entry in entries}
    runs = sorted(int(number) for kind, number in subjects if kind == "testbed")
    calls = {int(number) for kind, number in subjects if kind == "testbed-call"}
    for number in list(calls):
        runs += [one.number for one in room.state.of_call(number)]
    calls |= {room.state.applications[number].call for number in runs}
    yield from (_call(room, room.state.calls[number]) for number in sorted(calls))
    yield from (_run(room.state.applications[number]) for number in sorted(set(runs)))


def _call(room: TestbedCalls, one: Call) -> TestbedCall:
    return TestbedCall(
        id=entity_id("TestbedCall", str(one.number)),
        name=one.title,
        since=one.since.isoformat(),
        until=one.until.isoformat(),
        slots=one.slots,
        application_count=len(room.state.of_call(one.number)),
    )


def _run(one: Application) -> TestbedRun:
    agreed = one.agreement
    figures = [
        {
            "name": it.name,
            "target": it.target,
            "before": it.before.mean,
            "during": None if it.during is None else it.during.mean,
            "met": it.is_met,
        }
        for it in one.indicators.values()
    ]
    return TestbedRun(
        id=entity_id("TestbedRun", str(one.number)),
        name=one.title,
        call=entity_id("TestbedCall", str(one.call)),
        firm=one.firm,
        stage=str(one.stage),
        since=None if agreed is None else agreed.since.isoformat(),
        until=None if agreed is None else agreed.until.isoformat(),
        review_mean=one.mean,
        indicators=figures or None,
        is_certified=bool(one.code),
    )
