"""What the administration puts on record: analyses, decisions, meetings, awards, own levels."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import Count, Entity, Flag, Label, Link, Plain, label, prop, relationship
from dalgu.kernel.text import Text


class PolicyDecision(
    Entity,
    Sourced,
    unmodelled=Text(
        "정책 결정을 나타내는 모델이 없다.",
        "No model describes a decision of the administration.",
    ),
):
    """One decision of the administration."""

    name: Label = label()
    is_adopted: Flag = prop("채택 여부", "Whether it was adopted")
    decided_on: Plain = day("결정일", "The day of the decision")


class AnalysisReport(
    Entity,
    Sourced,
    unmodelled=Text(
        "데이터 분석 보고서와 정책 결정의 연결을 나타내는 모델이 없다.",
        "No model ties a report of data analysis to the decision that it led to.",
    ),
):
    """One report of data analysis, and the decision that it led to."""

    title: Plain = prop("제목", "Its title")
    dataset_count: Count = prop("쓴 데이터셋 수", "Datasets of the hub that it refers to")
    published_on: Plain = day("발간일", "The day it was published")
    decision: Link = relationship("정책 결정", "The PolicyDecision that stands on it")


class Recognition(
    Entity,
    Sourced,
    unmodelled=Text(
        "수상과 인증 실적을 나타내는 모델이 없다.",
        "No model describes an award or a certification of a city.",
    ),
):
    """One award or certification that the city won."""

    name: Label = label()
    kind: Plain = prop("구분", "award or certification")
    is_accredited: Flag = prop("심사·공인 여부", "Whether a jury or an accredited body gave it")
    is_paid_entry: Flag = prop("유료 참가 여부", "Whether the entry was paid for")
    awarded_on: Plain = day("수여일", "The day it was given")
    issuer: Plain = prop("수여 기관", "Who gave it")


class CouncilMeeting(
    Entity,
    Sourced,
    unmodelled=Text(
        "협의회 회의를 나타내는 모델이 없다.",
        "No model describes the meeting of a council.",
    ),
):
    """One meeting of a council or committee."""

    council: Plain = prop("협의체", "businessCouncil, citizensCommittee or other")
    held_on: Plain = day("개최일", "The day of the meeting")
    is_quorate: Flag = prop("의사정족수 충족", "Whether the quorum was met")
    minutes_published: Flag = prop("회의록 공개", "Whether its minutes are published")


class MaturitySelfAssessment(
    Entity,
    Sourced,
    unmodelled=Text(
        "정성 지표의 자체 평가 단계를 나타내는 모델이 없다.",
        "No model describes a level of maturity that a city claims.",
    ),
):
    """The level of one qualitative indicator that the city claims, before any review."""

    framework: Plain = prop("인증 체계", "The framework of the indicator")
    indicator: Plain = prop("지표 코드", "Code of the indicator")
    level: Count = prop("자체 평가 단계", "Claimed level, 0 to 5")
    evidence: Plain = prop("근거", "Where the evidence for the level is")
    assessed_on: Plain = day("평가일", "The day of the self-assessment")
