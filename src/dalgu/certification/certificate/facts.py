"""What a certificate states, as it is printed, embedded in the file and read back."""

from datetime import date
from enum import StrEnum

import msgspec

from dalgu.certification.framework.model import OfficialStatus
from dalgu.kernel.text import Text


class ObjectType(StrEnum):
    """What can be certified (Act on smart cities, art. 32)."""

    CITY = "city"
    INFRASTRUCTURE = "infrastructure"
    SERVICE = "service"
    OTHER = "other"


class CertificateFacts(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="format",
    tag="dalgu-certificate-1",
):
    """All that a certificate states.

    `expires_on` is the last day on which it counts. `official_status` is that of the framework
    which points and grade stand on: the paper says so. `score_digest` is the SHA-256 of the
    frozen score, `framework_hash` that of the framework's content.
    """

    number: str  # as 2026-0001
    title: Text  # "스마트도시 인증서", "Smart City Certificate"
    city: Text
    object_type: ObjectType
    programme: Text  # "시범인증", "Pilot certification"
    legal_effect: bool  # False: a pilot, which gives no right to the mark
    legal_basis: Text
    framework: str  # kr-scc-2021
    framework_title: Text
    framework_hash: str
    official_status: OfficialStatus
    grade: int
    points: float
    total_points: float
    reference_on: date  # the day that the score speaks of
    issued_on: date
    expires_on: date
    score_digest: str
    verification_address: str  # where anybody may ask how the certificate stands


def canonical(value: msgspec.Struct) -> bytes:
    """Return a value as the one JSON text that is signed: keys sorted, no spaces."""
    return msgspec.json.encode(value, order="sorted")
