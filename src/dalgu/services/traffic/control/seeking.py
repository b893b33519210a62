"""Finds kept decisions of a signal, and makes one again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import numpy as np

from dalgu.kernel.clock import iso
from dalgu.services.traffic.control.control import Control
from dalgu.services.traffic.control.decision_log import KEEP_HOURS, Record
from dalgu.services.traffic.control.refusals import DecisionNotKept
from dalgu.services.traffic.control.replaying import Replayed, replay
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.signals.layout import Layout

NEAR_S: Final = 0.06  # addresses carry tenths of a second


def kept(control: Control, signal: str, since: datetime, until: datetime) -> Iterator[Record]:
    """Yield the decisions for a signal of an interval, the newest first."""
    position = control.position(signal)
    log = control.live.decisions
    for frame in reversed(log.frames(since.timestamp(), until.timestamp())):
        record = log.read(frame)
        if _is_of(record, position, control):
            yield record


def again(control: Control, signal: str, at: datetime) -> tuple[Replayed, int]:
    """Return the decision of a moment made again, and the signal's position in it.

    Raises
    ------
    DecisionNotKept
        When none of that moment is kept.
    """
    position, at_s = control.position(signal), at.timestamp()
    log = control.live.decisions
    for frame in log.frames(at_s - NEAR_S, at_s + NEAR_S):
        record = log.read(frame)
        if _is_of(record, position, control):
            return replay(record, _layout_of(control, record)), position
    raise DecisionNotKept(signal, iso(at), KEEP_HOURS)


def moment(at_s: float) -> datetime:
    """Return the instant that a decision is found by."""
    return datetime.fromtimestamp(at_s, UTC)


def _is_of(record: Record, position: int, control: Control) -> bool:
    taken = control.state.network
    if taken is None or record.network != taken.digest:
        return False
    return position in np.frombuffer(record.signals, "<i4")


def _layout_of(control: Control, record: Record) -> Layout:
    taken = control.state.network
    if taken is not None and taken.digest == record.network:
        return control.require().layout
    return compile_network(control.shelf.network(record.network)).layout
