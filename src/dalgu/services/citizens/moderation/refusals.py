"""What the moderation refuses."""

from dalgu.kernel.errors import DalguError, Forbidden, InvalidInput, NotExisting, TooLarge


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


class TooManyLinks(InvalidInput):
    """A text holds more links than one that says something."""

    slug = "too-many-links"
    title = "Too many links"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"The text holds more than {most} links. Leave the most important ones and send it "
            "again.",
            most=most,
        )


class TextRepeated(DalguError):
    """The same text was posted again and again."""

    status = 429
    slug = "text-repeated"
    title = "The text was posted before"

    def __init__(self, times: int) -> None:
        super().__init__(
            f"The same text was posted {times} times within a day. Support one of them instead.",
            times=times,
        )


class NothingToModerate(NotExisting):
    """There is no such thing on the citizens' pages."""

    slug = "nothing-to-moderate"
    title = "There is no such thing"

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"There is nothing '{subject[:80]}' on the citizens' pages.", subject=subject[:80]
        )


class RuleUnknown(InvalidInput):
    """A removal names a rule that is not published."""

    slug = "rule-unknown"
    title = "The rule is not published"

    def __init__(self, rule: str) -> None:
        super().__init__(
            f"Rule '{rule[:40]}' is not among the published ones; a removal must name one of them.",
            rule=rule[:40],
        )


class ReasonNeeded(InvalidInput):
    """A step of moderation takes a reason for all to read."""

    slug = "reason-needed"
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__("A reason is required: it stands in the public log.")


class StepNotNow(DalguError):
    """A step of moderation does not fit what a text is now."""

    status = 409
    slug = "moderation-step-not-now"
    title = "The step does not fit"

    def __init__(self, step: str, standing: str) -> None:
        super().__init__(
            f"Step '{step}' does not fit a text that is '{standing}'. Load the page again.",
            step=step,
            standing=standing,
        )


class NotTheAuthor(Forbidden):
    """An appeal is the author's."""

    slug = "not-the-author"
    title = "Only the author appeals"

    def __init__(self) -> None:
        super().__init__("Only who wrote the text may appeal against its removal.")


class DecidedBySame(Forbidden):
    """Who took something off does not judge the appeal."""

    slug = "decided-by-same"
    title = "Another person decides the appeal"

    def __init__(self) -> None:
        super().__init__("Another person than the one who took it off decides the appeal.")
