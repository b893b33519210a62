"""The kinds of interval on a controller's timeline, and which event begins each."""

from enum import StrEnum
from typing import Final

from dalgu.devices.signals.codes import EventCode as Code

PHASE_WAIT: Final = 901  # of no controller: a wait is told by two events of different codes


class Kind(StrEnum):
    """What an interval is."""

    PHASE_WAIT = "Phase Wait"
    TRANSITION = "Transition"
    TRANSITION_LONGWAY = "Transition Longway"
    TRANSITION_SHORTWAY = "Transition Shortway"
    TRANSITION_DWELL = "Transition Dwell"
    PREEMPT = "Preempt"
    OTHER_FAULT = "Other"
    WATCHDOG = "Watchdog"
    STUCK_OFF = "Stuck Off"
    STUCK_ON = "Stuck On"
    ERRATIC = "Erratic"
    PED_SERVICE = "Ped Service"
    PED_DELAY = "Ped Delay"
    PED_DETECTOR_FAILED = "Ped Detector Failed"
    PATTERN_CHANGE = "Pattern Change"
    CYCLE_LENGTH_CHANGE = "Cycle Length Change"
    OFFSET_CHANGE = "Offset Change"
    SPLIT = "Split"
    PHASE_CALL = "Phase Call"
    PHASE_HOLD = "Phase Hold"
    PHASE_OMIT = "Phase Omit"
    PED_OMIT = "Ped Omit"
    FYA = "FYA"
    OVERLAP_PED = "Overlap Ped"
    OVERLAP_GREEN = "Overlap Green"
    OVERLAP_TRAIL_GREEN = "Overlap Trail Green"
    OVERLAP_YELLOW = "Overlap Yellow"
    OVERLAP_RED = "Overlap Red"
    GREEN = "Green"
    YELLOW = "Yellow"
    RED = "Red"
    TSP_CALL = "TSP Call"
    TSP_ADJUSTMENT = "TSP Adjustment"
    TSP_SERVICE = "TSP Service"
    TSP_DETECTOR = "TSP Detector"
    SPECIAL_FUNCTION = "Special Function"
    ADVANCE_WARNING_PHASE = "Advance Warning Phase"
    ADVANCE_WARNING_OVERLAP = "Advance Warning Overlap"
    MANUAL_CONTROL = "Manual Control"
    INTERVAL_ADVANCE = "Interval Advance"
    STOP_TIME = "Stop Time Input"
    AUX_SWITCH = "Aux Switch"
    POWER_FAILURE = "Power Failure"
    POWER_RESTORED = "Power Restored"
    CLOCK_UPDATE = "Clock Update"
    ALARM_GROUP = "Alarm Group State"
    CYCLE_FAULT = "Cycle Fault"
    COORD_FAULT = "Coord Fault"
    COORD_FAIL = "Coord Fail"
    CYCLE_FAIL = "Cycle Fail"
    MMU_FLASH = "MMU Flash"
    LOCAL_FLASH = "Local Flash"
    FLASH_OTHER = "Flash - Other"
    FLASH_NOT = "Flash - Not Flash"
    FLASH_AUTOMATIC = "Flash - Automatic"
    FLASH_LOCAL_MANUAL = "Flash - Local Manual"
    FLASH_FAULT_MONITOR = "Flash - Fault Monitor"
    FLASH_MMU = "Flash - MMU"
    FLASH_STARTUP = "Flash - Startup"
    FLASH_PREEMPT = "Flash - Preempt"


KINDS: Final = tuple(Kind)
NUMBER: Final = {kind: position for position, kind in enumerate(KINDS)}

KIND_OF: Final = {
    PHASE_WAIT: Kind.PHASE_WAIT,
    Code.PREEMPT_CALL_ON: Kind.PREEMPT,
    Code.DETECTOR_FAULT: Kind.OTHER_FAULT,
    Code.DETECTOR_WATCHDOG: Kind.WATCHDOG,
    Code.DETECTOR_OPEN_LOOP: Kind.STUCK_OFF,
    Code.DETECTOR_SHORTED_LOOP: Kind.STUCK_ON,
    Code.DETECTOR_EXCESSIVE_CHANGE: Kind.ERRATIC,
    Code.PED_BEGIN_WALK: Kind.PED_SERVICE,
    Code.PATTERN_CHANGE: Kind.PATTERN_CHANGE,
    Code.PHASE_ON: Kind.SPLIT,
    Code.CALL_REGISTERED: Kind.PHASE_CALL,
    Code.FYA_BEGIN: Kind.FYA,
    Code.OVERLAP_WALK: Kind.OVERLAP_PED,
    Code.TSP_CHECK_IN: Kind.TSP_CALL,
    Code.TSP_EARLY_GREEN: Kind.TSP_ADJUSTMENT,
    Code.TSP_EXTEND_GREEN: Kind.TSP_ADJUSTMENT,
    Code.TSP_SERVICE_START: Kind.TSP_SERVICE,
    Code.TSP_SERVICE_END: Kind.TSP_SERVICE,
    Code.TSP_DETECTOR_ON: Kind.TSP_DETECTOR,
    Code.TSP_DETECTOR_OFF: Kind.TSP_DETECTOR,
    Code.BEGIN_GREEN: Kind.GREEN,
    Code.BEGIN_YELLOW: Kind.YELLOW,
    Code.BEGIN_RED_CLEARANCE: Kind.RED,
    Code.SPECIAL_FUNCTION_ON: Kind.SPECIAL_FUNCTION,
    Code.ADVANCE_WARNING_PHASE_ON: Kind.ADVANCE_WARNING_PHASE,
    Code.ADVANCE_WARNING_OVERLAP_ON: Kind.ADVANCE_WARNING_OVERLAP,
    Code.PED_DETECTOR_ON: Kind.PED_DELAY,
    Code.OVERLAP_GREEN: Kind.OVERLAP_GREEN,
    Code.OVERLAP_TRAIL_GREEN: Kind.OVERLAP_TRAIL_GREEN,
    Code.OVERLAP_YELLOW: Kind.OVERLAP_YELLOW,
    Code.OVERLAP_RED: Kind.OVERLAP_RED,
    Code.HOLD_ACTIVE: Kind.PHASE_HOLD,
    Code.OMIT_ON: Kind.PHASE_OMIT,
    Code.PED_OMIT_ON: Kind.PED_OMIT,
    Code.MANUAL_CONTROL: Kind.MANUAL_CONTROL,
    Code.INTERVAL_ADVANCE: Kind.INTERVAL_ADVANCE,
    Code.STOP_TIME: Kind.STOP_TIME,
    Code.POWER_FAILURE: Kind.POWER_FAILURE,
    Code.POWER_RESTORED: Kind.POWER_RESTORED,
    Code.AUX_SWITCH: Kind.AUX_SWITCH,
    Code.CYCLE_LENGTH_CHANGE: Kind.CYCLE_LENGTH_CHANGE,
    Code.OFFSET_CHANGE: Kind.OFFSET_CHANGE,
    Code.CLOCK_UPDATED: Kind.CLOCK_UPDATE,
    Code.PED_DETECTOR_FAILED: Kind.PED_DETECTOR_FAILED,
    Code.ALARM_GROUP: Kind.ALARM_GROUP,
}

TRANSITION_KINDS: Final = {
    2: Kind.TRANSITION_LONGWAY,
    3: Kind.TRANSITION_SHORTWAY,
    4: Kind.TRANSITION_DWELL,
}
ALARM_KINDS: Final = (  # by bit of the parameter, the lowest first
    Kind.CYCLE_FAULT,
    Kind.COORD_FAULT,
    Kind.COORD_FAIL,
    Kind.CYCLE_FAIL,
    Kind.MMU_FLASH,
    Kind.LOCAL_FLASH,
)
FLASH_KINDS: Final = (  # by parameter, from 1 on
    Kind.FLASH_OTHER,
    Kind.FLASH_NOT,
    Kind.FLASH_AUTOMATIC,
    Kind.FLASH_LOCAL_MANUAL,
    Kind.FLASH_FAULT_MONITOR,
    Kind.FLASH_MMU,
    Kind.FLASH_STARTUP,
    Kind.FLASH_PREEMPT,
)
