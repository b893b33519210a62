"""What the moderation refuses."""

from dalgu.kernel.errors import DalguError, InvalidInput, TooLarge


class TextEmpty(InvalidInput):
    """Nothing was written."""

    slug = "text-empty"
    title = "Nothing was written"

    def __init__(self) -> None:
        super().__init__("Nothing was written. Write a few words and send them again.")


class TextTooLong(TooLarge):
    """A text is longer than its place holds."""

    slug = "text-too-long"
    title = "The text is too long"

    def __init__(self, length: int, most: int) -> None:
        super().__init__(
            f"The text has {length} letters; at most {most} fit here. Shorten it.",
            length=length,
            most=most,
        )


class TooManyAtOnce(DalguError):
    """Somebody writes faster than people do."""

    status = 429
    slug = "too-many-at-once"
    title = "Too many at once"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"There were {most} texts within a few minutes. Wait a little and send it again.",
            most=most,
        )
