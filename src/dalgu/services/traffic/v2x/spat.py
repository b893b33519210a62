"""Signal phase and timing (SPAT): what each signal group shows and until when.

Times within an hour are seconds after the full hour in UTC, in steps of 0.1 s (SAE J2735,
TimeMark); the minute of the year counts from 1 January (MinuteOfTheYear).
"""

from dataclasses import dataclass
from enum import StrEnum

from dalgu.services.traffic.v2x import encoders
from dalgu.services.traffic.v2x.encoders import Fields, present
from dalgu.services.traffic.v2x.frames import MessageId, unwrap, wrap
from dalgu.services.traffic.v2x.refusals import V2xFrameInvalid

TIME_UNKNOWN_S = 3600.1  # SAE J2735, TimeMark 36001: undefined or unknown
TIME_PAST_HOUR_S = 3600.0  # 36000: more than an hour ahead
STATUS_BITS = 16


class MovementPhase(StrEnum):
    """What a signal group shows (SAE J2735, MovementPhaseState)."""

    UNAVAILABLE = "unavailable"
    DARK = "dark"
    STOP_THEN_PROCEED = "stop-Then-Proceed"
    STOP_AND_REMAIN = "stop-And-Remain"
    PRE_MOVEMENT = "pre-Movement"
    PERMISSIVE_ALLOWED = "permissive-Movement-Allowed"
    PROTECTED_ALLOWED = "protected-Movement-Allowed"
    PERMISSIVE_CLEARANCE = "permissive-clearance"
    PROTECTED_CLEARANCE = "protected-clearance"
    CAUTION_CONFLICTING_TRAFFIC = "caution-Conflicting-Traffic"


@dataclass(frozen=True, slots=True)
class Timing:
    """When the shown phase ends, in seconds after the full hour; absent where unknown.

    `confidence` is the standard's class 0-15 of how sure the likely time is.
    """

    min_end_s: float
    max_end_s: float | None = None
    start_s: float | None = None
    likely_s: float | None = None
    confidence: int | None = None
    next_s: float | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """One signal group: what it shows, and until when."""

    signal_group: int
    phase: MovementPhase
    timing: Timing | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class IntersectionState:
    """One intersection at one moment; `status` holds the standard's 16 status bits.

    `millisecond` is that of the current minute, 0-59,999 (DSecond).
    """

    id: int
    revision: int
    movements: tuple[Movement, ...]
    minute_of_year: int | None = None
    millisecond: int | None = None
    status: int = 0
    region: int | None = None
    enabled_lanes: tuple[int, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Spat:
    """A SPAT message."""

    intersections: tuple[IntersectionState, ...]
    minute_of_year: int | None = None
    name: str | None = None


def encode_spat(spat: Spat) -> bytes:
    """Return the whole frame of a SPAT message.

    Raises
    ------
    V2xNotInstalled, V2xValueOutOfRange
        When pycrate is not installed; when a value does not fit its field.
    """
    fields = present(
        timeStamp=spat.minute_of_year,
        name=spat.name,
        intersections=[_state_fields(state) for state in spat.intersections],
    )
    return wrap(MessageId.SPAT, encoders.encode("SPAT", fields))


def decode_spat(frame: bytes) -> Spat:
    """Return the SPAT message of a whole frame.

    Raises
    ------
    V2xFrameInvalid, V2xContentNotCarried
        When the octets are no SPAT frame; when it holds a part that `Spat` does not carry.
    """
    number, octets = unwrap(frame)
    if number != MessageId.SPAT:
        raise V2xFrameInvalid(f"message number {number} is not SPAT")
    fields = encoders.decode("SPAT", octets)
    encoders.refuse_unknown("SPAT", fields, frozenset({"timeStamp", "name", "intersections"}))
    return Spat(
        tuple(_state(state) for state in fields["intersections"]),
        fields.get("timeStamp"),
        fields.get("name"),
    )


def _state_fields(state: IntersectionState) -> Fields:
    return present(
        name=state.name,
        id=present(region=state.region, id=state.id),
        revision=state.revision,
        status=(state.status, STATUS_BITS),
        moy=state.minute_of_year,
        timeStamp=state.millisecond,
        enabledLanes=list(state.enabled_lanes),
        states=[_movement_fields(movement) for movement in state.movements],
    )


def _movement_fields(movement: Movement) -> Fields:
    event = present(
        eventState=movement.phase.value,
        timing=None if movement.timing is None else _timing_fields(movement.timing),
    )
    return {
        **present(movementName=movement.name),
        "signalGroup": movement.signal_group,
        "state-time-speed": [event],
    }


def _timing_fields(timing: Timing) -> Fields:
    return present(
        startTime=_mark(timing.start_s),
        minEndTime=_mark(timing.min_end_s),
        maxEndTime=_mark(timing.max_end_s),
        likelyTime=_mark(timing.likely_s),
        confidence=timing.confidence,
        nextTime=_mark(timing.next_s),
    )


_STATE = frozenset(
    {"name", "id", "revision", "status", "moy", "timeStamp", "enabledLanes", "states"}
)
_MOVEMENT = frozenset({"movementName", "signalGroup", "state-time-speed"})
_TIMING = frozenset(
    {"startTime", "minEndTime", "maxEndTime", "likelyTime", "confidence", "nextTime"}
)


def _state(fields: Fields) -> IntersectionState:
    encoders.refuse_unknown("An intersection state", fields, _STATE)
    return IntersectionState(
        id=fields["id"]["id"],
        revision=fields["revision"],
        movements=tuple(_movement(movement) for movement in fields["states"]),
        minute_of_year=fields.get("moy"),
        millisecond=fields.get("timeStamp"),
        status=fields["status"][0],
        region=fields["id"].get("region"),
        enabled_lanes=tuple(fields.get("enabledLanes", ())),
        name=fields.get("name"),
    )


def _movement(fields: Fields) -> Movement:
    encoders.refuse_unknown("A movement state", fields, _MOVEMENT)
    event, *later = fields["state-time-speed"]
    if later:
        # Lists of later phases are rare in the field; refusing is better than losing them.
        raise V2xFrameInvalid("a movement lists more than its current phase")
    encoders.refuse_unknown("A movement event", event, frozenset({"eventState", "timing"}))
    timing = event.get("timing")
    return Movement(
        fields["signalGroup"],
        MovementPhase(event["eventState"]),
        None if timing is None else _timing(timing),
        fields.get("movementName"),
    )


def _timing(fields: Fields) -> Timing:
    encoders.refuse_unknown("A timing", fields, _TIMING)
    return Timing(
        min_end_s=fields["minEndTime"] / 10,
        max_end_s=_seconds(fields.get("maxEndTime")),
        start_s=_seconds(fields.get("startTime")),
        likely_s=_seconds(fields.get("likelyTime")),
        confidence=fields.get("confidence"),
        next_s=_seconds(fields.get("nextTime")),
    )


def _mark(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 10)


def _seconds(mark: int | None) -> float | None:
    return None if mark is None else mark / 10
