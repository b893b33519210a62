"""The codes of controller events: Indiana Traffic Signal Hi Resolution Data Logger Enumerations.

Sturdevant et al., Purdue University, 2012 (doi 10.4231/K4RN35SH), as later logs carry them. Codes
above 218 belong to a maker; those of MAXTIME that logs of its users hold are named, too.
"""

from enum import IntEnum
from typing import Final


class EventCode(IntEnum):
    """What happened; the parameter of an event is a phase unless the name says otherwise."""

    PHASE_ON = 0
    BEGIN_GREEN = 1
    CHECK = 2
    MIN_COMPLETE = 3
    GAP_OUT = 4
    MAX_OUT = 5
    FORCE_OFF = 6
    GREEN_TERMINATION = 7
    BEGIN_YELLOW = 8
    END_YELLOW = 9
    BEGIN_RED_CLEARANCE = 10
    END_RED_CLEARANCE = 11
    PHASE_INACTIVE = 12
    PED_BEGIN_WALK = 21
    PED_BEGIN_CLEARANCE = 22
    PED_BEGIN_DONT_WALK = 23
    PED_DARK = 24
    BARRIER_TERMINATION = 31
    FYA_BEGIN = 32
    FYA_END = 33
    HOLD_ACTIVE = 41
    HOLD_RELEASED = 42
    CALL_REGISTERED = 43
    CALL_DROPPED = 44
    PED_CALL_REGISTERED = 45
    OMIT_ON = 46
    OMIT_OFF = 47
    PED_OMIT_ON = 48
    PED_OMIT_OFF = 49
    ADVANCE_WARNING_PHASE_ON = 55
    ADVANCE_WARNING_PHASE_OFF = 56
    OVERLAP_GREEN = 61
    OVERLAP_TRAIL_GREEN = 62
    OVERLAP_YELLOW = 63
    OVERLAP_RED = 64
    OVERLAP_OFF = 65
    OVERLAP_DARK = 66
    OVERLAP_WALK = 67
    ADVANCE_WARNING_OVERLAP_ON = 71
    ADVANCE_WARNING_OVERLAP_OFF = 72
    DETECTOR_OFF = 81  # parameter: detector channel, up to 94
    DETECTOR_ON = 82
    DETECTOR_RESTORED = 83
    DETECTOR_FAULT = 84
    DETECTOR_WATCHDOG = 85
    DETECTOR_OPEN_LOOP = 86
    DETECTOR_SHORTED_LOOP = 87
    DETECTOR_EXCESSIVE_CHANGE = 88
    PED_DETECTOR_OFF = 89
    PED_DETECTOR_ON = 90
    PED_DETECTOR_FAILED = 91
    PED_DETECTOR_RESTORED = 92
    TSP_DETECTOR_OFF = 93
    TSP_DETECTOR_ON = 94
    PREEMPT_CALL_ON = 102  # parameter: preemption, transit priority or pattern number
    PREEMPT_CALL_OFF = 104
    TSP_CHECK_IN = 112
    TSP_EARLY_GREEN = 113
    TSP_EXTEND_GREEN = 114
    TSP_CHECK_OUT = 115
    TSP_SERVICE_START = 118
    TSP_SERVICE_END = 119
    PATTERN_CHANGE = 131
    CYCLE_LENGTH_CHANGE = 132  # parameter: seconds
    OFFSET_CHANGE = 133
    COORDINATION_STATE = 150  # parameter: state, 2 to 4 are transitions
    FLASH_STATUS = 173
    ALARM_STATUS = 174  # parameter: bits
    ALARM_GROUP = 175
    SPECIAL_FUNCTION_ON = 176
    SPECIAL_FUNCTION_OFF = 177
    MANUAL_CONTROL = 178  # parameter: 1 on, 0 off
    INTERVAL_ADVANCE = 179
    STOP_TIME = 180  # parameter: 1 on, 0 off
    CLOCK_UPDATED = 181
    POWER_FAILURE = 182
    POWER_RESTORED = 184
    AUX_SWITCH = 202  # parameter: 1 on, 0 off
    SPLIT_FIRST = 300  # to 315: seconds of phase 1 to 16 in the cycle that ended (MAXTIME)
    ACTUAL_CYCLE = 316  # seconds (MAXTIME)
    SPLIT_LAST = 317
    ACTUAL_OFFSET = 318  # seconds (MAXTIME)


LAST_STANDARD_CODE: Final = 218
