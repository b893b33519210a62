"""What the hub knows of a roundtable: itself, its themes, opinions, questions and candidates."""

from dalgu.hub.model import (
    Count,
    Entity,
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
from dalgu.kernel.text import Text

_NONE = Text(
    "숙의 공론장의 추첨·의견·투표를 나타내는 Smart Data Model이 없다.",
    "No Smart Data Model speaks of lotteries, opinions and ballots of a deliberation.",
)


class Roundtable(Entity, unmodelled=_NONE):
    """One Citizens' Roundtable, from its topic to what became of its conclusions."""

    name: Label = label("주제", "The topic")
    description: Plain = prop("취지", "Why it is held")
    stage: Plain = prop("단계", "planned, calling, …, live, reported, following, closed")
    department: Plain = prop("담당 부서", "Who answers for what becomes of it")
    starts_at: Plain = instant("시작", "When it meets; ISO 8601")
    applicants: Count = prop("신청자 수", "How many applied")
    members: Count = prop("참여단 수", "How many sit in the hall")
    tables: Count = prop("테이블 수", "How many tables there are")
    commitment: Plain = prop("봉인값", "What sealed seed and pool before the draw; SHA-256")
    proof: Plain = prop("추첨 증명", "Digest of the file that proves the draw; SHA-256")
    opinions: Count = prop("의견 수", "How many opinions the tables sent")
    themes: Count = prop("주제어 수", "How many themes stand")
    conclusions: Count = prop("결론 수", "How many conclusions were handed over")
    follow_ups: Count = prop("후속 과제 수", "How many became proposals with a clock")
    outcome: Plain = prop("결과", "What became of it, in words")


class RoundtableTheme(Entity, unmodelled=_NONE):
    """Opinions of a roundtable under one heading."""

    name: Label = label("주제어", "The heading")
    roundtable: Link = relationship("원탁회의", "The roundtable that it is of")
    opinions: Count = prop("의견 수", "How many opinions stand under it")
    status: Plain = prop("상태", "suggested, standing or merged")
    merged_into: Link = relationship("합쳐진 주제어", "The theme that it went into")


class RoundtableOpinion(Entity, unmodelled=_NONE):
    """What somebody said at a table; who, is nowhere written."""

    text: Plain = prop("의견", "What was said, as it was typed")
    roundtable: Link = relationship("원탁회의", "The roundtable where it was said")
    theme: Link = relationship("주제어", "The theme that it stands under")
    table: Count = prop("테이블", "Number of the table")
    round: Count = prop("토론 차수", "Number of the discussion")
    said_at: Plain = instant("시각", "When it was typed; ISO 8601")


class RoundtableQuestion(Entity, unmodelled=_NONE):
    """A question that the hall voted on before and after the discussion."""

    name: Label = label("물음", "The question")
    roundtable: Link = relationship("원탁회의", "The roundtable that was asked")
    options: list[str] | None = prop("선택지", "The options, in their order")
    before: list[int] | None = prop("토론 전", "Votes for each option before the discussion")
    after: list[int] | None = prop("토론 후", "Votes for each option after the discussion")


class RoundtableCandidate(Entity, unmodelled=_NONE):
    """A candidate that the hall marked by criteria."""

    name: Label = label("후보", "The candidate")
    roundtable: Link = relationship("원탁회의", "The roundtable that marked it")
    points: Quantity = quantity("C62", "점수", "Points before penalties, of 1,000")
    penalty: Quantity = quantity("C62", "감점", "Points taken off")
    total: Quantity = quantity("C62", "총점", "Points less penalties")
    rank: Count = prop("순위", "1 is the highest; equal totals share a rank")


ENTITIES = (
    Roundtable,
    RoundtableTheme,
    RoundtableOpinion,
    RoundtableQuestion,
    RoundtableCandidate,
)
