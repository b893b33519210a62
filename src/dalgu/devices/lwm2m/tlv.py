"""OMA TLV: nested values without names (LwM2M 1.1 Core, 7.4.3).

A resource's bytes are an integer, a float or text; which of them is for the object's
definition to say, so they leave here as bytes and `objects` reads them.
"""

from collections.abc import Iterator

from dalgu.devices.lwm2m.errors import Lwm2mPayloadInvalid

INSTANCE, RESOURCE_INSTANCE, MULTIPLE, RESOURCE = 0, 1, 2, 3
DEEPEST = 3  # instance, resource, resource instance


def read_tlv(body: bytes, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """Yield path and bytes of each value below a path.

    Raises
    ------
    Lwm2mPayloadInvalid
        When a length passes the end, or values are nested as no object is.

    Examples
    --------
    >>> list(read_tlv(bytes.fromhex("C1 09 64"), (3, 0)))
    [((3, 0, 9), b'd')]

    """
    yield from _values(memoryview(body), path, DEEPEST)


def _values(
    body: memoryview, path: tuple[int, ...], deepest: int
) -> Iterator[tuple[tuple[int, ...], bytes]]:
    if deepest == 0:
        raise Lwm2mPayloadInvalid("its values are nested too deep")
    place = 0
    while place < len(body):
        kind, identifier, start, length = _header(body, place)
        value = body[start : start + length]
        if len(value) < length:
            raise Lwm2mPayloadInvalid(f"a value of {length} bytes passes the end")
        if kind in (INSTANCE, MULTIPLE):
            yield from _values(value, (*path, identifier), deepest - 1)
        else:
            # A client that is asked for an object may leave out its only instance.
            below = path if len(path) > 1 or kind == RESOURCE_INSTANCE else (*path, 0)
            yield (*below, identifier), bytes(value)
        place = start + length


def _header(body: memoryview, place: int) -> tuple[int, int, int, int]:
    """Return kind, identifier, start of the value and its length."""
    head = body[place]
    wide = bool(head & 0x20)
    size = head >> 3 & 3
    start = place + 2 + wide + size
    if start > len(body):
        raise Lwm2mPayloadInvalid("it ends within a header")
    identifier = int.from_bytes(body[place + 1 : place + 2 + wide], "big")
    length = int.from_bytes(body[start - size : start], "big") if size else head & 7
    return head >> 6, identifier, start, length
