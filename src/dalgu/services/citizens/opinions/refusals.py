"""What the opinions room refuses."""

from dalgu.kernel.errors import DalguError, Forbidden, InvalidInput, NotExisting


class QuestionNotExisting(NotExisting):
    """No question has this number."""

    slug = "question-not-existing"
    title = "The question does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Question {number} does not exist.", number=number)


class StatementNotExisting(NotExisting):
    """The question has no statement of this number."""

    slug = "statement-not-existing"
    title = "The statement does not exist"

    def __init__(self, number: int, statement: int) -> None:
        super().__init__(
            f"Question {number} has no statement {statement}.", number=number, statement=statement
        )


class StatementNotOpen(DalguError):
    """The statement waits to be let in, or was taken out."""

    status = 409
    slug = "statement-not-open"
    title = "The statement is not open for votes"

    def __init__(self, statement: int) -> None:
        super().__init__(
            f"Statement {statement} waits to be let in or was taken out. Vote on another one.",
            statement=statement,
        )


class StatementSettled(DalguError):
    """Somebody has already let the statement in, or taken it out."""

    status = 409
    slug = "statement-settled"
    title = "The statement is settled already"

    def __init__(self, statement: int) -> None:
        super().__init__(
            f"Statement {statement} is already where this would bring it.", statement=statement
        )


class StatementSaidAlready(DalguError):
    """The same words stand there already."""

    status = 409
    slug = "statement-said-already"
    title = "The statement is there already"

    def __init__(self, statement: int) -> None:
        super().__init__(
            f"Statement {statement} says exactly this. Vote on it instead.", statement=statement
        )


class QuestionOver(DalguError):
    """Voting on the question is over."""

    status = 409
    slug = "question-over"
    title = "The question is closed"

    def __init__(self, number: int) -> None:
        super().__init__(f"Question {number} is closed; its report can be read.", number=number)


class VoteValueInvalid(InvalidInput):
    """A vote is none of agree, pass, disagree."""

    slug = "vote-value-invalid"
    title = "The vote is invalid"

    def __init__(self, value: str) -> None:
        super().__init__(
            f"A vote is 'agree', 'pass' or 'disagree', not '{value[:20]}'.", value=value[:20]
        )


class QuestionDateInvalid(InvalidInput):
    """The last day of a question is no day to come."""

    slug = "question-date-invalid"
    title = "The last day is invalid"

    def __init__(self, told: str) -> None:
        super().__init__(
            f"The last day of a question must be a day to come, not '{told[:20]}'.", told=told[:20]
        )


class NotOnesOwnMatter(Forbidden):
    """A citizen may ask everybody only about what they proposed themselves."""

    slug = "not-ones-own-matter"
    title = "Only who proposed it may ask"

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"Only who proposed '{subject[:40]}', or the city, may ask everybody about it.",
            subject=subject[:40],
        )


class TooFewForExport(DalguError):
    """So few took part that votes would point at people."""

    status = 409
    slug = "too-few-for-export"
    title = "Too few took part"

    def __init__(self, least: int) -> None:
        super().__init__(
            f"Votes can be downloaded once {least} people took part, so that none can be told.",
            least=least,
        )
