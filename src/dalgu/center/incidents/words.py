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
