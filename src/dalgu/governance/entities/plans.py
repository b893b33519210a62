"""The institutional basis: plans and milestones, ordinances, policies, agreements."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import (
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
from dalgu.kernel.text import Text


class Plan(
    Entity,
    Sourced,
    unmodelled=Text(
        "법정 계획의 승인과 유효 기간을 나타내는 모델이 없다.",
        "No model describes the approval and the term of a statutory plan.",
    ),
):
    """A plan of the city, who approved it and how long it holds."""

    name: Label = label()
    kind: Plain = prop("계획 구분", "smartCity, digital, data or other")
    approved_by: Plain = prop("승인 기관", "MOLIT, council, mayor or other")
    since: Plain = day("시작일", "First day of its term")
    until: Plain = day("종료일", "Last day of its term")


class Milestone(
    Entity,
    Sourced,
    unmodelled=Text(
        "계획의 세부 이행 과제를 나타내는 모델이 없다.",
        "No model describes a milestone of a plan.",
    ),
):
    """One milestone of a plan."""

    name: Label = label()
    plan: Link = relationship("계획", "The Plan it belongs to")
    weight: Quantity = quantity("C62", "가중값", "How much it counts among the milestones")
    due_on: Plain = day("기한", "When it is due")
    done_on: Plain = day("완료일", "When it was done; absent while it is open")


class Ordinance(
    Entity,
    Sourced,
    unmodelled=Text(
        "자치법규의 주제와 시행 기간을 나타내는 모델이 없다.",
        "No model describes the subject and the term of an ordinance.",
    ),
):
    """An ordinance of the city."""

    name: Label = label()
    topic: Plain = prop("주제", "smartCityCreation, dataAdministration, bigData, …")
    since: Plain = day("시행일", "First day in force")
    until: Plain = day("폐지일", "Last day in force; absent while it is in force")


class Policy(
    Entity,
    Sourced,
    unmodelled=Text(
        "책임 있는 기술 정책을 나타내는 모델이 없다.",
        "No model describes a policy on responsible technology.",
    ),
):
    """A policy on responsible technology: adopted when signed, owned and due for review."""

    name: Label = label()
    topic: Plain = prop("주제", "ictAccessibility, privacyImpact, cyberAccountability, …")
    is_adopted: Flag = prop("채택 여부", "Whether a signed instrument adopts it")
    has_owner: Flag = prop("담당 지정", "Whether somebody answers for it")
    review_on: Plain = day("재검토일", "When it is due for review")


class Agreement(
    Entity,
    Sourced,
    unmodelled=Text(
        "협약과 그 활동을 나타내는 모델이 없다.",
        "No model describes an agreement and what came of it.",
    ),
):
    """An agreement with a partner at home or abroad."""

    partner: Plain = prop("협약 기관", "With whom")
    kind: Plain = prop("구분", "city, international, industry, academia or other")
    since: Plain = day("체결일", "First day")
    until: Plain = day("종료일", "Last day; absent while it lasts")
    last_activity_on: Plain = day("최근 활동일", "The last dated activity under it")
