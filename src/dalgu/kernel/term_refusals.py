"""What a term refuses."""

from datetime import date

from dalgu.kernel.errors import DalguError


class TermNotRunning(DalguError):
    """What is asked of a term takes one that runs."""

    status = 409
    slug = "term-not-running"
    title = "The term is not running"

    def __init__(self, rule: str, step: str) -> None:
        super().__init__(
            f"The term '{rule}' cannot be {step}: it is not running or not paused.",
            rule=rule,
            step=step,
        )


class TermRunsAlready(DalguError):
    """A term begins only once at a time."""

    status = 409
    slug = "term-runs-already"
    title = "The term runs already"

    def __init__(self, rule: str) -> None:
        super().__init__(
            f"The term '{rule}' runs already; it can begin anew once it is met or ended.",
            rule=rule,
        )


class TermOver(DalguError):
    """A term can rest or be extended until its last day, not after it."""

    status = 409
    slug = "term-over"
    title = "The term is over"

    def __init__(self, rule: str, due: date) -> None:
        super().__init__(
            f"The term '{rule}' ended on {due}; it cannot rest or be extended any more. Act now.",
            rule=rule,
            due=due.isoformat(),
        )


class ExtensionsUsedUp(DalguError):
    """A term was extended as often as its rule allows."""

    status = 409
    slug = "extensions-used-up"
    title = "The term cannot be extended again"

    def __init__(self, rule: str, most: int) -> None:
        super().__init__(
            f"The term '{rule}' was extended {most} times, which is as often as its rule allows. "
            "Answer, or tell its chain.",
            rule=rule,
            most=most,
        )
