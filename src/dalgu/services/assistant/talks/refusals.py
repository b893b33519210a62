"""What the assistant refuses to read."""

from dalgu.kernel.errors import DalguError, InvalidInput, TooLarge


class QuestionEmpty(InvalidInput):
    """Nothing was asked."""

    slug = "question-empty"
    title = "Nothing was asked"

    def __init__(self) -> None:
        super().__init__("Nothing was asked. Write a few words.")


class QuestionTooLong(TooLarge):
    """A question is longer than one that can be answered."""

    slug = "question-too-long"
    title = "The question is too long"

    def __init__(self, length: int, most: int) -> None:
        super().__init__(
            f"The question has {length} letters; at most {most} are read. Ask in one or two "
            "sentences.",
            length=length,
            most=most,
        )


class TooManyQuestions(DalguError):
    """Questions come faster than people write."""

    status = 429
    slug = "too-many-questions"
    title = "Too many questions at once"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Too many questions came at once; the next one is read in {retry_after_s} s.",
            retry_after_s=retry_after_s,
        )
        self.retry_after_s = retry_after_s
