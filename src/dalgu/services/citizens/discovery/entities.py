"""The entities that the hub knows of the discovery team: so they have history and readers.

Problems and attendance are also drawn as entries of the registers `CityProblem` and
`LivingLabSession`, which governance declares: so the indicators on them fall out of use.
"""

from collections.abc import Iterable, Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import (
    Count,
    Document,
    Entity,
    Label,
    Link,
    Place,
    Plain,
    label,
    place,
    prop,
    relationship,
)
from dalgu.kernel.clock import local
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.discovery import Discovery
from dalgu.services.citizens.discovery.gates import Gate
from dalgu.services.citizens.discovery.state import Problem, Round


class DiscoveryRound(
    Entity,
    unmodelled=Text(
        "시민이 도시문제를 찾는 모임의 회차를 나타내는 모델이 없다.",
        "No model describes a round in which citizens look for problems of their city.",
    ),
):
    """One round of the discovery team."""

    name: Label = label()
    kickoff_on: Plain = prop("발대일", "The day it began; ISO 8601 date")
    ends_on: Plain = prop("종료일", "Its last day; ISO 8601 date")
    member_count: Count = prop("시작 인원", "How many began it")
    certified_count: Count = prop("수료 인원", "How many completed it")
    problem_count: Count = prop("발굴한 문제 수", "Problems that it defined")
    source: Plain = prop("출처", "Where a past round was published")


class UrbanProblem(
    Entity,
    unmodelled=Text(
        "시민이 찾은 도시문제와 그 관문을 나타내는 모델이 없다.",
        "No model describes a problem that citizens found, and the gates that it passed.",
    ),
):
    """A problem of the city, from seen to solved."""

    name: Label = label()
    number: Count = prop("번호", "Its number")
    round: Link = relationship("회차", "The DiscoveryRound that found it")
    gate: Plain = prop("관문", "observed, defined, checked, prioritised, feasible, planned, …")
    decided_on: Plain = prop("결정일", "The day of the last gate; ISO 8601 date")
    stop_reason: Plain = prop("중단 이유", "Why it goes no further; none while it does")
    evidence_count: Count = prop("근거 수", "Series of the hub that it is shown by")
    vote_count: Count = prop("시민 투표", "Approvals in the citizens' vote")
    owner: Plain = prop("담당 부서", "Who demonstrates")
    budget: Count = prop("계획 예산", "Money of the plan, won")
    paid: Count = prop("집행액", "Money that was paid, won")
    scorer_count: Count = prop("평가 인원", "Citizens who scored the demonstration")
    source: Plain = prop("출처", "Where a past problem was published")
    location: Place = place()


ENTITIES = (DiscoveryRound, UrbanProblem)


def draw(room: Discovery, entries: Sequence[Entry]) -> Iterable[Entity | Document]:
    """Return the entities that some entries changed, as they are now."""
    kinds: dict[str, set[int]] = {"round": set(), "problem": set()}
    for entry in entries:
        kind, _, local_name = entry.subject.partition(":")
        if kind in kinds:
            kinds[kind].add(int(local_name))
    problems = [room.state.problems[number] for number in sorted(kinds["problem"])]
    rounds = {one.round for one in problems} | kinds["round"]  # a round counts its problems
    yield from (_round(room, room.state.rounds[number]) for number in sorted(rounds))
    for one in problems:
        yield _problem(room, one)
        if one.passed(Gate.DEFINED):
            yield _of_register(one, room.state.rounds[one.round])
    for number in sorted(kinds["round"]):
        yield from _attendance(room, room.state.rounds[number])


def round_id(number: int) -> EntityId:
    """Return the id of a round."""
    return entity_id("DiscoveryRound", str(number))


def _round(room: Discovery, one: Round) -> DiscoveryRound:
    return DiscoveryRound(
        id=round_id(one.number),
        name=one.title,
        kickoff_on=None if one.kickoff_on is None else one.kickoff_on.isoformat(),
        ends_on=None if one.ends_on is None else one.ends_on.isoformat(),
        member_count=one.began_with,
        certified_count=one.citizens,
        problem_count=sum(p.passed(Gate.DEFINED) for p in room.state.of_round(one.number)),
        source=one.source or None,
    )


def _problem(room: Discovery, one: Problem) -> UrbanProblem:
    vote = room.state.rounds[one.round].vote
    last = one.gates[-1].on
    point = None if one.lon is None else {"type": "Point", "coordinates": [one.lon, one.lat]}
    return UrbanProblem(
        id=entity_id("UrbanProblem", str(one.number)),
        name=one.title,
        number=one.number,
        round=round_id(one.round),
        gate=str(one.gate),
        decided_on=None if last is None else last.isoformat(),
        stop_reason=str(one.stop or "none"),
        evidence_count=len(one.evidence),
        vote_count=None if vote is None else vote.approvals.get(one.number),
        owner=None if one.plan is None else one.plan.owner,
        budget=None if one.plan is None else one.plan.money_won,
        paid=one.paid_won if one.funds else None,
        scorer_count=len(one.scores) or None,
        source=one.source or None,
        location=point,
    )


def stage_of(one: Problem) -> str:
    """Return the stage of a problem as the register `CityProblem` has it."""
    if one.stopped is not None:
        return "stopped"
    if one.passed(Gate.SCALED):
        return "operate"
    if one.passed(Gate.DEMONSTRATED) or one.measured:
        return "demo"
    return "plan" if one.passed(Gate.PLANNED) else "identified"


def _of_register(one: Problem, of: Round) -> Document:
    """Return a problem as an entry of the register of city problems."""
    found_on = of.ends_on if one.source else local(one.at).date()
    document: Document = {
        "id": entity_id("CityProblem", f"discovery-{one.number}"),
        "type": "CityProblem",
        "name": {
            "type": "LanguageProperty",
            "languageMap": {"ko": one.title.ko, "en": one.title.en},
        },
        "stage": {"type": "Property", "value": stage_of(one)},
    }
    if found_on is not None:
        document["identifiedOn"] = {"type": "Property", "value": found_on.isoformat()}
    return document


def _attendance(room: Discovery, one: Round) -> Iterator[Document]:
    """Yield who was at which session, under a pseudonym of this register."""
    pseudonym = room.ground.access.keyed("citizens.living-lab")
    for session in one.sessions.values():
        for account in sorted(session.present):
            person = room.people.known.get(account)
            member = pseudonym(account if person is None else person.voice)
            name = f"discovery-{one.number}-{session.number}-{member[:16]}"
            yield {
                "id": entity_id("LivingLabSession", name),
                "type": "LivingLabSession",
                "member": {"type": "Property", "value": member},
                "heldOn": {"type": "Property", "value": session.on.isoformat()},
                "lab": {"type": "Property", "value": one.title.ko},
            }
