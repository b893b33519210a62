"""A submission: what one city's platform measured, as a file that another's can take in."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from dalgu.certification.certification import Assessment
from dalgu.certification.framework.lines import field_of, reason_of
from dalgu.certification.framework.loading import content_hash
from dalgu.certification.framework.model import Framework
from dalgu.certification.framework.shelf import Shelf
from dalgu.certification.office.errors import SubmissionInvalid
from dalgu.certification.office.judging import declared
from dalgu.certification.office.naming import is_of
from dalgu.certification.process.acts.act import Code, Level, Sha256
from dalgu.certification.process.acts.application import DeclareScore, Measurement
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.state import Case
from dalgu.kernel.clock import local

LARGEST_SUBMISSION_BYTES = 2 * 2**20  # 63 indicators take some 30 kB


class Submission(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="format",
    tag="dalgu-submission-1",
):
    """Measured values with the digests of their frozen rows, and self-assessed levels."""

    framework: Code
    framework_digest: Sha256
    city: Annotated[str, Meta(max_length=300)]  # its name in Korean, or its area code
    reference_on: date
    measurements: dict[Code, Measurement]
    levels: dict[Code, Level]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShelf(Shelf):
    """The one framework of a call, as it was frozen, in place of what its files say today."""

    frozen: Framework

    def framework(self, name: str) -> Framework:
        """Return the frozen framework."""
        return self.frozen if name == self.frozen.name else Shelf.framework(self, name)


def submission_of(assessment: Assessment, city: str) -> Submission:
    """Return what an assessment found; levels are the city's own, where it gave some."""
    framework = assessment.framework
    return Submission(
        framework=framework.name,
        framework_digest=content_hash(framework),
        city=city,
        reference_on=local(assessment.reference).date(),
        measurements={
            one.code: declared(assessment.measurements[one.code])
            for one in framework.indicators
            if one.kind == "quantitative" and one.code in assessment.measurements
        },
        levels={
            code: one.self_level
            for code, one in assessment.maturities.items()
            if one.self_level is not None
        },
    )


def read_submission(body: bytes) -> Submission:
    """Return the submission of a file; raise `SubmissionInvalid`."""
    try:
        return msgspec.json.decode(body, type=Submission)
    except msgspec.ValidationError as mistake:
        raise SubmissionInvalid(field_of(str(mistake)) or "$", reason_of(str(mistake))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SubmissionInvalid("$", "it is no JSON") from None


def declaration_of(submission: Submission, case: Case, use: FrameworkUse) -> DeclareScore:
    """Return the command that declares a submission in a case; raise `SubmissionInvalid`."""
    government = case.government
    if submission.framework_digest != use.digest:
        raise SubmissionInvalid(
            "framework_digest", f"the call is judged by '{use.name}' of content {use.digest}"
        )
    if submission.reference_on != case.reference_date:
        raise SubmissionInvalid(
            "reference_on", f"the case speaks of {case.reference_date.isoformat()}"
        )
    if not is_of(government, submission.city):
        raise SubmissionInvalid("city", f"the case is of '{government.name_ko}'")
    return DeclareScore(
        case=case.id, measurements=submission.measurements, levels=submission.levels
    )
