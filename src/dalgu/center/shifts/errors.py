"""What the shift log refuses."""

from dalgu.kernel.errors import AlreadyExisting, Forbidden, InvalidInput, NotExisting


class ShiftNotExisting(NotExisting):
    """The roster has no such shift."""

    slug = "shift-not-existing"
    title = "The shift does not exist"

    def __init__(self, shift: str) -> None:
        super().__init__(
            f"Shift '{shift[:40]}' does not exist; ids look like 2026-11-29-night.",
            shift=shift[:40],
        )


class LogEntryInvalid(InvalidInput):
    """An entry of the log cannot be taken as it is."""

    slug = "log-entry-invalid"
    title = "The entry is invalid"

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"Field '{field}' of the entry is invalid: it must {rule}.", field=field)


class LogEntryOther(AlreadyExisting):
    """The key belongs to an entry with another content."""

    slug = "log-entry-other"
    title = "The key is another entry's"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Key '{key}' already exists with another content; write the entry under a new key.",
            key=key,
        )


class LogEntryStruck(AlreadyExisting):
    """An entry was corrected already."""

    slug = "log-entry-struck"
    title = "The entry is corrected already"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Entry '{key}' was corrected by somebody before; correct the newer one instead.",
            key=key,
        )


class WriterOther(Forbidden):
    """The entries were written by somebody else than who sends them."""

    slug = "writer-other"
    title = "The entries are somebody else's"

    def __init__(self) -> None:
        super().__init__(
            "The waiting entries were written by somebody else on this computer. "
            "They are sent once that person signs in here again."
        )


class HandOverSilent(InvalidInput):
    """A hand-over does not mention every open incident of P1 and P2."""

    slug = "hand-over-silent"
    title = "The hand-over leaves an urgent incident out"

    def __init__(self, numbers: list[int]) -> None:
        named = ", ".join(str(number) for number in numbers)
        super().__init__(
            f"The hand-over says nothing of incident {named}, which is open with priority P1 or "
            "P2. A word about each is required.",
            incidents=named,
        )


class HandOverOutdated(AlreadyExisting):
    """The sheet changed between reading and signing."""

    slug = "hand-over-outdated"
    title = "The hand-over sheet is out of date"

    def __init__(self, shift: str) -> None:
        super().__init__(
            f"The sheet of shift '{shift}' is not the one that was signed. Read it again and sign.",
            shift=shift,
        )


class ShiftSigned(AlreadyExisting):
    """The shift was handed over already."""

    slug = "shift-signed"
    title = "The shift is handed over already"

    def __init__(self, shift: str) -> None:
        super().__init__(f"Shift '{shift}' is handed over already.", shift=shift)


class ShiftNotHandedOver(AlreadyExisting):
    """Nobody has handed the shift over."""

    slug = "shift-not-handed-over"
    title = "The shift is not handed over"

    def __init__(self, shift: str) -> None:
        super().__init__(
            f"Shift '{shift}' cannot be taken: the leaving person has not signed its sheet.",
            shift=shift,
        )


class SignatureOwn(Forbidden):
    """The same person signs as leaving and as taking one."""

    slug = "signature-own"
    title = "The second signature must be another person's"

    def __init__(self, shift: str) -> None:
        super().__init__(
            f"Shift '{shift}' must be taken by somebody else than who hands it over.", shift=shift
        )


class HandOverLimited(Forbidden):
    """A person of some districts cannot hand the whole room over."""

    slug = "hand-over-limited"
    title = "The hand-over takes all districts"

    def __init__(self) -> None:
        super().__init__(
            "The room is handed over for the whole city; the actor serves some districts only. "
            "An operator of all districts signs."
        )


class RosterInvalid(InvalidInput):
    """A roster does not cut a day into shifts."""

    slug = "roster-invalid"
    title = "The roster is invalid"

    def __init__(self, field: str) -> None:
        super().__init__(
            f"Field '{field}' of the roster is invalid: 1 to 8 shifts, each with a name of small "
            "letters and a start of its own as 07:00; at most 60 minutes of hand-over.",
            field=field,
        )
