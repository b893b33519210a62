"""The timeline of a controller: every state that lasted, named, and whether it can be trusted."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode as Code
from dalgu.services.traffic.measures.counts import Online
from dalgu.services.traffic.measures.events import MS, ControllerEvents, Flags, Ints
from dalgu.services.traffic.measures.grouping import bin_of
from dalgu.services.traffic.measures.intervals import (
    OPEN,
    Intervals,
    Windows,
    in_row,
    instants,
    joined_intervals,
    paired,
    toggled,
    until_next,
    windows,
)
from dalgu.services.traffic.measures.kinds import (
    ALARM_KINDS,
    FLASH_KINDS,
    KIND_OF,
    NUMBER,
    TRANSITION_KINDS,
    Kind,
)
from dalgu.services.traffic.measures.waits import pedestrian_waits, phase_waits

CLEARANCE_MAX_S: Final = 10  # a yellow or red clearance that long is a hole in the log
CLOCK_SHIFT_S: Final = 5  # around a correction of the controller's clock, of unknown size
SHOWN_S: Final = 60  # how long an event without length is drawn
SHORTEST_S: Final = 0.2

# The longest silence of a working controller by minute of day: at night it rests in green.
SILENCES_S: Final = ((5 * 60, 300), (6 * 60, 120), (21 * 60, 300), (23 * 60, 900))

_PAIRS: Final = (
    (Code.ADVANCE_WARNING_OVERLAP_ON, Code.ADVANCE_WARNING_OVERLAP_OFF),
    (Code.ADVANCE_WARNING_PHASE_ON, Code.ADVANCE_WARNING_PHASE_OFF),
    (Code.FYA_BEGIN, Code.FYA_END),
    (Code.BEGIN_GREEN, Code.GREEN_TERMINATION),
    (Code.OVERLAP_WALK, Code.OVERLAP_OFF),
    (Code.PED_BEGIN_WALK, Code.PED_BEGIN_DONT_WALK),
    (Code.CALL_REGISTERED, Code.CALL_DROPPED),
    (Code.HOLD_ACTIVE, Code.HOLD_RELEASED),
    (Code.OMIT_ON, Code.OMIT_OFF),
    (Code.PED_OMIT_ON, Code.PED_OMIT_OFF),
    (Code.PED_DETECTOR_FAILED, Code.PED_DETECTOR_RESTORED),
    (Code.PREEMPT_CALL_ON, Code.PREEMPT_CALL_OFF),
    (Code.SPECIAL_FUNCTION_ON, Code.SPECIAL_FUNCTION_OFF),
    (Code.TSP_CHECK_IN, Code.TSP_CHECK_OUT),
    (Code.TSP_DETECTOR_ON, Code.TSP_DETECTOR_OFF),
    (Code.TSP_SERVICE_START, Code.TSP_SERVICE_END),
    (Code.PHASE_ON, Code.PHASE_INACTIVE),
)
_CLEARANCES: Final = (
    (Code.BEGIN_YELLOW, Code.END_YELLOW),
    (Code.BEGIN_RED_CLEARANCE, Code.END_RED_CLEARANCE),
)
_INSTANTS: Final = (
    Code.PATTERN_CHANGE,
    Code.INTERVAL_ADVANCE,
    Code.POWER_FAILURE,
    Code.POWER_RESTORED,
    Code.CYCLE_LENGTH_CHANGE,
    Code.OFFSET_CHANGE,
    Code.CLOCK_UPDATED,
)
_ALARMS: Final = (Code.FLASH_STATUS, Code.ALARM_STATUS, Code.ALARM_GROUP)
_TOGGLES: Final = (Code.AUX_SWITCH, Code.STOP_TIME, Code.MANUAL_CONTROL)
_FAULTS: Final = (84, 85, 86, 87, 88)
_TRANSITIONS: Final = tuple(TRANSITION_KINDS)
_SIGNALS: Final = (Code.BEGIN_GREEN, Code.CALL_REGISTERED)


@dataclass(frozen=True, slots=True)
class TimelineRules:
    """What counts: the shortest interval kept, and the silences that break a log.

    `silences_s` is (minute of local day, seconds) from each minute to the next, the last past
    midnight; empty where silences do not matter. `utc_offset_s` is the local time's lead.
    """

    shortest_s: float = SHORTEST_S
    shown_s: int = SHOWN_S
    silences_s: tuple[tuple[int, int], ...] = SILENCES_S
    utc_offset_s: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Intervals by name; arrays of shape (n,).

    `kind` points into `kinds.KINDS`; `value` is the phase, channel or number concerned, -1
    where the kind has none.
    """

    start_ms: Ints
    end_ms: Ints
    device: Ints
    kind: Ints
    value: Ints
    valid: Flags

    def of(self, *kinds: Kind) -> "Timeline":
        """Return the valid intervals of some kinds."""
        return self.only(self.valid & np.isin(self.kind, [NUMBER[kind] for kind in kinds]))

    def only(self, where: Flags | Ints) -> "Timeline":
        """Return the intervals a mask or positions choose."""
        return Timeline(
            self.start_ms[where],
            self.end_ms[where],
            self.device[where],
            self.kind[where],
            self.value[where],
            self.valid[where],
        )


def timeline(
    events: ControllerEvents,
    online: Online,
    rules: TimelineRules | None = None,
    *,
    bin_s: int = 900,
) -> Timeline:
    """Make intervals of a controller's events, and say which of them can be trusted.

    Parameters
    ----------
    events
        Distinct events.
    online
        Bins that were heard all through (`counts.online_bins`, of the same `bin_s`): what
        reaches into another is not valid.
    rules
        Lengths and silences.
    bin_s
        Length of the bins of `online`.

    """
    rules = rules or TimelineRules()
    found = joined_intervals(
        [*_plain(events, rules.shown_s * MS), _signals(events), _faults(events)]
    )
    broken = _broken(events, rules)
    named = joined_timelines([_named(found), _transitions(events), *_alarms(events, rules)])
    lasting = named.end_ms - named.start_ms >= rules.shortest_s * MS
    named = named.only((named.end_ms != OPEN) & lasting)
    exempt = np.isin(named.kind, [NUMBER[KIND_OF[code]] for code in _INSTANTS])
    shaken = ~exempt & broken.touch(named.device, named.start_ms, named.end_ms)
    heard = _heard_all_through(named, events, online, bin_s * MS)
    return Timeline(
        named.start_ms,
        named.end_ms,
        named.device,
        named.kind,
        named.value,
        named.valid & ~shaken & heard,
    )


def joined_timelines(parts: list[Timeline]) -> Timeline:
    """Return the intervals of all parts in one."""
    names = ("start_ms", "end_ms", "device", "kind", "value", "valid")
    return Timeline(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


def _plain(events: ControllerEvents, shown_ms: int) -> list[Intervals]:
    return [
        *(paired(events, begin, end) for begin, end in _PAIRS if begin not in _SIGNALS),
        *(toggled(events, code) for code in _TOGGLES),
        *(instants(events, code, shown_ms=shown_ms) for code in _INSTANTS),
        _adjustments(events),
        _overlaps(events),
        pedestrian_waits(events),
    ]


def _signals(events: ControllerEvents) -> Intervals:
    """Colours and calls of phases, and the waits they make."""
    green = paired(events, Code.BEGIN_GREEN, Code.GREEN_TERMINATION)
    longest_ms = CLEARANCE_MAX_S * MS
    clearances = [paired(events, *pair, longest_ms=longest_ms) for pair in _CLEARANCES]
    calls = paired(events, Code.CALL_REGISTERED, Code.CALL_DROPPED)
    colours = joined_intervals([green, *clearances])
    doubtful = colours.only(~colours.valid & (colours.end_ms != OPEN))
    waits = phase_waits(events, calls, windows(doubtful.device, doubtful.start_ms, doubtful.end_ms))
    return joined_intervals([colours, calls, waits])


def _adjustments(events: ControllerEvents) -> Intervals:
    codes = (Code.TSP_EARLY_GREEN, Code.TSP_EXTEND_GREEN, Code.TSP_CHECK_OUT)
    row = in_row(events.of(*codes))
    found = until_next(row, np.ones(len(row.at_ms), dtype=bool))
    return found.only(found.code != Code.TSP_CHECK_OUT)


def _faults(events: ControllerEvents) -> Intervals:
    row = in_row(events.of(Code.DETECTOR_RESTORED, *_FAULTS))
    fault = row.events.code != Code.DETECTOR_RESTORED
    restored = row.next_code == Code.DETECTOR_RESTORED
    return until_next(row, fault & restored).only(fault | restored)


def _overlaps(events: ControllerEvents) -> Intervals:
    """Colours of overlaps: each lasts until the next; one that repeats itself is not valid.

    A red ends dark, or with green where the overlap never goes dark. Yellow may repeat.
    """
    row = in_row(events.of(*range(Code.OVERLAP_GREEN, Code.OVERLAP_DARK + 1)))
    code, following = row.events.code, row.next_code
    dark = row.events.only(code == Code.OVERLAP_OFF)
    goes_dark = np.isin(_owner(row.events), _owner(dark))
    valid = (code == Code.OVERLAP_YELLOW) | (row.followed & (following != code))
    red_ends = (following == Code.OVERLAP_OFF) | ((following == Code.OVERLAP_GREEN) & ~goes_dark)
    valid = np.where(code == Code.OVERLAP_RED, red_ends, valid)
    return until_next(row, valid).only(code <= Code.OVERLAP_RED)


def _owner(events: ControllerEvents) -> Ints:
    return (events.device << np.int64(32)) | events.parameter


def _named(found: Intervals) -> Timeline:
    codes = np.array(sorted(KIND_OF))
    kinds = np.array([NUMBER[KIND_OF[code]] for code in sorted(KIND_OF)])
    at = np.minimum(np.searchsorted(codes, found.code), len(codes) - 1)
    known = codes[at] == found.code
    found, kind = found.only(known), kinds[at[known]]
    without = np.isin(kind, [NUMBER[kind] for kind in (Kind.POWER_FAILURE, Kind.POWER_RESTORED)])
    without |= kind == NUMBER[Kind.WATCHDOG]
    value = np.where(without, OPEN, found.parameter)
    return Timeline(found.start_ms, found.end_ms, found.device, kind, value, found.valid)


def _transitions(events: ControllerEvents) -> Timeline:
    states = events.of(Code.COORDINATION_STATE)
    states = states.only(states.parameter < len(_TRANSITIONS) + 2)
    row = in_row(states, by_parameter=False, high_first=True)
    found = until_next(row, np.ones(len(row.at_ms), dtype=bool))
    found = found.only(np.isin(found.parameter, _TRANSITIONS))
    kind = np.array([NUMBER[TRANSITION_KINDS[state]] for state in found.parameter.tolist()], int)
    return _valueless(found, kind)


def _alarms(events: ControllerEvents, rules: TimelineRules) -> list[Timeline]:
    """Flash by its state, and each alarm bit by itself, until the next of the same code."""
    flash, alarm, group = (_alarm(events, code, rules) for code in _ALARMS)
    parts = [
        _valueless(one, np.full(len(one.code), NUMBER[kind]))
        for state, kind in enumerate(FLASH_KINDS, start=1)
        for one in [flash.only(flash.parameter == state)]
    ]
    parts += [
        _valueless(one, np.full(len(one.code), NUMBER[kind]))
        for bit, kind in enumerate(ALARM_KINDS)
        for one in [alarm.only((alarm.parameter >> bit) & 1 == 1)]
    ]
    return [*parts, _named(group)]


def _alarm(events: ControllerEvents, code: Code, rules: TimelineRules) -> Intervals:
    row = in_row(events.of(code), by_parameter=False, high_first=True)
    found = until_next(row, np.ones(len(row.at_ms), dtype=bool))
    end_ms = np.where(row.followed, found.end_ms, found.start_ms + rules.shown_s * MS)
    return Intervals(found.start_ms, end_ms, found.device, found.code, found.parameter, found.valid)


def _valueless(found: Intervals, kind: Ints) -> Timeline:
    value = np.full(len(found.code), OPEN)
    return Timeline(found.start_ms, found.end_ms, found.device, kind, value, found.valid)


def _broken(events: ControllerEvents, rules: TimelineRules) -> Windows:
    """Return where stamps cannot be trusted: around clock corrections, and in long silences."""
    clock = events.of(Code.CLOCK_UPDATED)
    shift = CLOCK_SHIFT_S * MS
    device, start, end = _silences(events, rules)
    return windows(
        np.concatenate([clock.device, device]),
        np.concatenate([clock.at_ms - shift, start]),
        np.concatenate([clock.at_ms + shift, end]),
    )


def _silences(events: ControllerEvents, rules: TimelineRules) -> tuple[Ints, Ints, Ints]:
    none = np.empty(0, dtype=np.int64)
    if not rules.silences_s or not len(events):
        return none, none, none
    order = np.lexsort((events.at_ms, events.device))
    device, at_ms = events.device[order], events.at_ms[order]
    minute = (at_ms + rules.utc_offset_s * MS) // (60 * MS) % (24 * 60)
    schedule = np.array(sorted(rules.silences_s))
    rule = np.searchsorted(schedule[:, 0], minute, side="right") - 1  # -1: last of the day before
    limit_ms = schedule[rule, 1] * MS
    silent = (np.diff(device) == 0) & (np.diff(at_ms) > limit_ms[:-1])
    return device[1:][silent], at_ms[:-1][silent], at_ms[1:][silent]


def _heard_all_through(
    named: Timeline, events: ControllerEvents, online: Online, bin_ms: int
) -> Flags:
    """Say which intervals have no silent bin from their first to their last."""
    if not len(events):
        return np.ones(len(named.start_ms), dtype=bool)
    first = int(bin_of(events.at_ms, bin_ms).min())
    begin = np.maximum(bin_of(named.start_ms, bin_ms), first)
    end = bin_of(named.end_ms, bin_ms)
    known = np.sort(_bin_key(online.device, online.bin_ms // bin_ms))
    before = np.searchsorted(known, _bin_key(named.device, begin // bin_ms), side="left")
    upto = np.searchsorted(known, _bin_key(named.device, end // bin_ms), side="right")
    heard: Flags = upto - before == (end - begin) // bin_ms + 1
    return heard


def _bin_key(device: Ints, number: Ints) -> Ints:
    return (device << np.int64(40)) | number
