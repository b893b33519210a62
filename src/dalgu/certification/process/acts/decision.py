"""The operator's report, the ministry's decision, and objections to it."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from dalgu.certification.process.acts.act import Code, Event, Grade, OnCase, Prose, Value
from dalgu.certification.process.words import ObjectionResult, ObjectType


class ReportResult(OnCase, tag="report_result", frozen=True, kw_only=True):
    """Report the result paper to the ministry."""

    contents: Prose


class ResultReported(
    ReportResult, Event, tag="result_reported", tag_field="event", frozen=True, kw_only=True
):
    """The ministry has the result paper."""

    points: float
    grade: Grade
    answer_due: date


class ResultPaper(Value, frozen=True, kw_only=True):
    """What art. 10, 3 asks of the result paper: contents, points and grade."""

    contents: str
    points: float
    grade: int


class DecisionRecord(Value, frozen=True, kw_only=True):
    """What art. 15, 4 asks to be kept of a decision; it is never changed."""

    case: str
    field: ObjectType
    object_code: str
    object_ko: str
    object_en: str
    committee: tuple[str, ...]  # pseudonyms of those who sat in it
    framework: str
    framework_digest: str
    paper: ResultPaper
    is_granted: bool
    decided_on: date
    deciders: tuple[str, ...]


class DecideGrant(OnCase, tag="decide_grant", frozen=True, kw_only=True):
    """Decide whether the case is granted."""

    is_granted: bool
    reason: Prose
    deciders: Annotated[tuple[Code, ...], Meta(min_length=1)]


class GrantDecided(
    DecideGrant, Event, tag="grant_decided", tag_field="event", frozen=True, kw_only=True
):
    """The ministry has decided."""

    record: DecisionRecord
    objection_until: date


class FileObjection(OnCase, tag="file_objection", frozen=True, kw_only=True):
    """Object to the decision, or to the refusal of a review."""

    about: Prose


class ObjectionFiled(
    FileObjection, Event, tag="objection_filed", tag_field="event", frozen=True, kw_only=True
):
    """The applicant objects."""

    objection: str
    answer_due: date


class AnswerObjection(OnCase, tag="answer_objection", frozen=True, kw_only=True):
    """Answer an objection; upheld, the case goes back to be judged again."""

    objection: Code
    result: ObjectionResult
    answer: Prose


class ObjectionAnswered(
    AnswerObjection, Event, tag="objection_answered", tag_field="event", frozen=True, kw_only=True
):
    """The objection has its answer."""


class WaiveObjection(OnCase, tag="waive_objection", frozen=True, kw_only=True):
    """Declare that no objection will be filed, so that nothing needs to wait for it."""


class ObjectionWaived(
    WaiveObjection, Event, tag="objection_waived", tag_field="event", frozen=True, kw_only=True
):
    """The applicant will not object."""


class CloseCase(OnCase, tag="close_case", frozen=True, kw_only=True):
    """Close a case that was not granted, when nothing is open any more."""


class CaseClosed(CloseCase, Event, tag="case_closed", tag_field="event", frozen=True, kw_only=True):
    """The case is closed without a certificate."""
