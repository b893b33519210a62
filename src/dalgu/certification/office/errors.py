"""What can keep the office from doing what it is asked."""

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class CallFrameworkUnfit(InvalidInput):
    """A round names a framework by a content that this platform does not have under its name."""

    slug = "call-framework-unfit"
    title = "The framework of the call does not fit"

    def __init__(self, framework: str, reason: str) -> None:
        super().__init__(
            f"A call cannot use framework '{framework}' so: {reason}. "
            "GET /certification/v1/frameworks gives what a round must name.",
            framework=framework,
        )


class CallFrameworkLost(DalguError):
    """The frozen framework of a call is not among the kept bytes."""

    status = 409
    slug = "call-framework-lost"
    title = "The frozen framework of the call is lost"

    def __init__(self, framework: str, digest: str) -> None:
        super().__init__(
            f"Framework '{framework}' of content {digest} is not kept here, so nothing can be "
            "scored by it. Restore the backup that holds it.",
            framework=framework,
            digest=digest,
        )


class CityOfAnother(DalguError):
    """The hub measures its own city; the case is of another."""

    status = 409
    slug = "city-of-another"
    title = "The hub does not measure this city"

    def __init__(self, case: str, city: str, own: str) -> None:
        super().__init__(
            f"Case '{case}' is of '{city}', and this hub measures '{own}'. Upload the submission "
            "that the other city's platform wrote.",
            case=case,
            city=city,
        )


class SubmissionInvalid(InvalidInput):
    """A submission file cannot be read, or does not belong to the case."""

    slug = "submission-invalid"
    title = "The submission is invalid"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"The submission is invalid at '{field}': {reason}.", field=field)


class PaperNotExisting(NotExisting):
    """A paper does not exist: the step that it tells of was not taken."""

    slug = "paper-not-existing"
    title = "The paper does not exist"

    def __init__(self, paper: str, subject: str) -> None:
        super().__init__(
            f"Paper '{paper}' of '{subject}' does not exist, or not yet.",
            paper=paper,
            subject=subject,
        )


class IssuerTooYoung(DalguError):
    """The issuer's key begins after the day on which a certificate is to be issued."""

    status = 409
    slug = "issuer-too-young"
    title = "The issuer's key does not count yet"

    def __init__(self, key_id: str, valid_from: str) -> None:
        super().__init__(
            f"Issuer key {key_id} counts from {valid_from} on; what it signs for a day before "
            "that would not verify.",
            key_id=key_id,
        )


class StatusNotPublished(NotExisting):
    """No status list was published yet."""

    slug = "status-not-published"
    title = "The status list does not exist"

    def __init__(self) -> None:
        super().__init__(
            "No status list was published here yet. The first certificate publishes one; the "
            "issuer's key is made with: dalgu certify issuer init."
        )
