"""What the room of bodies refuses."""

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, InvalidInput, NotExisting


class BodyNotExisting(NotExisting):
    """No body has this id."""

    slug = "body-not-existing"
    title = "The body does not exist"

    def __init__(self, body: str) -> None:
        super().__init__(f"Body '{body[:60]}' does not exist.", body=body[:60])


class BodyExisting(AlreadyExisting):
    """A body has this id already."""

    slug = "body-existing"
    title = "The body exists"

    def __init__(self, body: str) -> None:
        super().__init__(f"Body '{body[:60]}' exists already.", body=body[:60])


class BodyMeetingNotExisting(NotExisting):
    """The body has no meeting of this number."""

    slug = "body-meeting-not-existing"
    title = "The meeting does not exist"

    def __init__(self, body: str, meeting: int) -> None:
        super().__init__(
            f"Body '{body[:60]}' has no meeting {meeting}.", body=body[:60], meeting=meeting
        )


class AgendaItemNotExisting(NotExisting):
    """The meeting has no such matter."""

    slug = "agenda-item-not-existing"
    title = "The matter is not on the agenda"

    def __init__(self, item: int) -> None:
        super().__init__(f"Matter {item} is not on the agenda.", item=item)


class SeatInvalid(InvalidInput):
    """A seat is not filled, or is none of the body's."""

    slug = "seat-invalid"
    title = "The seat is invalid"

    def __init__(self, body: str, seat: int) -> None:
        super().__init__(
            f"Seat {seat} of body '{body[:60]}' is not filled on that day.",
            body=body[:60],
            seat=seat,
        )


class SeatsFull(DalguError):
    """A body has no free seat."""

    status = 409
    slug = "seats-full"
    title = "All seats are taken"

    def __init__(self, body: str, seats: int) -> None:
        super().__init__(
            f"All {seats} seats of body '{body[:60]}' are taken.", body=body[:60], seats=seats
        )


class MemberSeated(AlreadyExisting):
    """A person holds a seat of the body already."""

    slug = "member-seated"
    title = "The person holds a seat"

    def __init__(self, seat: int) -> None:
        super().__init__(f"The person holds seat {seat} already; renew its term.", seat=seat)


class RenewalsUsedUp(DalguError):
    """A member has sat as many terms as the rules allow."""

    status = 409
    slug = "renewals-used-up"
    title = "The term cannot be renewed again"

    def __init__(self, seat: int, most: int) -> None:
        super().__init__(
            f"Seat {seat} was renewed {most} times, which is as often as the rules allow.",
            seat=seat,
            most=most,
        )


class MeetingStepNotPossible(DalguError):
    """A step of a meeting comes too early or too late."""

    status = 409
    slug = "meeting-step-not-possible"
    title = "The step is not possible"

    def __init__(self, meeting: int, step: str, why: str) -> None:
        super().__init__(
            f"Step '{step}' of meeting {meeting} is not possible: {why}.",
            meeting=meeting,
            step=step,
            why=why,
        )


class NotQuorate(DalguError):
    """Too few were there to decide."""

    status = 409
    slug = "not-quorate"
    title = "The quorum was not met"

    def __init__(self, present: int, filled: int) -> None:
        super().__init__(
            f"Only {present} of {filled} members were there; the body decides nothing without its "
            "quorum.",
            present=present,
            filled=filled,
        )


class CountInvalid(InvalidInput):
    """Hands and heads do not agree."""

    slug = "count-invalid"
    title = "The count does not add up"

    def __init__(self, counted: int, voters: int) -> None:
        super().__init__(
            f"The count holds {counted} votes, and {voters} members may vote on it.",
            counted=counted,
            voters=voters,
        )


class ReasonMissing(InvalidInput):
    """What must be given a reason has none."""

    slug = "body-reason-missing"
    title = "A reason is required"

    def __init__(self, field: str) -> None:
        super().__init__(f"'{field}' is required here.", field=field)


class BodyNameNotHeld(Forbidden):
    """A name is asked for that the vault does not hold."""

    slug = "body-name-not-held"
    title = "The name is not held"

    def __init__(self, seat: int) -> None:
        super().__init__(f"The vault holds no name for seat {seat}.", seat=seat)
