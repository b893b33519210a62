"""What the proposals room refuses."""

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, InvalidInput, NotExisting
from dalgu.services.citizens.proposals.words import Stage, Step


class ProposalNotExisting(NotExisting):
    """No proposal has this number."""

    slug = "proposal-not-existing"
    title = "The proposal does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Proposal {number} does not exist.", number=number)


class SpaceNotExisting(NotExisting):
    """No space has this id."""

    slug = "space-not-existing"
    title = "The space does not exist"

    def __init__(self, space: str) -> None:
        super().__init__(f"Space '{space[:40]}' does not exist.", space=space[:40])


class CommentNotExisting(NotExisting):
    """The proposal has no such comment."""

    slug = "comment-not-existing"
    title = "The comment does not exist"

    def __init__(self, number: int, comment: int) -> None:
        super().__init__(
            f"Proposal {number} has no comment {comment}.", number=number, comment=comment
        )


class ProposalStepNotPossible(DalguError):
    """A step does not lead from where a proposal is."""

    status = 409
    slug = "proposal-step-not-possible"
    title = "The step is not possible now"

    def __init__(self, number: int, stage: Stage, step: Step) -> None:
        super().__init__(
            f"Proposal {number} is '{stage}': '{step}' is not possible from there. "
            "Its page shows what is.",
            number=number,
            stage=stage,
            step=step,
        )


class WindowOver(DalguError):
    """A proposal matured as long as it may; supports came too late."""

    status = 409
    slug = "window-over"
    title = "The window is over"

    def __init__(self, number: int, days: int) -> None:
        super().__init__(
            f"Proposal {number} was open for {days} days, which are over. "
            "A new one can be written, or the desk asked to reopen it.",
            number=number,
            days=days,
        )


class SupportedTwice(AlreadyExisting):
    """One person is one voice."""

    slug = "supported-twice"
    title = "The voice is already counted"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"This person's support of proposal {number} is already counted: one person is one "
            "voice.",
            number=number,
        )


class SupportNotGiven(NotExisting):
    """There is no support to take back, or to decide on."""

    slug = "support-not-given"
    title = "There is no such support"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Proposal {number} has no support of this person that this could change.",
            number=number,
        )


class OwnComment(Forbidden):
    """Nobody supports their own comment."""

    slug = "own-comment"
    title = "The comment is the supporter's own"

    def __init__(self, comment: int) -> None:
        super().__init__(f"Comment {comment} is the supporter's own.", comment=comment)


class ReplyTooDeep(InvalidInput):
    """Answers go one level deep."""

    slug = "reply-too-deep"
    title = "The answer is to an answer"

    def __init__(self, comment: int) -> None:
        super().__init__(
            f"Comment {comment} answers another one; answer the first one instead.",
            comment=comment,
        )


class AuthorOther(Forbidden):
    """Only an author may do this."""

    slug = "author-other"
    title = "This is for authors"

    def __init__(self, number: int) -> None:
        super().__init__(f"Only an author of proposal {number} may do this.", number=number)


class SupportersOwnIt(DalguError):
    """Who supports a proposal owns it too."""

    status = 409
    slug = "supporters-own-it"
    title = "Others support it already"

    def __init__(self, number: int, supports: int) -> None:
        super().__init__(
            f"Proposal {number} is supported by {supports} others, who own it too; it can no "
            "longer be withdrawn. The desk can merge it into another.",
            number=number,
            supports=supports,
        )


class MergeNotPossible(InvalidInput):
    """Two proposals cannot become one."""

    slug = "merge-not-possible"
    title = "The merge is not possible"

    def __init__(self, number: int, into: int) -> None:
        super().__init__(
            f"Proposal {number} cannot go on in {into}: that must be an earlier, open one of the "
            "same space (same content: the earlier has priority).",
            number=number,
            into=into,
        )


class FieldNeeded(InvalidInput):
    """A step takes a field that is lacking or does not hold."""

    slug = "field-needed"
    title = "A field is needed"

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"Field '{field}' is required: it must {rule}.", field=field)


class AppealNotPossible(DalguError):
    """An answer can be appealed once, within its days, where it denied something."""

    status = 409
    slug = "appeal-not-possible"
    title = "The answer cannot be appealed"

    def __init__(self, number: int, days: int) -> None:
        super().__init__(
            f"The answer to proposal {number} cannot be appealed: an appeal is open once, for "
            f"{days} days, against what refuses, grants in part or sends away.",
            number=number,
            days=days,
        )


class ProposalPlaceOutside(InvalidInput):
    """A place lies outside the city."""

    slug = "proposal-place-outside"
    title = "The place is outside the city"

    def __init__(self, lon: float, lat: float) -> None:
        super().__init__(
            f"The place {lon:.5f}, {lat:.5f} is outside the city. Choose one inside it, or none.",
            lon=lon,
            lat=lat,
        )


class FigureNotPublic(InvalidInput):
    """A figure is not one that everybody may see."""

    slug = "figure-not-public"
    title = "The figure is not public"

    def __init__(self, entity: str) -> None:
        super().__init__(
            f"Entity '{entity[:80]}' is not of a type whose figures are public.",
            entity=entity[:80],
        )


class FigureSilent(InvalidInput):
    """A figure has no values in the days that were named."""

    slug = "figure-silent"
    title = "The figure has no values in these days"

    def __init__(self, entity: str, attribute: str) -> None:
        super().__init__(
            f"Attribute '{attribute[:40]}' of '{entity[:80]}' has no values in the days named. "
            "Choose days in which it was measured.",
            entity=entity[:80],
            attribute=attribute[:40],
        )


class ConvertNotPossible(DalguError):
    """No request could be filed out of a proposal."""

    status = 409
    slug = "convert-not-possible"
    title = "No request can be filed"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Proposal {number} cannot become a service request here: nothing takes requests.",
            number=number,
        )


class ProposalStepUnknown(NotExisting):
    """Nothing of this name is done with proposals."""

    slug = "proposal-step-unknown"
    title = "The step does not exist"

    def __init__(self, step: str) -> None:
        super().__init__(f"Step '{step[:40]}' of a proposal does not exist.", step=step[:40])
