"""What images may be looked at for, how long, and by whom: read from the table beside this."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.text import Text

TABLE = Path(__file__).with_name("purposes.toml")


class PurposeNotLawful(InvalidInput):
    """Images are asked for without one of the lawful purposes."""

    slug = "camera-purpose-not-lawful"
    title = "The purpose is not one of the lawful ones"

    def __init__(self, given: str, known: str) -> None:
        super().__init__(
            f"'{given[:40]}' is no purpose for clear images; it must be one of: {known}.",
            given=given[:40],
            known=known,
        )


class ReceiverNotLawful(InvalidInput):
    """Images for a purpose are to go to somebody whom it does not name."""

    slug = "camera-receiver-not-lawful"
    title = "The receiver is not one of the purpose"

    def __init__(self, given: str, purpose: str, known: str) -> None:
        super().__init__(
            f"Images for '{purpose}' may not go to '{given[:40]}'; they may go to: {known}.",
            given=given[:40],
            purpose=purpose,
            known=known,
        )


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lawful purpose: its words, its basis, how long a grant may last, who may get one."""

    code: str
    ko: str
    en: str
    basis_ko: str
    basis_en: str
    max_minutes: int
    receivers: tuple[str, ...]
    is_closed: bool = False

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def basis(self) -> Text:
        """The law that it stands on."""
        return Text(self.basis_ko, self.basis_en)

    @property
    def longest(self) -> timedelta:
        """How long a grant for it may last."""
        return timedelta(minutes=self.max_minutes)


class Receiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One agency that images may go to."""

    code: str
    ko: str
    en: str

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    purposes: tuple[Purpose, ...]
    receivers: tuple[Receiver, ...]


@cache
def _table() -> _Table:
    return msgspec.toml.decode(TABLE.read_bytes(), type=_Table)


def purposes() -> tuple[Purpose, ...]:
    """Return the purposes that may be chosen now, in the order of the table."""
    return tuple(one for one in _table().purposes if not one.is_closed)


def receivers() -> tuple[Receiver, ...]:
    """Return the agencies, in the order of the table."""
    return _table().receivers


def purpose_of(code: str) -> Purpose:
    """Return a purpose that may be chosen now; raise `PurposeNotLawful`."""
    for one in purposes():
        if one.code == code:
            return one
    raise PurposeNotLawful(code, ", ".join(one.code for one in purposes()))


def receiver_of(code: str, purpose: Purpose) -> Receiver:
    """Return an agency to which images for a purpose may go; raise `ReceiverNotLawful`."""
    for one in receivers():
        if one.code == code and code in purpose.receivers:
            return one
    raise ReceiverNotLawful(code, purpose.code, ", ".join(purpose.receivers))


def title_of_purpose(code: str) -> Text:
    """Return what people call a purpose, also one that is closed; the code where it is unknown."""
    return next((one.title for one in _table().purposes if one.code == code), Text(code, code))


def title_of_receiver(code: str) -> Text:
    """Return what people call an agency; the code where it is unknown."""
    return next((one.title for one in receivers() if one.code == code), Text(code, code))
