"""What a lottery refuses, with what would mend it."""

from collections.abc import Sequence

import msgspec

from dalgu.kernel.errors import AlreadyExisting, DalguError, InvalidInput, NotExisting


class Relaxation(msgspec.Struct, frozen=True):
    """A quota as it would have to be, beside what it asks."""

    attribute: str
    value: str
    least: int
    most: int
    new_least: int
    new_most: int

    def __str__(self) -> str:
        asked, new = f"{self.least} to {self.most}", f"{self.new_least} to {self.new_most}"
        return f"{self.attribute} '{self.value}' from {asked} to {new}"


class PanelSizeInvalid(InvalidInput):
    """A panel has at least one seat."""

    slug = "panel-size-invalid"
    title = "The size of the panel is invalid"

    def __init__(self, size: int) -> None:
        super().__init__(f"A panel of {size} must have at least one seat.", size=size)


class PoolTooSmall(InvalidInput):
    """Fewer people would come than the panel has seats."""

    slug = "pool-too-small"
    title = "The pool is too small"

    def __init__(self, people: int, size: int) -> None:
        super().__init__(
            f"The pool has {people} people for {size} seats. Recruit on, or choose fewer seats.",
            people=people,
            size=size,
        )


class CandidateTwice(AlreadyExisting):
    """One person stands in the pool twice."""

    slug = "candidate-twice"
    title = "A person stands in the pool twice"

    def __init__(self, candidate: str) -> None:
        super().__init__(
            f"Person '{candidate[:60]}' stands in the pool twice. Remove one of the two.",
            candidate=candidate[:60],
        )


class QuotaInvalid(InvalidInput):
    """The bounds of a quota cross, are negative, or it is named twice."""

    slug = "quota-invalid"
    title = "A quota is invalid"

    def __init__(self, attribute: str, value: str, least: int, most: int) -> None:
        super().__init__(
            f"The quota {attribute} '{value}' from {least} to {most} must be named once, and "
            "its least must lie between 0 and its most.",
            attribute=attribute,
            value=value,
            least=least,
            most=most,
        )


class QuotasUnmeetable(InvalidInput):
    """No panel from this pool meets all quotas; these changes, the least there are, allow one."""

    slug = "quotas-unmeetable"
    title = "No panel meets all quotas"

    def __init__(self, relaxations: Sequence[Relaxation]) -> None:
        changes = "; ".join(str(one) for one in relaxations)
        super().__init__(
            f"No panel from this pool meets all quotas. The least change that helps: {changes}.",
            changes=changes,
        )
        self.relaxations = tuple(relaxations)


class SeedTooShort(InvalidInput):
    """A seed that could be guessed proves nothing."""

    slug = "seed-too-short"
    title = "The seed is too short"

    def __init__(self, length: int, least: int) -> None:
        super().__init__(
            f"The seed has {length} bytes; at least {least} are needed so that nobody guesses it.",
            length=length,
            least=least,
        )


class CommitmentOther(DalguError):
    """The seed is not the one that was committed to before the draw."""

    status = 409
    slug = "commitment-other"
    title = "The seed is not the committed one"

    def __init__(self, commitment: str) -> None:
        super().__init__(
            f"The seed and the pool do not give the published commitment '{commitment[:16]}'. "
            "Open the seed that was committed, on the pool as it was then.",
            commitment=commitment[:16],
        )


class AlternateNotExisting(NotExisting):
    """Nobody left in the pool can take a seat so that the quotas still hold."""

    slug = "alternate-not-existing"
    title = "No alternate fits"

    def __init__(self, leaving: str) -> None:
        super().__init__(
            f"Nobody left in the pool can take the seat of '{leaving[:60]}' with all quotas "
            "held. Widen a quota, or leave the seat empty.",
            leaving=leaving[:60],
        )


class SeatsOther(InvalidInput):
    """The tables do not seat everybody, or the rounds are none."""

    slug = "seats-other"
    title = "The tables do not seat everybody"

    def __init__(self, people: int, seats: int, rounds: int) -> None:
        super().__init__(
            f"The {people} people cannot be seated {rounds} times at tables of {seats} seats. "
            "Seats must equal people, and there must be a round.",
            people=people,
            seats=seats,
            rounds=rounds,
        )
