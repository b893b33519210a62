"""What the room of test-bed calls refuses."""

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, NotExisting


class TestbedCallNotExisting(NotExisting):
    """No test-bed call has this number."""

    slug = "testbed-call-not-existing"
    title = "The call does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Test-bed call {number} does not exist.", number=number)


class TestbedApplicationNotExisting(NotExisting):
    """No application for a test bed has this number."""

    slug = "testbed-application-not-existing"
    title = "The application does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Application {number} for a test bed does not exist.", number=number)


class TestbedCallClosed(DalguError):
    """An application comes before a call begins or after it ended."""

    status = 409
    slug = "testbed-call-closed"
    title = "The call is not open"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Test-bed call {number} takes no applications today; its page names the days.",
            number=number,
        )


class TestbedStepNotNext(DalguError):
    """A step comes too early or too late."""

    status = 409
    slug = "testbed-step-not-next"
    title = "The step is not possible now"

    def __init__(self, number: int, step: str, stage: str) -> None:
        super().__init__(
            f"Application {number} is '{stage}'; the step '{step}' is not possible now.",
            number=number,
            step=step,
            stage=stage,
        )


class SiteTaken(AlreadyExisting):
    """A site is booked on one of the days."""

    slug = "site-taken"
    title = "The site is taken"

    def __init__(self, site: str, booking: int) -> None:
        super().__init__(
            f"Site '{site[:60]}' is taken on some of these days by booking {booking}. "
            "Choose other days or another site.",
            site=site[:60],
            booking=booking,
        )


class ReviewerHasInterest(Forbidden):
    """A reviewer scores what they have an interest in, or have applied for."""

    slug = "reviewer-has-interest"
    title = "The reviewer has an interest"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The reviewer has an interest in application {number} and does not score it.",
            number=number,
        )


class ReviewsMissing(DalguError):
    """Applications are selected before enough people reviewed them."""

    status = 409
    slug = "reviews-missing"
    title = "Reviews are missing"

    def __init__(self, number: int, least: int) -> None:
        super().__init__(
            f"Application {number} has fewer than {least} reviews without an interest.",
            number=number,
            least=least,
        )


class PermitsMissing(DalguError):
    """An agreement or a run begins before its permits and its site are there."""

    status = 409
    slug = "permits-missing"
    title = "Permits or the site are missing"

    def __init__(self, number: int, lacking: str) -> None:
        super().__init__(
            f"Application {number} lacks first: {lacking}.", number=number, lacking=lacking
        )
