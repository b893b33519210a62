"""What a driver is: whom it speaks for, and which record each of its fields comes from."""

from enum import StrEnum

import msgspec

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.records import Function


class Form(StrEnum):
    """How a value is shown."""

    NUMBER = "number"
    DATE = "date"
    CALENDAR = "calendar date"
    TIME = "time"
    SECONDS = "time with seconds"
    TEXT = "text"
    STRAIGHT = "text reversed"
    HEX = "hex"


class Meter(msgspec.Struct, frozen=True):
    """A kind of meter: the manufacturer's letters, the version and the device type."""

    manufacturer: str
    version: int
    type_code: int

    def is_kind_of(self, address: Address) -> bool:
        """Whether a device is of this kind."""
        return (
            address.manufacturer == self.manufacturer
            and address.version == self.version
            and address.type_code == self.type_code
        )


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Which record of a telegram is meant.

    By its `header` as sent, or by what the header says. `nth` counts the records that match
    from 1, and from the end where it is negative.
    """

    header: bytes = b""
    quantity: Quantity | None = None
    function: Function = Function.CURRENT
    storage: int = 0
    tariff: int = 0
    subunit: int = 0
    modifiers: tuple[str, ...] = ()
    nth: int = 1


class Scale(msgspec.Struct, frozen=True):
    """A number in the unit of a field: `shown = value * factor / divisor`, value in SI."""

    factor: int = 1
    divisor: int = 1


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: the record it comes from and how that is shown.

    Where no record was sent the field is left out, or null with `has_absent`. `unset` is shown
    where the meter says that its value is not available, null without it; `is_as_sent` shows
    the number even then, `is_left_out` leaves the field out. `mask` and `shift` take bits out
    of the number. `element` counts the values of a profile from 1, from its end if negative.
    """

    name: str
    match: Match
    form: Form = Form.NUMBER
    scale: Scale = Scale()
    has_absent: bool = False
    unset: str | None = None
    is_as_sent: bool = False
    is_left_out: bool = False
    element: int = 0
    mask: int = 0
    shift: int = 0


class Bits(msgspec.Struct, frozen=True, kw_only=True):
    """Words for the bits of a record, or for its whole value.

    Bits without a word are shown together as `<prefix>_<hex digits>`, or left out without
    a prefix.
    """

    match: Match
    mask: int = 0
    shift: int = 0
    bits: tuple[tuple[int, str], ...] = ()
    values: tuple[tuple[int, str], ...] = ()
    prefix: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A field of words: the bits of the transport header's status and of records.

    `fine` is shown where nothing is to say. `header_bits` names the manufacturer's three bits
    of the status byte; `is_required` leaves the field out where none of the records came.
    """

    name: str
    fine: str = "OK"
    has_header: bool = False
    header_bits: tuple[tuple[int, str], ...] = ()
    sources: tuple[Bits, ...] = ()
    is_required: bool = False


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """A field from other fields.

    A sum, the root of a sum of squares, or a day some months away.
    With `has_absent` it is null where a part of it was not sent, without it is left out.
    """

    name: str
    plus: tuple[str, ...] = ()
    norm: tuple[str, ...] = ()
    of: str = ""
    months: int = 0
    only_with: str = ""
    has_absent: bool = False


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """A named kind of meters.

    `decoder` names the reader of what the manufacturer alone describes, in
    `dalgu.devices.wmbus.decoders`; `media` overrules the device type's; `also` are further
    names under which the same rows are known.
    """

    name: str
    source: str
    also: tuple[str, ...] = ()
    meters: tuple[Meter, ...] = ()
    fields: tuple[Field, ...] = ()
    words: tuple[Words, ...] = ()
    derived: tuple[Derived, ...] = ()
    decoder: str = ""
    media: str = ""
