"""The closed sets of words about incidents."""

from enum import StrEnum


class Status(StrEnum):
    """How far an incident has come; each step has who and when."""

    RAISED = "raised"
    SEEN = "seen"
    ASSIGNED = "assigned"
    IN_HAND = "in_hand"
    CLOSED = "closed"


class Priority(StrEnum):
    """How soon somebody must act (EEMUA 191: about 5, 15 and 80 % of all alarms)."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Part(StrEnum):
    """What a person is in one incident (Incident Command System)."""

    COMMANDER = "commander"
    OPERATOR = "operator"
    LIAISON = "liaison"
    OBSERVER = "observer"


class Outcome(StrEnum):
    """What an incident turned out to be."""

    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    NO_ACTION = "no_action"
    MERGED = "merged"


class Readiness(StrEnum):
    """Where a team, a vehicle or a piece of equipment is."""

    FREE = "free"
    REQUESTED = "requested"
    ON_THE_WAY = "on_the_way"
    ON_SITE = "on_site"
    RELEASED = "released"


class AidStatus(StrEnum):
    """How far a request for mutual aid has come."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ARRIVED = "arrived"
    RETURNED = "returned"
