"""Messages of the device entrance, byte for byte, the refused ones too."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import apsw

from dalgu.store.connection import Row, first_row, rows
from dalgu.store.instants import instant, micros
from dalgu.store.names import Names

PACK_FROM_BYTES = 200  # below this, deflate gains nothing on JSON
PACK_LEVEL = 3
# A 4 kB window and small tables: same size as zlib's default on uplinks of 1 kB, a sixth of the
# CPU (10 µs against 64), which goes into setting up the default's 256 kB.
PACK_WINDOW_BITS = 12
PACK_MEMORY = 5

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

    def _message(self, row: Row) -> KeptMessage:
        key, received, transport, kind, device, packed, body, refusal = row
        text = self._names.text
        whole = zlib.decompress(body) if packed else body
        return KeptMessage(
            key, instant(received), text(transport), text(kind), text(device), whole, refusal
        )


def _pack(body: bytes) -> bytes:
    packer = zlib.compressobj(PACK_LEVEL, zlib.DEFLATED, PACK_WINDOW_BITS, PACK_MEMORY)
    return packer.compress(body) + packer.flush()
