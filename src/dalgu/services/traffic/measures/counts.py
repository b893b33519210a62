"""What is counted by the bin: actuations, terminations, splits, what makers log of their own."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dalgu.devices.signals.codes import LAST_STANDARD_CODE, EventCode
from dalgu.services.traffic.measures.events import MS, ControllerEvents, Floats, Ints
from dalgu.services.traffic.measures.grouping import bin_of, every_match, grouped

TERMINATIONS = (EventCode.GAP_OUT, EventCode.MAX_OUT, EventCode.FORCE_OFF)


@dataclass(frozen=True, slots=True)
class Online:
    """Bins of a device that were heard all through; arrays of shape (rows,)."""

    bin_ms: Ints
    device: Ints


def online_bins(
    events: ControllerEvents, *, bin_s: int = 900, every_s: int = 300, at_least: int = 3
) -> Online:
    """Return the bins whose every part of `every_s` seconds holds `at_least` standard events."""
    known = events.only(events.code <= LAST_STANDARD_CODE)
    parts = grouped(bin_of(known.at_ms, every_s * MS), known.device)
    enough = parts.count >= at_least
    rows = grouped(bin_of(parts.keys[0][enough], bin_s * MS), parts.keys[1][enough])
    whole = rows.count * every_s == bin_s
    return Online(rows.keys[0][whole], rows.keys[1][whole])


@dataclass(frozen=True, slots=True)
class Actuations:
    """Detector ons by bin, device and channel; arrays of shape (rows,)."""

    bin_ms: Ints
    device: Ints
    detector: Ints
    count: Ints


def actuations(
    events: ControllerEvents, *, bin_s: int = 900, with_zeros: bool = False
) -> Actuations:
    """Count how often each detector turned on.

    With zeros, each detector of a device has a row in every bin in which the device said
    anything at all: a silent detector of a talking controller is a zero, an outage is not.
    """
    on = events.of(EventCode.DETECTOR_ON)
    rows = grouped(bin_of(on.at_ms, bin_s * MS), on.device, on.parameter)
    bins, device, detector = rows.keys
    if not with_zeros:
        return Actuations(bins, device, detector, rows.count)
    heard = grouped(events.device, bin_of(events.at_ms, bin_s * MS))
    known = grouped(device, detector)
    where, which = every_match(heard.keys[0], known.keys[0])
    bins = np.concatenate([bins, heard.keys[1][where]])
    device = np.concatenate([device, known.keys[0][which]])
    detector = np.concatenate([detector, known.keys[1][which]])
    count = np.concatenate([rows.count, np.zeros(len(which), dtype=np.int64)])
    filled = grouped(bins, device, detector)
    bins, device, detector = filled.keys
    return Actuations(bins, device, detector, filled.sums(count).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Terminations:
    """Ends of green by bin, device, phase and reason (4 gap, 5 maximum, 6 force); shape (rows,)."""

    bin_ms: Ints
    device: Ints
    phase: Ints
    reason: Ints
    count: Ints


def terminations(events: ControllerEvents, *, bin_s: int = 900) -> Terminations:
    """Count why the greens of each phase ended: Purdue phase termination, by the bin."""
    ended = events.of(*TERMINATIONS)
    rows = grouped(bin_of(ended.at_ms, bin_s * MS), ended.device, ended.parameter, ended.code)
    bins, device, phase, reason = rows.keys
    return Terminations(bins, device, phase, reason, rows.count)


@dataclass(frozen=True, slots=True)
class MeanParameters:
    """How often a code came, and its mean parameter, by bin, device and code; shape (rows,)."""

    bin_ms: Ints
    device: Ints
    code: Ints
    count: Ints
    mean: Floats


def mean_parameters(
    events: ControllerEvents, codes: Iterable[int], *, bin_s: int = 900
) -> MeanParameters:
    """Average the parameter of codes that carry a measured value: splits, communication load."""
    found = events.of(*codes)
    rows = grouped(bin_of(found.at_ms, bin_s * MS), found.device, found.code)
    bins, device, code = rows.keys
    return MeanParameters(bins, device, code, rows.count, rows.means(found.parameter))


def logged_splits(events: ControllerEvents, *, bin_s: int = 900) -> MeanParameters:
    """Average the splits that MAXTIME controllers log: code 300 + n for phase n + 1, seconds."""
    codes = range(EventCode.SPLIT_FIRST, EventCode.SPLIT_LAST + 1)
    return mean_parameters(events, codes, bin_s=bin_s)
