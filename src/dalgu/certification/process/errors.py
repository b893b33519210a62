"""Why the process refuses: each rule of the law that can be broken has its own kind."""

from collections.abc import Iterable
from typing import ClassVar

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, InvalidInput, NotExisting


class CommandUnknown(NotExisting):
    """No command of the process has this name."""

    slug = "process-command-unknown"
    title = "The command does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(f"Command '{name}' does not exist in the process.", command=name)


class CommandInvalid(InvalidInput):
    """The parts of a command do not fit it."""

    slug = "process-command-invalid"
    title = "The command is invalid"

    def __init__(self, command: str, field: str, reason: str) -> None:
        super().__init__(
            f"Command '{command}' is invalid at '{field}': {reason}.", command=command, field=field
        )


class SubjectNotExisting(NotExisting):
    """A programme, round, case, motion or certificate does not exist."""

    slug = "process-subject-not-existing"
    title = "The subject does not exist"

    def __init__(self, kind: str, subject: str) -> None:
        super().__init__(
            f"The {kind} '{subject}' does not exist in the process.", kind=kind, subject=subject
        )


class SubjectExisting(AlreadyExisting):
    """A programme, round or case of this name exists already."""

    slug = "process-subject-existing"
    title = "The subject already exists"

    def __init__(self, kind: str, subject: str) -> None:
        super().__init__(f"The {kind} '{subject}' already exists.", kind=kind, subject=subject)


class ProgrammeRoleLacking(Forbidden):
    """The actor has not the role in the programme that a command is for."""

    slug = "programme-role-lacking"
    title = "The role in the programme is lacking"

    def __init__(self, command: str, programme: str, needed: tuple[str, ...]) -> None:
        super().__init__(
            f"Command '{command}' in programme '{programme}' is for {_any_of(needed)}. "
            "The operator of the programme grants roles.",
            command=command,
            programme=programme,
        )


class CaseOfAnother(Forbidden):
    """The actor applies for another local government, or judges other cases."""

    slug = "case-of-another"
    title = "The case belongs to others"

    def __init__(self, case: str) -> None:
        super().__init__(
            f"Case '{case}' is not among the actor's: applicants see their own, reviewers those "
            "assigned to them, members those of their group.",
            case=case,
        )


class CaseBarred(Forbidden):
    """Somebody with a conflict of interest may not judge the case."""

    slug = "case-barred"
    title = "A conflict of interest bars the case"

    def __init__(self, case: str, bar: str, ground: str) -> None:
        super().__init__(
            f"Case '{case}' is barred: the actor was {bar} on the ground '{ground}' "
            "(guideline art. 5). The attempt has been written down.",
            case=case,
            bar=bar,
            ground=ground,
        )


class ConflictUndeclared(Forbidden):
    """Who judges has not declared their conflicts of interest yet."""

    slug = "conflict-undeclared"
    title = "Conflicts of interest are not declared"

    def __init__(self, case: str) -> None:
        super().__init__(
            f"Case '{case}' opens only after the actor has declared conflicts of interest, "
            "or that there are none. The attempt has been written down.",
            case=case,
        )


class StageUnfit(DalguError):
    """The case, certificate or round is at another stage than the command needs."""

    status = 409
    slug = "process-stage-unfit"
    title = "The stage does not allow the command"

    def __init__(self, command: str, subject: str, stage: str, needed: tuple[str, ...]) -> None:
        super().__init__(
            f"Command '{command}' needs '{subject}' to be {_any_of(needed)}; it is '{stage}'.",
            command=command,
            subject=subject,
            stage=stage,
        )


class DateUnfit(DalguError):
    """Something comes too early or too late."""

    status = 409
    slug = "process-date-unfit"
    title = "The date is outside the limits"

    def __init__(self, what: str, given: str, limits: str) -> None:
        super().__init__(
            f"The date of {what} is {given}; it must be {limits}.", what=what, given=given
        )


class RuleUnmet(DalguError):
    """A rule of the process is not met; subclasses say which."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "process-rule-unmet"
    title: ClassVar[str] = "A rule of the process is not met"


class RoleConflicting(RuleUnmet):
    """A person has one role in a programme, and who grants may grant some only."""

    slug = "programme-role-conflicting"
    title = "The role cannot be granted"

    def __init__(self, person: str, role: str, reason: str) -> None:
        super().__init__(
            f"Role '{role}' cannot be granted to '{person}': {reason}.", person=person, role=role
        )


class FrameworkFixed(RuleUnmet):
    """A call uses the framework, so the round can no longer be planned anew."""

    slug = "framework-fixed"
    title = "The framework of an announced call is fixed"

    def __init__(self, round_id: str, digest: str) -> None:
        super().__init__(
            f"Round '{round_id}' is announced and judged by framework {digest}. "
            "Another framework needs another round.",
            round=round_id,
            framework=digest,
        )


class NotEligible(RuleUnmet):
    """A local government of this kind may not apply, or no group takes its type."""

    slug = "not-eligible"
    title = "The local government cannot apply"

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"Local government '{code}' cannot apply: {reason}.", code=code)


class IndicatorForeign(InvalidInput):
    """The framework of the round has no such indicator of this kind."""

    slug = "indicator-foreign"
    title = "The indicator is not of the framework"

    def __init__(self, framework: str, codes: tuple[str, ...]) -> None:
        super().__init__(
            f"Framework '{framework}' has no such indicators of this kind: {', '.join(codes)}.",
            framework=framework,
        )


class EvidenceForeign(InvalidInput):
    """A piece of evidence stands on a file that the case did not receive."""

    slug = "evidence-foreign"
    title = "The file was not received"

    def __init__(self, case: str, sha256: str) -> None:
        super().__init__(
            f"Case '{case}' received no file {sha256}. Upload the file first.",
            case=case,
            sha256=sha256,
        )


class FileIncomplete(RuleUnmet):
    """An application lacks what it must have."""

    slug = "file-incomplete"
    title = "The application is incomplete"

    def __init__(self, case: str, findings: tuple[str, ...]) -> None:
        super().__init__(
            f"Application '{case}' lacks {len(findings)} things: {'; '.join(findings[:10])}.",
            case=case,
            count=len(findings),
        )


class SupplementNotOffered(RuleUnmet):
    """A file is refused only after a chance to supplement it."""

    slug = "supplement-not-offered"
    title = "A chance to supplement comes first"

    def __init__(self, case: str, until: str) -> None:
        super().__init__(
            f"Review of '{case}' can be refused only when the file is still incomplete after a "
            f"chance to supplement it; the chance {until}.",
            case=case,
        )


class ReviewersUnfit(RuleUnmet):
    """The reviewers of a case are too few, or one of them cannot review."""

    slug = "reviewers-unfit"
    title = "The reviewers do not fit"

    def __init__(self, case: str, reason: str) -> None:
        super().__init__(f"The reviewers of '{case}' do not fit: {reason}.", case=case)


class ReviewUnfinished(RuleUnmet):
    """A step of the evaluation is not finished."""

    slug = "review-unfinished"
    title = "The evaluation is not finished"

    def __init__(self, case: str, lacking: tuple[str, ...]) -> None:
        super().__init__(
            f"The evaluation of '{case}' still lacks: {'; '.join(lacking[:10])}.",
            case=case,
            count=len(lacking),
        )


class LevelUnfit(RuleUnmet):
    """A level is settled where there is no dispute, or outside what reviewers gave."""

    slug = "level-unfit"
    title = "The level cannot be settled so"

    def __init__(self, indicator: str, reason: str) -> None:
        super().__init__(
            f"The level of '{indicator}' cannot be settled so: {reason}.", indicator=indicator
        )


class SecretUnfit(RuleUnmet):
    """A revealed secret is not the one that was sealed."""

    slug = "sample-secret-unfit"
    title = "The secret is not the one that was sealed"

    def __init__(self, case: str, commitment: str) -> None:
        super().__init__(
            f"The secret does not give the commitment {commitment} of the visit to '{case}'.",
            case=case,
        )


class FindingRaises(RuleUnmet):
    """A site visit may lower points, and raise none without the committee."""

    slug = "finding-raises"
    title = "A site visit cannot raise points"

    def __init__(self, case: str, indicator: str) -> None:
        super().__init__(
            f"The finding on '{indicator}' of '{case}' would raise points; only a vote of the "
            "committee can.",
            case=case,
            indicator=indicator,
        )


class CommitteeUnfit(RuleUnmet):
    """A committee would break the rules on its size, its members or its chair."""

    slug = "committee-unfit"
    title = "The committee does not fit"

    def __init__(self, round_id: str, reason: str) -> None:
        super().__init__(f"The committee of '{round_id}' does not fit: {reason}.", round=round_id)


class QuorumLacking(RuleUnmet):
    """Fewer than two thirds of the seated members attend."""

    slug = "quorum-lacking"
    title = "The quorum is lacking"

    def __init__(self, members: int, present: int, needed: int) -> None:
        super().__init__(
            f"Of {members} members {present} attend; {needed} are needed (guideline art. 4, 4).",
            members=members,
            present=present,
            needed=needed,
        )


class MotionUnfit(RuleUnmet):
    """A motion cannot be put, voted on or counted so."""

    slug = "motion-unfit"
    title = "The motion does not fit"

    def __init__(self, motion: str, reason: str) -> None:
        super().__init__(f"Motion '{motion}' does not fit: {reason}.", motion=motion)


class GrantUnfit(RuleUnmet):
    """A case cannot be granted, closed or given a certificate as it stands."""

    slug = "grant-unfit"
    title = "The case cannot be settled so"

    def __init__(self, case: str, reason: str) -> None:
        super().__init__(f"Case '{case}' cannot be settled so: {reason}.", case=case)


class ExtensionUnfit(RuleUnmet):
    """A certificate cannot be extended."""

    slug = "extension-unfit"
    title = "The certificate cannot be extended"

    def __init__(self, certificate: str, reason: str) -> None:
        super().__init__(
            f"Certificate '{certificate}' cannot be extended: {reason}.", certificate=certificate
        )


class RevocationUnfit(RuleUnmet):
    """A step of a revocation does not follow from the one before it."""

    slug = "revocation-unfit"
    title = "The revocation does not allow the step"

    def __init__(self, certificate: str, reason: str) -> None:
        super().__init__(
            f"The revocation of '{certificate}' does not allow this: {reason}.",
            certificate=certificate,
        )


def _any_of(words: Iterable[str]) -> str:
    return " or ".join(f"'{word}'" for word in words)
