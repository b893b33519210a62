"""The entities that the hub knows of bodies.

Meetings that were held are also drawn as `CouncilMeeting`, decisions as `PolicyDecision`: the
types of the registers, so that the indicators on them fall out of use.
"""

from collections.abc import Iterable, Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.governance.bodies.bodies import BodiesRoom
from dalgu.governance.bodies.state import Body, Item, Meeting
from dalgu.governance.entities.records import CouncilMeeting, PolicyDecision
from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Plain,
    instant,
    label,
    prop,
    relationship,
)
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

SOURCE = "위원회 운영 기록"


class GovernanceBody(
    Entity,
    unmodelled=Text(
        "위원회와 협의회의 구성을 나타내는 모델이 없다.",
        "No model describes a committee or a council with its seats.",
    ),
):
    """A committee or a council of the city."""

    name: Label = label()
    kind: Plain = prop("구분", "committee or council")
    basis: Plain = prop("설치 근거", "By what law it sits")
    seat_count: Count = prop("정원", "Its seats")
    member_count: Count = prop("현원", "Seats that are filled")
    breach_count: Count = prop("구성 기준 위반", "Quotas that its members do not keep")
    is_confirmed: Flag = prop("근거 확인", "Whether its rules were confirmed by the city")


class BodyMeeting(
    Entity,
    unmodelled=Text(
        "위원회 회의의 소집과 진행을 나타내는 모델이 없다.",
        "No model describes a meeting of a body from its call to its minutes.",
    ),
):
    """One meeting of a body, held or not."""

    body: Link = relationship("위원회", "The GovernanceBody that meets")
    number: Count = prop("차수", "Which meeting of the body")
    starts_at: Plain = instant("개최 일시", "When; ISO 8601")
    form: Plain = prop("방식", "in_person, online or written")
    status: Plain = prop("상태", "called, held, circulated or called_off")
    item_count: Count = prop("안건 수", "Matters on its agenda")
    present_count: Count = prop("출석", "Members who were there")
    minutes_published: Flag = prop("회의록 공개", "Whether its minutes are published")


class BodyDecision(
    Entity,
    unmodelled=Text(
        "위원회 의결과 그 이행을 나타내는 모델이 없다.",
        "No model describes a decision of a body and what became of it.",
    ),
):
    """One decision of a body, and what became of it."""

    name: Plain = prop("안건", "What was decided on")
    meeting: Link = relationship("회의", "The BodyMeeting that decided")
    is_adopted: Flag = prop("의결 여부", "Whether it was adopted")
    department: Plain = prop("이행 부서", "Who follows it up")
    due_on: Plain = prop("이행 기한", "By when; ISO 8601 date")
    outcome: Plain = prop("이행 결과", "done, partly, not_done; absent while it is open")


ENTITIES = (GovernanceBody, BodyMeeting, BodyDecision)


def draw(room: BodiesRoom, entries: Sequence[Entry]) -> Iterable[Entity]:
    """Return the entities that some entries changed, as they are now."""
    names = {entry.subject.split(":")[1] for entry in entries}
    meetings = {
        (entry.deed.body, entry.deed.meeting)
        for entry in entries
        if getattr(entry.deed, "meeting", None) is not None
    }
    for entry in entries:
        parts = entry.subject.split(":")
        if len(parts) > len(("body", "name")):  # of a matter: body:<name>:<meeting>:<item>
            meetings.add((parts[1], int(parts[2])))
    yield from (_body(room, room.all[name]) for name in sorted(names))
    for name, number in sorted(meetings):
        body = room.all[name]
        yield from _meeting(body, body.meetings[number])


def body_id(name: str) -> EntityId:
    """Return the id of a body."""
    return entity_id("GovernanceBody", name)


def _body(room: BodiesRoom, body: Body) -> GovernanceBody:
    return GovernanceBody(
        id=body_id(body.id),
        name=body.title,
        kind=body.rules.kind,
        basis=body.basis.ko,
        seat_count=body.rules.seats,
        member_count=len(body.members(room.today)),
        breach_count=len(body.breaches(room.today)),
        is_confirmed=body.rules.is_confirmed,
    )


def _meeting(body: Body, one: Meeting) -> Iterator[Entity]:
    meeting = entity_id("BodyMeeting", f"{body.id}-{one.number}")
    is_public = one.minutes is not None and one.minutes.is_published
    yield BodyMeeting(
        id=meeting,
        body=body_id(body.id),
        number=one.number,
        starts_at=iso(one.at),
        form=one.form,
        status=one.status,
        item_count=len(one.items),
        present_count=None if one.present is None else len(one.present),
        minutes_published=is_public,
    )
    if one.is_held:
        yield CouncilMeeting(
            id=entity_id("CouncilMeeting", f"{body.id}-{one.number}"),
            council=body.rules.counts_as,
            held_on=one.on.isoformat(),
            is_quorate=body.is_quorate(one),
            minutes_published=is_public,
            source=SOURCE,
        )
    for item in one.items.values():
        if item.decision is not None:
            yield from _decision(body, one, item, meeting)


def _decision(body: Body, one: Meeting, item: Item, meeting: EntityId) -> Iterator[Entity]:
    decided, name = item.decision, f"{body.id}-{one.number}-{item.number}"
    if decided is None:
        return
    due = None if item.term is None else item.term.due
    yield BodyDecision(
        id=entity_id("BodyDecision", name),
        name=item.title,
        meeting=meeting,
        is_adopted=decided.is_adopted,
        department=decided.department or None,
        due_on=None if due is None else due.isoformat(),
        outcome=None if item.followed is None else item.followed.outcome,
    )
    yield PolicyDecision(
        id=entity_id("PolicyDecision", f"body-{name}"),
        name=Text(item.title, item.title),
        is_adopted=decided.is_adopted,
        decided_on=one.on.isoformat(),
        source=SOURCE,
    )
