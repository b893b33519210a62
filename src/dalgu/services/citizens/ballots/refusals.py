"""What the ballots refuse."""

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, InvalidInput, NotExisting


class BoxInvalid(InvalidInput):
    """A box cannot be voted on as it is."""

    slug = "box-invalid"
    title = "The ballot box is invalid"

    def __init__(self, box: str, part: str) -> None:
        super().__init__(
            f"Ballot box '{box}' is invalid: look at its {part}. Ids and options are short words "
            "without spaces, each once; at least one option may be marked.",
            box=box,
            part=part,
        )


class BoxTaken(AlreadyExisting):
    """A box of this id was opened before."""

    slug = "box-taken"
    title = "The ballot box already exists"

    def __init__(self, box: str) -> None:
        super().__init__(f"Ballot box '{box}' already exists; give the new one an id.", box=box)


class BoxNotExisting(NotExisting):
    """There is no box of this id."""

    slug = "box-not-existing"
    title = "The ballot box does not exist"

    def __init__(self, box: str) -> None:
        super().__init__(f"Ballot box '{box[:120]}' does not exist.", box=box[:120])


class BoxClosed(DalguError):
    """Voting is over."""

    status = 409
    slug = "box-closed"
    title = "The ballot box is closed"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"Ballot box '{box}' is closed and takes no more ballots. Its count is published.",
            box=box,
        )


class BoxOpen(DalguError):
    """What only a closed box shows was asked of an open one."""

    status = 409
    slug = "box-open"
    title = "The ballot box is open"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"Ballot box '{box}' is open: nobody sees its ballots before it is closed.", box=box
        )


class BoxTampered(DalguError):
    """What lies in a box is not what was put there."""

    status = 500
    slug = "box-tampered"
    title = "The ballot box was tampered with"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"Ballot box '{box}' does not hold what was cast: its ballots were changed, removed "
            "or added from outside. Keep the database as it is and restore a backup beside it.",
            box=box,
        )


class TokenTaken(AlreadyExisting):
    """The voice has had its token for this box: one person is one voice."""

    slug = "token-taken"
    title = "The voting token was handed out"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"The voting token of this person for ballot box '{box}' was handed out before; "
            "each voice gets one.",
            box=box,
        )


class TokenInvalidForBox(Forbidden):
    """A token that this box has not signed."""

    slug = "token-invalid-for-box"
    title = "The voting token is not of this box"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"The voting token is not one of ballot box '{box}': it is of another box, cut short "
            "or made up. Ask for one on the page of the vote.",
            box=box,
        )


class BlindedInvalid(InvalidInput):
    """What is to be signed blindly is no number of the right size."""

    slug = "blinded-invalid"
    title = "The blinded message is invalid"

    def __init__(self, box: str) -> None:
        super().__init__(
            f"The blinded message for ballot box '{box}' must be one number below the modulus of "
            "its key, base64url, as RFC 9474 makes it.",
            box=box,
        )


class BallotCastTwice(AlreadyExisting):
    """A ballot with this token is in the box already."""

    slug = "ballot-cast-twice"
    title = "The ballot was cast before"

    def __init__(self, box: str, code: str) -> None:
        super().__init__(
            f"A ballot with this token is in box '{box}' already, under receipt {code}. "
            "It stands and cannot be changed.",
            box=box,
            code=code,
        )


class BallotInvalid(InvalidInput):
    """A ballot carries marks that its box does not take."""

    slug = "ballot-invalid"
    title = "The ballot is invalid"

    def __init__(self, box: str, why: str) -> None:
        super().__init__(
            f"The ballot for box '{box}' is invalid: {why}. The token is not used up.",
            box=box,
            why=why,
        )


class RecountFailed(InvalidInput):
    """A published box does not hold."""

    slug = "recount-failed"
    title = "The recount failed"

    def __init__(self, line: int, why: str) -> None:
        super().__init__(
            f"Line {line} of the published box does not hold: {why}. Fetch the file again from "
            "the city; when it fails again, tell the citizens' desk and keep the file.",
            line=line,
            why=why,
        )
