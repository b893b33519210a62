"""The rows of a driver file as people write them, checked by their types.

A row may stand for many: with `count = [1, 12]` it is repeated with n = 1 to 12 (a third
number is the step), and `storage`,
`tariff`, `subunit`, `nth` and `months` may be written with n, as in "n+7" or "2n-1"; the field's
name holds n in braces, as in "history_{n}_m3" or "history_{n:02}_m3".
"""

import re
from collections.abc import Iterator

import msgspec

from dalgu.devices.wmbus.drivers.driver import Bits, Derived, Field, Form, Match, Scale, Words
from dalgu.devices.wmbus.drivers.units import form_of, scale_of
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.records import Function

Term = int | str
_TERM = re.compile(r"(-?\d*)n([+-]\d+)?")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which record is meant; the words of `Match`, with n where the row is repeated."""

    header: str = ""
    quantity: str = ""
    function: str = "current"
    storage: Term = 0
    tariff: Term = 0
    subunit: Term = 0
    modifiers: tuple[str, ...] = ()
    nth: Term = 1


class FieldRow(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field from a record: `form` and `unit` where the name's end does not tell them."""

    field: str
    count: tuple[int, ...] = ()
    form: Form | None = None
    unit: str = ""
    scale: tuple[int, int] = (1, 1)
    absent: bool = False
    unset: str | None = None
    as_sent: bool = False
    left_out: bool = False
    element: Term = 0
    mask: int = 0
    shift: int = 0


class BitsRow(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words for bits, or for whole values; their keys are hexadecimal."""

    mask: int = 0
    shift: int = 0
    bits: dict[str, str] = {}
    values: dict[str, str] = {}
    prefix: str = ""


class WordsRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field of words."""

    field: str
    fine: str = "OK"
    header: bool = False
    header_bits: dict[str, str] = {}
    sources: tuple[BitsRow, ...] = ()
    required: bool = False


class DerivedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field from other fields."""

    field: str
    count: tuple[int, ...] = ()
    plus: tuple[str, ...] = ()
    norm: tuple[str, ...] = ()
    of: str = ""
    months: Term = 0
    only_with: str = ""
    absent: bool = False


def fields(row: FieldRow) -> Iterator[Field]:
    """Yield the fields of a row.

    Raises
    ------
    ValueError
        When a term, a unit or a word is none.

    """
    for n in _numbers(row.count):
        name = row.field.format(n=n)
        form = row.form or form_of(name)
        scale = scale_of(name, row.unit) if form is Form.NUMBER else Scale()
        factor, divisor = row.scale
        yield Field(
            name=name,
            match=match(row, n),
            form=form,
            scale=Scale(scale.factor * factor, scale.divisor * divisor),
            has_absent=row.absent,
            unset=row.unset,
            is_as_sent=row.as_sent,
            is_left_out=row.left_out,
            element=_term(row.element, n),
            mask=row.mask,
            shift=row.shift,
        )


def words(row: WordsRow) -> Words:
    """Return the field of words of a row; raise ValueError for keys that are no numbers."""
    return Words(
        name=row.field,
        fine=row.fine,
        has_header=row.header,
        header_bits=_keyed(row.header_bits),
        sources=tuple(_bits(source) for source in row.sources),
        is_required=row.required,
    )


def derived(row: DerivedRow) -> Iterator[Derived]:
    """Yield the derived fields of a row; raise ValueError for a term that is none."""
    for n in _numbers(row.count):
        yield Derived(
            name=row.field.format(n=n),
            plus=row.plus,
            norm=row.norm,
            of=row.of,
            months=_term(row.months, n),
            only_with=row.only_with.format(n=n),
            has_absent=row.absent,
        )


def match(row: Row, n: int = 0) -> Match:
    """Return what a row says of its record; raise ValueError for a word that is none."""
    nth = _term(row.nth, n)
    if not nth or not (row.header or row.quantity):
        raise ValueError("a row needs a header or a quantity, and nth is not 0")
    return Match(
        header=bytes.fromhex(row.header),
        quantity=Quantity(row.quantity) if row.quantity else None,
        function=Function[row.function.upper()],
        storage=_term(row.storage, n),
        tariff=_term(row.tariff, n),
        subunit=_term(row.subunit, n),
        modifiers=row.modifiers,
        nth=nth,
    )


def _bits(row: BitsRow) -> Bits:
    return Bits(
        match=match(row),
        mask=row.mask,
        shift=row.shift,
        bits=_keyed(row.bits),
        values=_keyed(row.values),
        prefix=row.prefix,
    )


def _keyed(named: dict[str, str]) -> tuple[tuple[int, str], ...]:
    return tuple((int(key, 16), word) for key, word in named.items())


def _numbers(count: tuple[int, ...]) -> range:
    if not count:
        return range(1)
    first, last, *step = count
    return range(first, last + 1, *step)


def _term(term: Term, n: int) -> int:
    """Return a number, or a term in n worked out."""
    if isinstance(term, int):
        return term
    found = _TERM.fullmatch(term)
    if found is None:
        raise ValueError(f"'{term[:40]}' is no term in n")
    times = {"": "1", "-": "-1"}.get(found[1], found[1])
    return int(times) * n + int(found[2] or 0)
