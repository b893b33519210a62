"""What can happen to a grant of images: each a struct with a tag, kept in the center's book.

The subject of each is the incident that the grant is for.
"""

from datetime import datetime

import msgspec


class Granted(msgspec.Struct, frozen=True, tag="granted"):
    """Somebody may look through some cameras, for a purpose and a while."""

    grant: str
    receiver: str  # code of an agency
    desk: str  # which desk or post there; never a person's name
    purpose: str
    cameras: tuple[str, ...]  # ids of their Device entities
    until: datetime
    digest: str  # of the secret in the link; the secret itself is shown once


class Revoked(msgspec.Struct, frozen=True, tag="revoked"):
    """Somebody took it back before its time."""

    grant: str
    reason: str = ""


class Expired(msgspec.Struct, frozen=True, tag="expired"):
    """Its time was over, or the incident it was for."""

    grant: str
    reason: str  # time or incident


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """Its holder looked through a camera for the first time."""

    grant: str
    camera: str


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """One of the center's own looked through a camera without the blur."""

    camera: str
    purpose: str


CameraDeed = Granted | Revoked | Expired | Opened | Looked
