"""What is written of ballot boxes: never who voted, what was voted, or when."""

from datetime import datetime
from typing import Literal

import msgspec


class BoxOpened(msgspec.Struct, frozen=True, tag="box.opened"):
    """A box takes ballots from now on; `token_key` signs its tokens (SPKI, base64)."""

    box: str
    title_ko: str
    title_en: str
    kind: Literal["choice", "approval", "scores"]
    options: tuple[str, ...]
    most: int
    scale: tuple[int, int]
    closes_at: datetime | None
    token_key: str


class BoxClosedFor(msgspec.Struct, frozen=True, tag="box.closed"):
    """A box takes no more ballots; `file` names what was published of it, kept in the hub."""

    box: str
    ballots: int
    tokens: int  # handed out
    digest: str  # the head of its chain
    file: str


BallotDeed = BoxOpened | BoxClosedFor
