"""Proposals, petitions and questions as entities: with history, subscribers and indicators."""

from collections.abc import Callable, Iterable, Sequence

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
from dalgu.services.citizens.proposals import state
from dalgu.services.citizens.proposals.fold import Folded
from dalgu.services.citizens.proposals.words import Act, Kind, Side


class Proposal(
    Entity,
    unmodelled=Text(
        "공감과 답변 기한을 가진 시민 제안을 나타내는 모델이 없다.",
        "No model describes a proposal of residents with supports and a term of answer.",
    ),
):
    """What a resident proposes, how many support it, and what became of it; not who."""

    name: Label = label("제목", "Its title")
    space: Plain = prop("공간", "The space it stands in")
    topic: Plain = prop("주제", "traffic, health, culture, welfare, environment, …")
    status: Plain = prop("단계", "maturing, reached, routed, answered, planned, implemented, …")
    decision: Plain = prop("결정", "accept, partly, refuse, already_done or not_ours")
    department: Plain = prop("담당 부서", "The department that has it")
    support_count: Count = prop("공감 수", "Voices for it, one of each person")
    comment_count: Count = prop("의견 수", "Comments")
    author_count: Count = prop("제안자 수", "Its authors, those of merged ones included")
    proposed_at: Plain = instant("제안 시각", "When it was published; ISO 8601")
    reached_at: Plain = instant("공감 달성", "When it reached its threshold; ISO 8601")
    answered_at: Plain = instant("답변 시각", "When it was answered; ISO 8601")
    implemented_at: Plain = instant("이행 시각", "When it was there; ISO 8601")
    merged_into: Link = relationship("병합된 제안", "The earlier proposal that it goes on in")
    evidence: Link = relationship("이행 근거", "The entity whose figure shows its effect")
    effect_before: Quantity = quantity("C62", "이행 전 값", "Mean of that figure before")
    effect_after: Quantity = quantity("C62", "이행 후 값", "Mean of that figure after")
    district: Plain = prop("시군구", "Code of the district that it speaks of")
    location: Place = place()


class Petition(
    Entity,
    unmodelled=Text(
        "서명과 두 단계 기한을 가진 정책토론 청구를 나타내는 모델이 없다.",
        "No model describes a request for a debate with signatures and two terms.",
    ),
):
    """A request of residents for a debate on a policy."""

    name: Label = label("제목", "Its title")
    space: Plain = prop("공간", "The space it stands in")
    topic: Plain = prop("주제", "traffic, health, culture, welfare, environment, …")
    status: Plain = prop("단계", "maturing, reached, debating, answered, archived, …")
    signature_count: Count = prop("서명 수", "Signatures, one of each resident")
    is_granted: Flag = prop("개최 결정", "Whether the committee granted the debate")
    proposed_at: Plain = instant("청구 시각", "When it was published; ISO 8601")
    reached_at: Plain = instant("서명 달성", "When it had enough signatures; ISO 8601")
    answered_at: Plain = instant("끝난 시각", "When it was refused or debated; ISO 8601")
    district: Plain = prop("시군구", "Code of the district that it speaks of")
    location: Place = place()


class CityQuestion(
    Entity,
    unmodelled=Text(
        "부서가 시민에게 묻고 결과를 알리는 안건을 나타내는 모델이 없다.",
        "No model describes what a department asks residents and made of the comments.",
    ),
):
    """What a department asks residents before it decides."""

    name: Label = label("제목", "Its title")
    status: Plain = prop("단계", "asking, gathered or answered")
    department: Plain = prop("담당 부서", "The department that asks")
    comment_count: Count = prop("의견 수", "Comments")
    for_count: Count = prop("찬성 의견", "Comments for it")
    against_count: Count = prop("반대 의견", "Comments against it")
    used_count: Count = prop("반영한 의견", "Comments that changed something")
    asked_at: Plain = instant("질문 시각", "When it was asked; ISO 8601")
    closes_at: Plain = instant("마감 시각", "When comments close; ISO 8601")
    answered_at: Plain = instant("결과 공개", "When the result was told; ISO 8601")


Title = Callable[[state.Proposal], Text]  # how one is called where everybody sees it
ENTITIES: tuple[type[Entity], ...] = (Proposal, Petition, CityQuestion)
TYPES: dict[Kind, str] = {
    Kind.TALK: "Proposal",
    Kind.PETITION: "Petition",
    Kind.ASK: "CityQuestion",
}


def entity_of(found: state.Proposal) -> EntityId:
    """Return the id of one in the hub."""
    return entity_id(TYPES[found.kind], str(found.number))


def drawn(folded: Folded, title: Title, entries: Sequence[Entry]) -> Iterable[Entity]:
    """Yield the entities that entries changed, as they are now."""
    numbers = {
        int(number)
        for entry in entries
        for kind, _, number in [entry.subject.partition(":")]
        if kind == "proposal"
    }
    for number in sorted(numbers):
        found = folded.all[number]
        yield DRAWN[found.kind](folded, found, title(found))


def _proposal(folded: Folded, found: state.Proposal, name: Text) -> Proposal:
    answer, shown = found.answer, found.evidence
    target = None if found.merged_into is None else folded.all[found.merged_into]
    return Proposal(
        id=entity_of(found),
        name=name,
        space=found.space,
        topic=found.topic,
        status=found.stage,
        decision=None if answer is None else answer.decision,
        department=found.department or None,
        support_count=len(found.supports),
        comment_count=len(found.comments),
        author_count=len(found.authors),
        proposed_at=iso(found.at),
        reached_at=_reached(found),
        answered_at=_event(found, "Answered"),
        implemented_at=_event(found, "Implemented"),
        merged_into=None if target is None else entity_of(target),
        evidence=None if shown is None else EntityId(shown.entity),
        effect_before=None if shown is None else shown.before,
        effect_after=None if shown is None else shown.after,
        district=found.place.district if found.place else None,
        location=_location(found),
    )


def _petition(folded: Folded, found: state.Proposal, name: Text) -> Petition:
    return Petition(
        id=entity_of(found),
        name=name,
        space=found.space,
        topic=found.topic,
        status=found.stage,
        signature_count=len(found.supports),
        is_granted=found.is_granted,
        proposed_at=iso(found.at),
        reached_at=_reached(found),
        answered_at=_event(found, "DebateHeld", "CommitteeDecided")
        if found.stage == "answered"
        else None,
        district=found.place.district if found.place else None,
        location=_location(found),
    )


def _question(folded: Folded, found: state.Proposal, name: Text) -> CityQuestion:
    sides = found.sides()
    return CityQuestion(
        id=entity_of(found),
        name=name,
        status=found.stage,
        department=found.department or None,
        comment_count=len(found.comments),
        for_count=len(sides[Side.FOR]),
        against_count=len(sides[Side.AGAINST]),
        used_count=None if found.result is None else len(found.result.used),
        asked_at=iso(found.at),
        closes_at=None if found.closes_at is None else iso(found.closes_at),
        answered_at=_event(found, "ResultRecorded"),
    )


DRAWN = {Kind.TALK: _proposal, Kind.PETITION: _petition, Kind.ASK: _question}


def _reached(found: state.Proposal) -> str | None:
    first = next((found.reached[act] for act in Act if act in found.reached), None)
    return None if first is None else iso(first)


def _event(found: state.Proposal, *deeds: str) -> str | None:
    at = next((e.at for e in reversed(found.history) if type(e.deed).__name__ in deeds), None)
    return None if at is None else iso(at)


def _location(found: state.Proposal) -> dict[str, object] | None:
    if found.place is None:
        return None
    return {"type": "Point", "coordinates": [found.place.lon, found.place.lat]}
