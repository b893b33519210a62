"""COSEM data in A-XDR (IEC 61334-6; the types of IEC 62056-6-2, 4.1.5), within bounds.

The library of the field reads past the end of a push that breaks off and does not come back,
so this small reader is ours: what it is given, it reads or refuses.
"""

import math
import struct
from dataclasses import dataclass

from dalgu.devices.dlms.errors import DlmsPushInvalid

Data = float | str | bytes | bool | None | list["Data"]

DEEPEST = 8
MOST_VALUES = 4_096
ARRAY, STRUCTURE = 1, 2
LONG_FORM = 0x80  # of a length: the low bits tell how many bytes it takes

_INTEGERS = {5: (4, True), 6: (4, False), 15: (1, True), 16: (2, True), 17: (1, False),
             18: (2, False), 20: (8, True), 21: (8, False), 22: (1, False)}  # fmt: skip
_FLOATS = {23: ">f", 24: ">d"}
_CLOCKS = {25: 12, 26: 5, 27: 4}  # date-time, date, time: kept as bytes
OCTETS, TEXT, UTF8, BITS = 9, 10, 12, 4


@dataclass(slots=True)
class _Reader:
    body: bytes
    place: int = 0
    count: int = 0

    def take(self, size: int) -> bytes:
        part = self.body[self.place : self.place + size]
        if len(part) < size:
            raise DlmsPushInvalid("its values break off")
        self.place += size
        return part

    def length(self) -> int:
        head = self.take(1)[0]
        if head < LONG_FORM:
            return head
        return int.from_bytes(self.take(head - LONG_FORM), "big")

    def value(self, depth: int) -> Data:
        self.count += 1
        if depth > DEEPEST or self.count > MOST_VALUES:
            raise DlmsPushInvalid("its values are nested too deep, or too many")
        tag = self.take(1)[0]
        if tag in (ARRAY, STRUCTURE):
            return [self.value(depth + 1) for _ in range(self._counted())]
        return self._plain(tag)

    def _counted(self) -> int:
        count = self.length()
        if count > len(self.body) - self.place:  # each value takes a byte at least
            raise DlmsPushInvalid(f"it promises {count} values and breaks off")
        return count

    def _plain(self, tag: int) -> Data:
        if tag in _INTEGERS:
            size, is_signed = _INTEGERS[tag]
            return int.from_bytes(self.take(size), "big", signed=is_signed)
        if tag in (0, 255):  # null, and a value one does not care for
            return None
        if tag == 3:
            return self.take(1) != b"\x00"
        if tag in _FLOATS:
            number: float = struct.unpack(_FLOATS[tag], self.take(struct.calcsize(_FLOATS[tag])))[0]
            if not math.isfinite(number):
                raise DlmsPushInvalid("a number is not finite")
            return number
        return self._octets(tag)

    def _octets(self, tag: int) -> Data:
        if tag in _CLOCKS:
            return self.take(_CLOCKS[tag])
        if tag == OCTETS:
            return self.take(self.length())
        if tag in (TEXT, UTF8):
            return self.take(self.length()).decode("utf-8", "replace")
        if tag == BITS:
            return self.take(-(-self.length() // 8))
        raise DlmsPushInvalid(f"a value has type {tag}, which is not read")


def read_data(body: bytes) -> Data:
    """Return the one value that fills the bytes, arrays and structures as lists.

    Raises
    ------
    DlmsPushInvalid
        When the bytes break off, go on, nest too deep, or hold a type that is not read.

    Examples
    --------
    >>> read_data(bytes.fromhex("0202 1105 0f fd"))
    [5, -3]

    """
    reader = _Reader(body)
    value = reader.value(0)
    if reader.place != len(body):
        raise DlmsPushInvalid(f"{len(body) - reader.place} bytes follow its values")
    return value
