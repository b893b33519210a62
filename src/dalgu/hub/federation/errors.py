"""What can be refused because of other context sources (CIM 009 5.9.2.4, 6.3.17)."""

from collections.abc import Mapping

from dalgu.hub.errors import AlreadyExists, HubError, ResourceNotFound, shown
from dalgu.hub.model import Document
from dalgu.kernel.errors import AlreadyExisting, DalguError


class RegistrationAlreadyExists(AlreadyExists):
    """A registration with this id already exists."""

    title = "The registration already exists"

    def __init__(self, registration: str) -> None:
        super().__init__(
            f"Registration '{shown(registration)}' already exists.",
            registration=shown(registration),
        )


class RegistrationNotExisting(ResourceNotFound):
    """No registration has this id."""

    title = "The registration does not exist"

    def __init__(self, registration: str) -> None:
        super().__init__(
            f"Registration '{shown(registration)}' does not exist.",
            registration=shown(registration),
        )


class Conflict(HubError, AlreadyExisting):
    """What is asked for contradicts a registration."""

    slug = "conflict"
    etsi = "Conflict"
    title = "There is a conflict with a registration"


class OperationNotOffered(Conflict):
    """The source that alone holds the data does not offer the operation."""

    def __init__(self, registration: str, operation: str) -> None:
        super().__init__(
            f"The source of registration '{shown(registration)}' holds this data and does not "
            f"offer {operation}.",
            registration=shown(registration),
        )


class LoopDetected(HubError):
    """The request came back to the hub that sent it out."""

    status = 508
    slug = "loop-detected"
    etsi = "InternalError"
    title = "A loop of registrations was detected"

    def __init__(self, registration: str) -> None:
        super().__init__(
            f"Registration '{shown(registration)}' leads back to this hub.",
            registration=shown(registration),
        )


class SourceSilent(HubError):
    """A source did not answer in time."""

    status = 504
    slug = "source-silent"
    etsi = "InternalError"
    title = "A context source does not answer"

    def __init__(self, registration: str) -> None:
        super().__init__(
            f"The source of registration '{shown(registration)}' did not answer in time.",
            registration=shown(registration),
        )


class SourceNotHolding(ResourceNotFound):
    """A source answered that it has no such thing."""

    title = "The context source does not hold it"

    def __init__(self, registration: str) -> None:
        super().__init__(
            f"The source of registration '{shown(registration)}' does not hold it.",
            registration=shown(registration),
        )


class SourceConflict(AlreadyExists):
    """A source answered that the thing exists."""

    title = "The context source refuses: it exists"

    def __init__(self, registration: str) -> None:
        super().__init__(
            f"The source of registration '{shown(registration)}' answered that it exists.",
            registration=shown(registration),
        )


class SourceRefused(HubError):
    """A source answered with an error."""

    status = 502
    slug = "source-refused"
    etsi = "InternalError"
    title = "A context source refuses"

    def __init__(self, registration: str, answer: int) -> None:
        super().__init__(
            f"The source of registration '{shown(registration)}' answered {answer}.",
            registration=shown(registration),
            answer=answer,
        )


class PartlyDone(DalguError):
    """Some of the sources did their part and others did not: answered by 207 (5.2.16)."""

    status = 207
    slug = "partly-done"
    title = "The operation was done in part"

    def __init__(self, success: list[str], errors: list[tuple[str, DalguError]]) -> None:
        super().__init__("The operation was done in part.")
        self.success = success
        self.errors = errors

    def body(self) -> Document:
        """Return the BatchOperationResult that tells what was done and what was not."""
        return {
            "success": self.success,
            "errors": [{"entityId": key, "error": one.problem()} for key, one in self.errors],
        }


class SubscriptionReturned(HubError):
    """A subscription that this hub forwarded has come back to it."""

    status = 508
    slug = "subscription-returned"
    etsi = "InternalError"
    title = "A subscription has come back to the hub that sent it out"

    def __init__(self) -> None:
        super().__init__(
            "The subscription went out from this hub and has come back: a registration leads back "
            "here. Name this hub's alias in its contextSourceAlias."
        )


class NoticeUnknown(ResourceNotFound):
    """A source notifies of a subscription that this hub forwarded nowhere."""

    title = "The subscription of the notification does not exist"

    def __init__(self, subscription: str) -> None:
        super().__init__(
            f"No subscription was forwarded as '{shown(subscription)}'.",
            subscription=shown(subscription),
        )


class PartlyUpdated(PartlyDone):
    """Some attributes of an entity were written and others were not (5.2.18)."""

    def __init__(self, updated: list[str], not_updated: list[Mapping[str, str]]) -> None:
        super().__init__([], [])
        self._updated = updated
        self._not_updated = not_updated

    def body(self) -> Document:
        """Return the UpdateResult."""
        return {"updated": self._updated, "notUpdated": self._not_updated}
