"""The closed lists of CAP, by version."""

from enum import StrEnum
from typing import Final


class Version(StrEnum):
    """The versions in use; 1.1 is the Korean broadcast standard KS X ITU-T X.1303:2007."""

    CAP10 = "1.0"
    CAP11 = "1.1"
    CAP12 = "1.2"

    @property
    def namespace(self) -> str:
        """The namespace of the version's elements."""
        return NAMESPACES[self]


NAMESPACES: Final = {
    Version.CAP10: "http://www.incident.com/cap/1.0",
    Version.CAP11: "urn:oasis:names:tc:emergency:cap:1.1",
    Version.CAP12: "urn:oasis:names:tc:emergency:cap:1.2",
}
VERSIONS: Final = {namespace: version for version, namespace in NAMESPACES.items()}
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"  # the one other namespace 1.2 takes


class Status(StrEnum):
    """How a message is to be handled."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class Kind(StrEnum):
    """What a message is to those before it (`msgType`)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Severity(StrEnum):
    """How grave it is, the gravest first."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Urgency(StrEnum):
    """How soon somebody must act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is; 1.0 says "Very Likely" in place of the first."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


_ALL: Final = frozenset(Version)
_LATER: Final = frozenset({Version.CAP11, Version.CAP12})
_NEWEST: Final = frozenset({Version.CAP12})


def _words(*always: str, **later: frozenset[Version]) -> dict[Version, frozenset[str]]:
    return {
        version: frozenset(always) | {word for word, since in later.items() if version in since}
        for version in Version
    }


STATUSES = _words("Actual", "Exercise", "System", "Test", Draft=_LATER)
KINDS = _words("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = _words("Public", "Restricted", "Private")
CATEGORIES = _words(
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "Other", CBRNE=_LATER,
)  # fmt: skip
RESPONSES = _words(
    "Shelter", "Evacuate", "Prepare", "Execute", "Monitor", "Assess", "None",
    Avoid=_NEWEST, AllClear=_NEWEST,
)  # fmt: skip
URGENCIES = _words(*Urgency)
SEVERITIES = _words(*Severity)
CERTAINTIES = {
    Version.CAP10: frozenset({"Very Likely", "Likely", "Possible", "Unlikely", "Unknown"}),
    Version.CAP11: frozenset(Certainty),
    Version.CAP12: frozenset(Certainty),
}
