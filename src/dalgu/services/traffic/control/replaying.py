"""Replays a kept decision: the same controller on the same sight must decide the same."""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.control.decision_log import Record, seal, unpack
from dalgu.services.traffic.signals.layout import Decision, Layout, Seen
from dalgu.services.traffic.signals.registry import CONTROLLERS


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again. `is_identical` compares every number, not only the stage."""

    record: Record
    seen: Seen
    decision: Decision
    is_identical: bool


def replay(record: Record, layout: Layout) -> Replayed:
    """Decide again from what was kept."""
    seen = unpack(record.at_s, record.seen)
    decision = CONTROLLERS[record.controller]().decide(layout, seen)
    wanted = np.frombuffer(record.wanted, "<i4")
    same = bool(np.array_equal(decision.stage, wanted)) and seal(decision) == record.seal
    return Replayed(record, seen, decision, same)
