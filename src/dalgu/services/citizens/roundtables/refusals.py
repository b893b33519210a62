"""What the roundtable room refuses."""

from dalgu.kernel.errors import (
    AlreadyExisting,
    DalguError,
    Forbidden,
    InvalidInput,
    NotExisting,
    Overloaded,
)


class RoundtableNotExisting(NotExisting):
    """There is no roundtable of this number."""

    slug = "roundtable-not-existing"
    title = "The roundtable does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Roundtable {number} does not exist.", number=number)


class RoundtableStageOther(DalguError):
    """A step takes a roundtable at another stage."""

    status = 409
    slug = "roundtable-stage-other"
    title = "The roundtable is at another stage"

    def __init__(self, number: int, stage: str, needed: str) -> None:
        super().__init__(
            f"Roundtable {number} is at stage '{stage}'; this step takes: {needed}.",
            number=number,
            stage=stage,
            needed=needed,
        )


class RoundtablePlanInvalid(InvalidInput):
    """A plan cannot be carried out as it is."""

    slug = "roundtable-plan-invalid"
    title = "The plan of the roundtable is invalid"

    def __init__(self, part: str, rule: str) -> None:
        super().__init__(f"The part '{part}' of the plan must {rule}.", part=part, rule=rule)


class RoundtableCallOver(DalguError):
    """The day until which people could apply has passed, or the call is not open."""

    status = 409
    slug = "roundtable-call-over"
    title = "The call is not open"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Roundtable {number} takes no applications now; its page says when the next one does.",
            number=number,
        )


class RoundtableAppliedAlready(AlreadyExisting):
    """One person applies once."""

    slug = "roundtable-applied-already"
    title = "This person has applied already"

    def __init__(self, applicant: str) -> None:
        super().__init__(
            f"This person has applied already, under number {applicant}.", applicant=applicant
        )


class ApplicantNotExisting(NotExisting):
    """Nobody has applied under this number, or they withdrew."""

    slug = "applicant-not-existing"
    title = "The applicant does not exist"

    def __init__(self, applicant: str) -> None:
        super().__init__(
            f"Applicant '{applicant[:20]}' does not exist here; numbers look like a0001.",
            applicant=applicant[:20],
        )


class ApplicationInvalid(InvalidInput):
    """An application lacks something, or says what no group of applicants has."""

    slug = "application-invalid"
    title = "The application is invalid"

    def __init__(self, part: str) -> None:
        super().__init__(
            f"The part '{part}' of the application is invalid; choose one of those offered.",
            part=part,
        )


class WitnessMissing(InvalidInput):
    """The draw takes a number that nobody could know when the seed was sealed."""

    slug = "witness-missing"
    title = "The witnesses' number is required"

    def __init__(self) -> None:
        super().__init__(
            "The witnesses' number is required: at least four signs, as dice or balls gave them "
            "before everybody's eyes. Without it whoever chose the seed could choose the panel."
        )


class SeatCodeInvalid(NotExisting):
    """No seat and no table has this code."""

    slug = "seat-code-invalid"
    title = "The code opens nothing"

    def __init__(self) -> None:
        super().__init__(
            "The code opens no seat and no table of this roundtable: it was mistyped, or renewed. "
            "The desk in the hall prints another one."
        )


class OpinionInvalid(InvalidInput):
    """What a table sends is no opinion."""

    slug = "opinion-invalid"
    title = "The opinion is invalid"

    def __init__(self, part: str, rule: str) -> None:
        super().__init__(f"The part '{part}' of an opinion must {rule}.", part=part, rule=rule)


class OpinionOther(AlreadyExisting):
    """Another opinion has this key."""

    slug = "opinion-other"
    title = "Another opinion has this key"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Another opinion has the key '{key[:64]}'; each is made for one alone.", key=key[:64]
        )


class TooManyOpinions(DalguError):
    """A table has said more than anybody can read."""

    status = 429
    slug = "too-many-opinions"
    title = "The table has said enough"

    def __init__(self, table: int, most: int) -> None:
        super().__init__(
            f"Table {table} has sent {most} opinions, as many as one table may.",
            table=table,
            most=most,
        )


class ThemeNotExisting(NotExisting):
    """There is no theme of this id, or it went into another one."""

    slug = "theme-not-existing"
    title = "The theme does not exist"

    def __init__(self, theme: str) -> None:
        super().__init__(
            f"Theme '{theme[:20]}' does not exist, or went into another one. Load the page again.",
            theme=theme[:20],
        )


class ThemeStepInvalid(InvalidInput):
    """A step of the theme team lacks what it works on."""

    slug = "theme-step-invalid"
    title = "The step cannot be taken"

    def __init__(self, part: str) -> None:
        super().__init__(f"The step takes at least one {part}; choose it and try again.", part=part)


class StepNotExisting(NotExisting):
    """The agenda has no such step."""

    slug = "agenda-step-not-existing"
    title = "The step does not exist"

    def __init__(self, step: str) -> None:
        super().__init__(f"Step '{step[:40]}' does not exist.", step=step[:40])


class BallotNotAsked(DalguError):
    """A box that is not open was voted on."""

    status = 409
    slug = "ballot-not-asked"
    title = "This is not voted on now"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"Box '{box[:120]}' is not open at this roundtable now. Load the page again.",
            box=box[:120],
        )


class BallotGiven(AlreadyExisting):
    """A seat has had its ballot for a box."""

    slug = "ballot-given"
    title = "This seat has voted"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"This seat has had its ballot for box '{box}', and each seat has one. It counts.",
            box=box,
        )


class SeatsVoteOnly(Forbidden):
    """A box of a hall takes ballots of its seats alone."""

    slug = "seats-vote-only"
    title = "Only seats of the hall vote here"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"Box '{box[:120]}' belongs to a roundtable: only its seats vote, each by its code.",
            box=box[:120],
        )


class ScoresNotCounted(DalguError):
    """The marks are not counted yet."""

    status = 409
    slug = "scores-not-counted"
    title = "The marks are not counted yet"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The scoring sheets of roundtable {number} are not closed and counted; go on with "
            "the agenda first.",
            number=number,
        )


class PenaltyInvalid(InvalidInput):
    """A penalty names no candidate, no points or no reason."""

    slug = "penalty-invalid"
    title = "The penalty is invalid"

    def __init__(self) -> None:
        super().__init__("A penalty takes a candidate, points from 1 to 1000 and a reason.")


class ConclusionMissing(InvalidInput):
    """A report without a conclusion reports nothing."""

    slug = "conclusion-missing"
    title = "A conclusion is required"

    def __init__(self) -> None:
        super().__init__("At least one conclusion is required, one a line.")


class RoundtableTextMissing(InvalidInput):
    """A step takes a few words."""

    slug = "roundtable-text-missing"
    title = "A few words are required"

    def __init__(self, part: str) -> None:
        super().__init__(f"The field '{part}' is required.", part=part)


class SurveyAnswerInvalid(InvalidInput):
    """An answer is none of those offered."""

    slug = "survey-answer-invalid"
    title = "The answer is invalid"

    def __init__(self, question: str) -> None:
        super().__init__(
            f"The answer to question '{question[:40]}' is none of those offered.",
            question=question[:40],
        )


class ProofNotExisting(NotExisting):
    """The draw has not taken place."""

    slug = "lottery-proof-not-existing"
    title = "There is no proof yet"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The panel of roundtable {number} has not been drawn, so there is no proof yet.",
            number=number,
        )


class TooManyListeners(Overloaded):
    """As many pages follow the hall as this server tells."""

    slug = "too-many-listeners"
    title = "Too many pages follow the hall"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This server tells {most} pages already; the page asks again by itself.",
            retry_after_s=5,
        )


class ItemNotExisting(NotExisting):
    """There is no such item, or it has ended."""

    slug = "roundtable-item-not-existing"
    title = "The item does not exist"

    def __init__(self, number: int, item: int) -> None:
        super().__init__(
            f"Item {item} of roundtable {number} does not exist, or has ended.",
            number=number,
            item=item,
        )


class ItemsOpen(DalguError):
    """A roundtable is closed when all that came out of it has ended."""

    status = 409
    slug = "roundtable-items-open"
    title = "Items are still open"

    def __init__(self, number: int, count: int) -> None:
        super().__init__(
            f"Roundtable {number} has {count} open items. End each as done or given up first.",
            number=number,
            count=count,
        )
