"""Decentralised notifications (DENM): a caution at one place for a few seconds.

ETSI EN 302 637-3 V1.3.1 with the data dictionary ETSI TS 102 894-2 V1.3.1, UPER.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from dalgu.services.traffic.v2x import encoders
from dalgu.services.traffic.v2x.encoders import Fields, present

PROTOCOL_VERSION = 2
DENM_MESSAGE_ID = 1
ITS_EPOCH = datetime(2004, 1, 1, tzinfo=UTC)
LEAP_SECONDS = 5  # since the epoch, which TimestampIts counts and UTC does not; none after 2016
ROADSIDE_UNIT = 15  # StationType
UNKNOWN_AXIS = 4095  # SemiAxisLength and HeadingValue 3601: unavailable
UNKNOWN_HEADING = 3601
UNKNOWN_ALTITUDE = 800_001
DEGREE = 10_000_000


class Cause(IntEnum):
    """What is announced (TS 102 894-2, CauseCodeType)."""

    HUMAN_PRESENCE_ON_ROAD = 12
    COLLISION_RISK = 97


CROSSING_COLLISION = 2  # CollisionRiskSubCauseCode
VULNERABLE_ROAD_USER = 4
CHILDREN_ON_ROADWAY = 1  # HumanPresenceOnTheRoadSubCauseCode


@dataclass(frozen=True, slots=True)
class Notification:
    """One DENM: who announces what, where, since when and for how long.

    `quality` 0 (unknown) to 7; `position_m` is the radius that holds the event with 95 %;
    `heading_deg` (clockwise from north, steps of 0.1) of the traffic that it concerns.
    """

    station: int
    sequence: int
    detected_at: datetime
    referenced_at: datetime
    lon: float
    lat: float
    cause: int
    subcause: int = 0
    quality: int = 0
    valid_s: int = 600
    position_m: float | None = None
    heading_deg: float | None = None
    cancels: bool = False


def encode_denm(notification: Notification) -> bytes:
    """Return the UPER octets of a DENM.

    Raises
    ------
    V2xNotInstalled, V2xValueOutOfRange
        When pycrate is not installed; when a value does not fit its field.
    """
    return encoders.encode("DENM", denm_fields(notification))


def decode_denm(octets: bytes) -> Notification:
    """Return what a DENM announces.

    Raises
    ------
    V2xFrameInvalid, V2xContentNotCarried
        When the octets are no DENM; when it holds a part that `Notification` does not carry.
    """
    fields = encoders.decode("DENM", octets)
    denm = fields["denm"]
    encoders.refuse_unknown("DENM", denm, frozenset({"management", "situation", "location"}))
    management, situation = denm["management"], denm.get("situation", _NO_SITUATION)
    encoders.refuse_unknown("A DENM's management", management, _MANAGEMENT)
    encoders.refuse_unknown("A DENM's situation", situation, _SITUATION)
    position = management["eventPosition"]
    return Notification(
        station=management["actionID"]["originatingStationID"],
        sequence=management["actionID"]["sequenceNumber"],
        detected_at=_instant(management["detectionTime"]),
        referenced_at=_instant(management["referenceTime"]),
        lon=position["longitude"] / DEGREE,
        lat=position["latitude"] / DEGREE,
        cause=situation["eventType"]["causeCode"],
        subcause=situation["eventType"]["subCauseCode"],
        quality=situation["informationQuality"],
        valid_s=management.get("validityDuration", 600),
        position_m=_radius(position["positionConfidenceEllipse"]["semiMajorConfidence"]),
        heading_deg=_heading(denm.get("location", {})),
        cancels=management.get("termination") == "isCancellation",
    )


def denm_fields(notification: Notification) -> Fields:
    """Return the fields of the message by the names of the standard."""
    told = notification
    return {
        "header": {
            "protocolVersion": PROTOCOL_VERSION,
            "messageID": DENM_MESSAGE_ID,
            "stationID": told.station,
        },
        "denm": present(
            management=_management(told),
            situation={
                "informationQuality": told.quality,
                "eventType": {"causeCode": int(told.cause), "subCauseCode": told.subcause},
            },
            location=None if told.heading_deg is None else _location(told.heading_deg),
        ),
    }


def _management(told: Notification) -> Fields:
    return present(
        actionID={"originatingStationID": told.station, "sequenceNumber": told.sequence},
        detectionTime=_timestamp(told.detected_at),
        referenceTime=_timestamp(told.referenced_at),
        termination="isCancellation" if told.cancels else None,
        eventPosition=_position(told),
        validityDuration=told.valid_s,
        stationType=ROADSIDE_UNIT,
    )


def _position(told: Notification) -> Fields:
    axis = UNKNOWN_AXIS if told.position_m is None else round(told.position_m * 100)
    return {
        "latitude": round(told.lat * DEGREE),
        "longitude": round(told.lon * DEGREE),
        "positionConfidenceEllipse": {
            "semiMajorConfidence": axis,
            "semiMinorConfidence": axis,
            "semiMajorOrientation": UNKNOWN_HEADING if told.position_m is None else 0,
        },
        "altitude": {"altitudeValue": UNKNOWN_ALTITUDE, "altitudeConfidence": "unavailable"},
    }


def _location(heading_deg: float) -> Fields:
    return {
        "eventPositionHeading": {
            "headingValue": round(heading_deg * 10) % 3600,
            "headingConfidence": 127,  # unavailable
        },
        "traces": [[]],  # mandatory; an empty path: the event stands where it is
    }


def _heading(location: Fields) -> float | None:
    heading = location.get("eventPositionHeading")
    return None if heading is None else heading["headingValue"] / 10


def _radius(axis: int) -> float | None:
    return None if axis == UNKNOWN_AXIS else axis / 100


def _timestamp(instant: datetime) -> int:
    since = instant - ITS_EPOCH + timedelta(seconds=LEAP_SECONDS)
    return since // timedelta(milliseconds=1)


def _instant(timestamp: int) -> datetime:
    return ITS_EPOCH + timedelta(milliseconds=timestamp) - timedelta(seconds=LEAP_SECONDS)


_NO_SITUATION: Fields = {
    "informationQuality": 0,
    "eventType": {"causeCode": 0, "subCauseCode": 0},
}
_SITUATION = frozenset({"informationQuality", "eventType"})
_MANAGEMENT = frozenset(
    {"actionID", "detectionTime", "referenceTime", "termination", "eventPosition"}
    | {"validityDuration", "stationType"}
)
