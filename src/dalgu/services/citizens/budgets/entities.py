"""What the hub knows of participatory budgets: rounds and their projects, with history."""

from collections.abc import Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Plain,
    Quantity,
    instant,
    label,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.budgets.budgets import Budgets
from dalgu.services.citizens.budgets.state import Idea, Round

_NONE = Text(
    "주민참여예산의 라운드·사업·투표를 나타내는 Smart Data Model이 없다.",
    "No Smart Data Model speaks of rounds, projects and votes of a participatory budget.",
)


class ParticipatoryBudget(Entity, unmodelled=_NONE):
    """One round of participatory budgeting, from its call to its winners."""

    name: Label = label("라운드", "The round")
    stage: Plain = prop("단계", "ideas, check, vote, closed or counted")
    rule: Plain = prop("결정 방식", "equal or greedy, announced before the vote")
    amount: Count = prop("예산 (원)", "How much there is; won")
    idea_count: Count = prop("제안 사업 수", "How many projects were proposed")
    ballot_count: Count = prop("투표 수", "How many ballots were counted")
    winner_count: Count = prop("선정 사업 수", "How many projects are funded")
    left_out_share: Quantity = quantity("C62", "소외 비율", "Voters with nothing funded, 0 to 1")
    called_at: Plain = instant("공고 시각", "When it was called; ISO 8601")
    closes_at: Plain = instant("투표 마감", "When the vote closes; ISO 8601")
    counted_at: Plain = instant("집계 시각", "When it was counted; ISO 8601")


class BudgetProject(Entity, unmodelled=_NONE):
    """A project of such a round: proposed, checked, voted on, carried out."""

    name: Label = label("사업", "The project")
    cost: Count = prop("사업비 (원)", "What it costs as the department checked it; won")
    asked_cost: Count = prop("제안한 사업비 (원)", "What its author thought it costs; won")
    is_feasible: Flag = prop("추진 가능", "Whether the department can do it")
    reason: Plain = prop("판단 근거", "Why it can be done or not")
    department: Plain = prop("담당 부서", "Who checked it and carries it out")
    district: Plain = prop("시군구", "Code of the district it lies in")
    work: Plain = prop("추진 상태", "funded, planned, under_way, done or stopped")
    ref_budget: Link = relationship("라운드", "The round it belongs to")


ENTITIES = (ParticipatoryBudget, BudgetProject)


def draw(room: Budgets, entries: Sequence[Entry]) -> Iterator[Entity]:
    """Return the rounds and projects that entries changed, as they are now."""
    numbers = {int(entry.subject.split(":")[1]) for entry in entries}
    for number in sorted(numbers):
        found = room.get(number)
        yield _round(room, found)
        for idea in found.ideas.values():
            yield _project(found, idea)


def _id(found: Round) -> EntityId:
    return entity_id("ParticipatoryBudget", str(found.number))


def _round(room: Budgets, found: Round) -> ParticipatoryBudget:
    counted = found.counted
    left_out = None
    if counted is not None:
        left_out = counted.left_out_equal if found.rule == "equal" else counted.left_out_greedy
    return ParticipatoryBudget(
        id=_id(found),
        name=found.title,
        stage=room.stage(found),
        rule=found.rule,
        amount=found.amount,
        idea_count=len(found.ideas),
        ballot_count=None if counted is None else counted.ballots,
        winner_count=None if counted is None else len(found.winners),
        left_out_share=left_out,
        called_at=iso(found.called_at),
        closes_at=None if found.closes_at is None else iso(found.closes_at),
        counted_at=None if found.counted_at is None else iso(found.counted_at),
    )


def _project(found: Round, idea: Idea) -> BudgetProject:
    return BudgetProject(
        id=entity_id("BudgetProject", f"{found.number}:{idea.number}"),
        name=Text(idea.title, idea.title),
        cost=idea.cost or None,
        asked_cost=idea.asked,
        is_feasible=idea.is_feasible,
        reason=idea.reason or None,
        department=idea.department or None,
        district=idea.district or None,
        work=idea.work,
        ref_budget=_id(found),
    )
