"""What the hub knows of dispersion: message signs with what they show, and dispersion plans."""

from collections.abc import Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Place,
    Plain,
    Quantity,
    instant,
    label,
    place,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion.dispersion import Dispersion
from dalgu.services.traffic.dispersion.multi import multi
from dalgu.services.traffic.dispersion.state import PlanState, Step


class VariableMessageSign(
    Entity,
    unmodelled=Text(
        "도로전광표지와 표출 문안을 나타내는 Smart Data Model이 없다.",
        "No Smart Data Model speaks of message signs and what they show.",
    ),
):
    """A message sign over a link. Sign servers subscribe to it and show `command`."""

    name: Label = label()
    rows: Count = prop("행 수", "Rows it can show")
    columns: Count = prop("열 수", "Columns of Latin letters; a Korean letter takes two")
    is_showing: Flag = prop("표출 중", "Whether it shows something")
    message: Plain = prop("표출 문안", "What it shows; | parts lines, / phases; empty when dark")
    command: Plain = prop("표출 명령", "The same for its controller: MULTI of NTCIP 1203")
    shown_since: Plain = instant("표출 시각", "Since when it shows this; ISO 8601")
    ref_road_segment: Link = relationship("도로 구간", "The link that it stands over")
    ref_plan: Link = relationship("분산 계획", "The dispersion plan it shows")
    location: Place = place()


class DispersionPlan(
    Entity,
    unmodelled=Text(
        "통제 구간의 우회 안내 계획을 나타내는 Smart Data Model이 없다.",
        "No Smart Data Model speaks of leading traffic around a closing.",
    ),
):
    """A closing thought through: what it does, what is advised, what that was simulated to do."""

    name: Label = label("통제 장소", "Where the street is closed")
    status: Plain = prop("단계", "drawn, sent or withdrawn")
    cause: Plain = prop("까닭", "accident, works, event, flood, fire, disaster or closure")
    capacity_share: Quantity = quantity("C62", "남은 용량", "Share of the capacity that is left")
    diverted_flow: Quantity = quantity("E34", "우회 교통량", "Vehicles an hour that meet it")
    sign_count: Count = prop("전광표지 수", "How many signs it lights")
    relative_gap: Quantity = quantity("C62", "상대 간격", "How exact the equilibrium is")
    delay_alone: Quantity = quantity("SEC", "안내 없이 지체", "Simulated mean delay without advice")
    delay_advised: Quantity = quantity("SEC", "안내할 때 지체", "Simulated mean delay with signs")
    sent_at: Plain = instant("내보낸 시각", "When it was sent; ISO 8601")
    ended_at: Plain = instant("거둔 시각", "When it was withdrawn; ISO 8601")
    ref_incident: Link = relationship("사건", "The incident it answers")


ENTITIES = (VariableMessageSign, DispersionPlan)


def draw(room: Dispersion, entries: Sequence[Entry]) -> Iterator[Entity]:
    """Return the signs and plans that entries changed, as they are now."""
    numbers, signs = set(), set()
    for entry in entries:
        kind, _, name = entry.subject.partition(":")
        if kind == "sign":
            signs.add(name)
        else:
            numbers.add(int(name))
    for number in sorted(numbers):
        plan = room.plan(number)
        signs.update(plan.words)
        yield _plan(plan)
    for sign in sorted(signs):
        if sign in room.state.signs:
            yield _sign(room, room.state.signs[sign])


def _sign(room: Dispersion, sign: d.SignPlaced) -> VariableMessageSign:
    plan, shown = room.state.showing(sign.sign), room.shown(sign.sign)
    since = None if plan is None or plan.sent_at is None else iso(plan.sent_at)
    return VariableMessageSign(
        id=entity_id("VariableMessageSign", sign.sign),
        name=sign.name,
        rows=sign.rows,
        columns=sign.columns,
        is_showing=bool(shown),
        message=" / ".join(" | ".join(phase.lines) for phase in shown),
        command=multi(shown),
        shown_since=since,
        ref_road_segment=entity_id("RoadSegment", sign.link),
        ref_plan=None if plan is None else _id(plan),
        location=_point(room, sign.link),
    )


def _point(room: Dispersion, link: str) -> Place:
    network = room.control.network()
    if network is None or not network.is_geographic:
        return None
    start = next((one.start for one in network.links if one.id == link), "")
    for node in network.nodes:
        if node.id == start:
            return {"type": "Point", "coordinates": [node.lon, node.lat]}
    return None


def _id(plan: PlanState) -> EntityId:
    return entity_id("DispersionPlan", str(plan.number))


def _plan(plan: PlanState) -> DispersionPlan:
    draft = plan.draft
    return DispersionPlan(
        id=_id(plan),
        name=draft.place,
        status=plan.step,
        cause=draft.cause,
        capacity_share=draft.capacity_share,
        diverted_flow=draft.reckoned.bound_vph,
        sign_count=len(plan.shown_on) if plan.step is not Step.DRAWN else len(draft.signs),
        relative_gap=draft.reckoned.relative_gap,
        delay_alone=draft.effect.alone.mean_delay_s,
        delay_advised=draft.effect.signs.mean_delay_s,
        sent_at=None if plan.sent_at is None else iso(plan.sent_at),
        ended_at=None if plan.ended_at is None else iso(plan.ended_at),
        ref_incident=EntityId(draft.incident) if draft.incident else None,
    )
