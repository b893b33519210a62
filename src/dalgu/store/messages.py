"""Messages of the device entrance, byte for byte, the refused ones too."""

import zlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import apsw
import msgspec

from dalgu.store.connection import Row, first_row, rows
from dalgu.store.instants import instant, micros
from dalgu.store.names import Names

PACK_FROM_BYTES = 200  # below this, deflate gains nothing on JSON
PACK_LEVEL = 3
# A 4 kB window and small tables: same size as zlib's default on uplinks of 1 kB, a sixth of the
# CPU (10 µs against 64), which goes into setting up the default's 256 kB.
PACK_WINDOW_BITS = 12
PACK_MEMORY = 5

PACKED, EMPTIED = 1, 2  # what `packed` says of a body
EMPTY_AT_ONCE = 2_000

_INSERT = "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COLUMNS = "pk, received, transport, format, device, packed, body, refusal"


class KeptMessage(NamedTuple):
    """One message; `key` is 0 until it is kept."""

    key: int
    received_at: datetime
    transport: str
    format: str
    device: str
    body: bytes
    refusal: str | None


class Messages:
    """Kept messages by number and by device."""

    def __init__(self, connection: apsw.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def add(self, tenant: str, messages: Sequence[KeptMessage]) -> int:
        """Keep messages; return the number of the first, the others follow it without gaps."""
        [(newest,)] = rows(self._connection, "SELECT max(pk) FROM message")
        first: int = (newest or 0) + 1
        intern = self._names.intern
        new: list[Row] = []
        for key, message in enumerate(messages, start=first):
            body = message.body
            packed = _pack(body) if len(body) > PACK_FROM_BYTES else body
            is_packed = len(packed) < len(body)
            new.append(
                (
                    key,
                    tenant,
                    micros(message.received_at),
                    intern(message.transport),
                    intern(message.format),
                    intern(message.device),
                    is_packed,
                    packed if is_packed else body,
                    message.refusal,
                )
            )
        self._connection.executemany(_INSERT, new)
        return first

    def get(self, tenant: str, key: int) -> KeptMessage | None:
        """Return one message, `None` where there is none."""
        row = first_row(
            self._connection,
            f"SELECT {_COLUMNS} FROM message WHERE pk = ? AND tenant = ?",  # noqa: S608  # own names
            (key, tenant),
        )
        return None if row is None else self._message(row)

    def newest(
        self, tenant: str, *, device: str | None, refused: bool, limit: int
    ) -> list[KeptMessage]:
        """Return the newest messages, newest first, of one device or all, refused or all."""
        where = ["tenant = ?"]
        values: list[object] = [tenant]
        if device is not None:
            key = self._names.find(device)
            if key is None:
                return []
            where.append("device = ?")
            values.append(key)
        if refused:
            where.append("refusal IS NOT NULL")
        found = rows(
            self._connection,
            f"SELECT {_COLUMNS} FROM message WHERE {' AND '.join(where)} "  # noqa: S608  # own names
            "ORDER BY pk DESC LIMIT ?",
            (*values, limit),
        )
        return [self._message(row) for row in found]

    def empty(self, after: int, before_us: int, cited: Collection[int]) -> tuple[int, int, int]:
        """Empty the bodies of some messages; that they came, when and from where stays.

        Refused ones keep theirs: they can be decoded again.

        Returns
        -------
        emptied, freed_bytes, last
            The number of the last message looked at, to go on from; 0 when all were.

        """
        found = rows(
            self._connection,
            "SELECT pk, length(body), received < ? AND packed < ? AND refusal IS NULL FROM message "
            "WHERE pk > ? ORDER BY pk LIMIT ?",
            (before_us, EMPTIED, after, EMPTY_AT_ONCE),
        )
        old = [(key, size) for key, size, is_old in found if is_old and key not in cited]
        self._connection.executemany(
            f"UPDATE message SET body = x'', packed = {EMPTIED} WHERE pk = ?",  # noqa: S608
            ((key,) for key, _ in old),
        )
        last = found[-1][0] if len(found) == EMPTY_AT_ONCE else 0
        return len(old), sum(size for _, size in old), last

    def emptiable(self, before_us: int, cited: Collection[int]) -> tuple[int, int]:
        """Return how many messages `empty` would empty, and the bytes of their bodies."""
        [(count, size)] = rows(
            self._connection,
            "SELECT count(*), ifnull(sum(length(body)), 0) FROM message "
            "WHERE received < ? AND packed < ? AND refusal IS NULL "
            "AND pk NOT IN (SELECT value FROM json_each(?))",
            (before_us, EMPTIED, msgspec.json.encode(sorted(cited)).decode()),
        )
        return count, size

    def is_emptied(self, key: int) -> bool:
        """Whether a message has lost its body to a retention rule."""
        row = first_row(self._connection, "SELECT packed FROM message WHERE pk = ?", (key,))
        return row is not None and row[0] == EMPTIED

    def _message(self, row: Row) -> KeptMessage:
        key, received, transport, kind, device, packed, body, refusal = row
        text = self._names.text
        whole = zlib.decompress(body) if packed == PACKED else body
        return KeptMessage(
            key, instant(received), text(transport), text(kind), text(device), whole, refusal
        )


def _pack(body: bytes) -> bytes:
    packer = zlib.compressobj(PACK_LEVEL, zlib.DEFLATED, PACK_WINDOW_BITS, PACK_MEMORY)
    return packer.compress(body) + packer.flush()
