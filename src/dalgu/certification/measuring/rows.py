"""The rows behind a variable: one for each subject, by columns, and the number they make.

From the same rows comes the same number to the bit, whatever their order: sums are exact.
"""

import hashlib
import math
import zlib
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.certification.formula.operand import EPOCH, MICROSECOND, NO_WORD, Floats, Ints, Words
from dalgu.certification.framework.query import Aggregate
from dalgu.certification.measuring import words
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Text

MARK = b"dalgu rows 1\n"  # before the packed columns: other kept bytes are none
LEVEL = 3  # of zlib; ids of 900,000 meters take 4 MB
QUALITIES = ("measured", "estimated", "proxy")
SHARE_OF_PERCENTILE = 0.9


@dataclass(frozen=True, slots=True)
class Rows:
    """n subjects; every array is shape (n,).

    `value` is what `of` says, NaN where it says nothing; of `distinct`, `words` may stand in its
    place. `share` is how much of the period each was observed; `last_us` when last, 0 if never;
    `message` by which message, 0 if by none; `max_age_us` how old an observation may be to count.
    `by_us` is the instant that says which is the latest. `quality` are places in `QUALITIES`.
    """

    subject: tuple[str, ...]
    value: Floats
    quality: NDArray[np.int8]
    words: Words | None = None
    by_us: Ints | None = None
    share: Floats | None = None
    last_us: Ints | None = None
    message: Ints | None = None
    max_age_us: Ints | None = None

    def __len__(self) -> int:
        return len(self.subject)


@dataclass(frozen=True, slots=True)
class Counting:
    """How rows become one number."""

    aggregate: Aggregate
    min_share: float | None = None
    factor: float = 1.0  # hours of the period, where each row counts once an hour


@dataclass(frozen=True, slots=True)
class Counted:
    """What each row adds, shape (n,), and the number; `reason` says why there is none."""

    contribution: Floats
    total: float | None
    reason: Text | None = None


def count(rows: Rows, counting: Counting) -> Counted:
    """Return the number that some rows make."""
    if counting.aggregate in ("count", "sum"):
        weight = np.nan_to_num(rows.value, nan=0.0) * _counted_share(rows, counting)
        contribution = weight * counting.factor
        return Counted(contribution, math.fsum(contribution.tolist()))
    if counting.aggregate == "distinct":
        return _distinct(rows, counting)
    if counting.aggregate == "latest":
        return _latest(rows)
    return _of_order(rows, counting.aggregate)


def _counted_share(rows: Rows, counting: Counting) -> Floats:
    if rows.share is None:
        return np.ones(len(rows))
    if counting.min_share is None:
        return rows.share
    return (rows.share >= counting.min_share).astype(np.float64)


def _distinct(rows: Rows, counting: Counting) -> Counted:
    """Count each value once, at the first of its rows by subject."""
    counts = _counted_share(rows, counting) > 0
    if rows.words is not None:
        there, keys = rows.words.code != NO_WORD, rows.words.code.astype(np.float64)
    else:
        there, keys = ~np.isnan(rows.value), rows.value
    contribution = np.zeros(len(rows))
    places = np.flatnonzero(there & counts)
    places = places[np.argsort(np.array(rows.subject)[places], kind="stable")]
    _, first = np.unique(keys[places], return_index=True)
    contribution[places[first]] = 1.0
    return Counted(contribution, float(len(first)))


def _latest(rows: Rows) -> Counted:
    contribution = np.zeros(len(rows))
    if rows.by_us is None or not len(rows):
        return Counted(contribution, None, words.NO_ENTRY)
    newest = np.flatnonzero(rows.by_us == rows.by_us.max())
    values = rows.value[newest]
    if np.isnan(values).any():
        return Counted(contribution, None, words.LATEST_EMPTY)
    if (values != values[0]).any():
        return Counted(contribution, None, words.LATEST_UNLIKE)
    contribution[newest[0]] = values[0]
    return Counted(contribution, float(values[0]))


def _of_order(rows: Rows, aggregate: Aggregate) -> Counted:
    there = ~np.isnan(rows.value)
    values = np.sort(rows.value[there])
    contribution = np.nan_to_num(rows.value, nan=0.0)
    if not len(values):
        return Counted(contribution, None, words.NO_ENTRY)
    if aggregate == "mean":
        return Counted(contribution, math.fsum(values.tolist()) / len(values))
    share = SHARE_OF_PERCENTILE if aggregate == "p90" else 0.5
    return Counted(contribution, float(np.quantile(values, share)))


def worst(rows: Rows, contribution: Floats) -> str:
    """Return the least reliable quality among the rows that entered."""
    entered = rows.quality[contribution != 0]
    return QUALITIES[int(entered.max())] if len(entered) else QUALITIES[0]


class _Packed(msgspec.Struct, omit_defaults=True):
    count: int
    subjects: str
    columns: dict[str, tuple[str, bytes]]
    texts: tuple[str, ...] | None = None


def packed(rows: Rows) -> bytes:
    """Return rows as bytes; equal rows give equal bytes."""
    columns = {
        name: (str(one.dtype.str), one.astype(one.dtype.newbyteorder("<")).tobytes())
        for name, one in _arrays(rows).items()
    }
    texts = None if rows.words is None else rows.words.texts
    body = _Packed(len(rows), "\n".join(rows.subject), columns, texts)
    return MARK + zlib.compress(msgspec.msgpack.encode(body), LEVEL)


def unpacked(body: bytes) -> Rows:
    """Return the rows of packed bytes."""
    told = msgspec.msgpack.decode(zlib.decompress(body[len(MARK) :]), type=_Packed)
    columns = {
        name: np.frombuffer(raw, dtype=np.dtype(kind)) for name, (kind, raw) in told.columns.items()
    }
    code = columns.pop("code", None)
    words = None if code is None or told.texts is None else Words(code, told.texts)
    subject = tuple(told.subjects.split("\n")) if told.count else ()
    return Rows(subject=subject, words=words, **columns)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as people read it; `value` is a number or a text."""

    subject: str
    value: float | str | None
    contribution: float
    share: float | None = None
    last_at: str | None = None
    message_id: int = 0


class Order(StrEnum):
    """How rows are sorted."""

    CONTRIBUTION = "contribution"  # those that add most first
    LACKING = "lacking"  # those that were observed least first
    NEWEST = "newest"


def some_rows(
    rows: Rows, counting: Counting, order: Order, *, most: int, offset: int = 0
) -> list[Row]:
    """Return some rows in an order, from `offset` on."""
    contribution = count(rows, counting).contribution
    last_us = np.zeros(len(rows), np.int64) if rows.last_us is None else rows.last_us
    share = np.ones(len(rows)) if rows.share is None else rows.share
    keys: dict[Order, tuple[Floats | Ints, ...]] = {
        Order.CONTRIBUTION: (-last_us, -share, -np.abs(contribution)),
        Order.LACKING: (-last_us, np.abs(contribution), share),
        Order.NEWEST: (-np.abs(contribution), -last_us),
    }
    places = np.lexsort(keys[order])[offset : offset + most].tolist()
    return [
        Row(
            subject=rows.subject[place],
            value=_shown(rows, place),
            contribution=float(contribution[place]),
            share=None if rows.share is None else float(rows.share[place]),
            last_at=iso(EPOCH + int(last_us[place]) * MICROSECOND) if last_us[place] else None,
            message_id=0 if rows.message is None else int(rows.message[place]),
        )
        for place in places
    ]


def _shown(rows: Rows, place: int) -> float | str | None:
    if rows.words is not None and rows.words.code[place] != NO_WORD:
        return rows.words.texts[int(rows.words.code[place])]
    return None if np.isnan(rows.value[place]) else float(rows.value[place])


def messages_of(body: bytes) -> set[int]:
    """Return the messages that packed rows name; none where the bytes are no rows."""
    if not body.startswith(MARK):
        return set()
    message = unpacked(body).message
    return set() if message is None else set(message[message > 0].tolist())


def _arrays(rows: Rows) -> dict[str, NDArray[np.generic]]:
    names = ("value", "quality", "by_us", "share", "last_us", "message", "max_age_us")
    found = {name: getattr(rows, name) for name in names}
    if rows.words is not None:
        found["code"] = rows.words.code
    return {name: one for name, one in found.items() if one is not None}


def digest_of(body: bytes) -> str:
    """Return the SHA-256 under which the hub keeps some bytes."""
    return hashlib.sha256(body).hexdigest()
