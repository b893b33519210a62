"""What following refuses."""

from dalgu.kernel.errors import DalguError, Forbidden, InvalidInput, NotExisting


class NothingToFollow(NotExisting):
    """There is no such public thing."""

    slug = "nothing-to-follow"
    title = "There is nothing to follow"

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"There is nothing public '{subject[:80]}' to follow.", subject=subject[:80]
        )


class FollowsFull(DalguError):
    """An account follows as much as one digest can hold."""

    status = 409
    slug = "follows-full"
    title = "Too much is followed"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"An account follows at most {most} things. Leave some that are done.", most=most
        )


class StopLinkInvalid(Forbidden):
    """A link out of a digest was changed or cut."""

    slug = "stop-link-invalid"
    title = "The link is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The link to stop mails is invalid: it was cut or changed on its way. Copy the whole "
            "line from the mail, or stop it on the page of oneself."
        )


class FrequencyUnknown(InvalidInput):
    """There is no such frequency of digests."""

    slug = "frequency-unknown"
    title = "The frequency does not exist"

    def __init__(self, frequency: str) -> None:
        super().__init__(
            f"Frequency '{frequency[:20]}' does not exist: it is daily, weekly or never.",
            frequency=frequency[:20],
        )


class HookInvalid(InvalidInput):
    """News cannot be sent to an address."""

    slug = "hook-invalid"
    title = "The address of the hook is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The address of a hook must begin with https:// and have at most 500 signs."
        )


class HookNotExisting(NotExisting):
    """There is no hook of this number."""

    slug = "hook-not-existing"
    title = "The hook does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Hook {number} does not exist.", number=number)
