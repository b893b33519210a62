"""The recount: anybody checks a published box with nothing but the file and the city's public key.

It recomputes the chain, its signature, every token's signature, that no token was used twice and
each receipt is of its token, that every ballot carries marks that the box takes, and the tally.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots import blind
from dalgu.services.citizens.ballots.box import Box, check_box, check_marks
from dalgu.services.citizens.ballots.published import (
    FIRST,
    FORMAT,
    BallotLine,
    BoxLine,
    HeadLine,
    Line,
    ballot_digest,
    counted,
    head_words,
    link,
    public_bytes,
    receipt_code,
    token_key_bytes,
    token_parts,
)
from dalgu.services.citizens.ballots.refusals import BallotInvalid, BoxInvalid, RecountFailed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


@dataclass(frozen=True, slots=True)
class Recount:
    """What a file that holds says."""

    box: BoxLine
    head: HeadLine
    ballots: tuple[BallotLine, ...]

    @property
    def signed_by(self) -> str:
        """The public key that signed it, base64: compare it with the one the city publishes."""
        return self.box.signed_by

    def find(self, receipt: str) -> BallotLine | None:
        """Return the ballot of a receipt."""
        wanted = receipt.strip().upper()
        return next((one for one in self.ballots if one.receipt == wanted), None)


def recount(content: bytes, key: str = "") -> Recount:
    """Return what a published file says when all of it holds.

    Parameters
    ----------
    content
        The file.
    key
        The city's public key as it publishes it (Ed25519, base64). Without one the file is held
        to the key that it names itself: then compare that with the published one.

    Raises
    ------
    RecountFailed
        With the first line that does not hold, and why.

    """
    lines = _read(content)
    first, ballots, head = _parts(lines)
    _check_chain(lines)
    _check_signature(first, head, key or first.signed_by, len(lines))
    _check_ballots(first, ballots)
    _check_head(first, ballots, head)
    return Recount(first, head, tuple(ballots))


def box_of(first: BoxLine) -> Box:
    """Return the box that a first line describes; raise `RecountFailed`."""
    title = Text(first.title.get("ko", ""), first.title.get("en", ""))
    kind = first.kind
    if kind not in ("choice", "approval", "scores"):
        raise RecountFailed(1, f"kind '{kind[:20]}' does not exist")
    box = Box(first.id, title, kind, first.options, first.most, first.scale)  # type: ignore[arg-type]
    try:
        return check_box(box)
    except BoxInvalid as why:
        raise RecountFailed(1, why.detail) from None


def _read(content: bytes) -> list[Line]:
    if not content.endswith(b"\n"):
        raise RecountFailed(content.count(b"\n") + 1, "the file is cut off")
    lines: list[Line] = []
    decode = msgspec.json.Decoder(Line).decode
    for number, raw in enumerate(content[:-1].split(b"\n"), 1):
        try:
            line = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise RecountFailed(number, "it is no line of a published box") from None
        if msgspec.json.encode(line) != raw:
            raise RecountFailed(number, "it is not written as the city writes it")
        lines.append(line)
    return lines


def _parts(lines: Sequence[Line]) -> tuple[BoxLine, list[BallotLine], HeadLine]:
    first, last = lines[0], lines[-1]
    if not isinstance(first, BoxLine) or first.format != FORMAT:
        raise RecountFailed(1, f"it does not begin a file of format '{FORMAT}'")
    if not isinstance(last, HeadLine):
        raise RecountFailed(len(lines), "the last line, with the signature, is not there")
    ballots = []
    for number, line in enumerate(lines[1:-1], 2):
        if not isinstance(line, BallotLine):
            raise RecountFailed(number, "it is no ballot")
        ballots.append(line)
    return first, ballots, last


def _check_chain(lines: Sequence[Line]) -> None:
    before = FIRST
    for number, line in enumerate(lines, 1):
        if link(before, line) != line.digest:
            raise RecountFailed(number, "its digest does not follow from the line and those before")
        before = line.digest


def _check_signature(first: BoxLine, head: HeadLine, key: str, number: int) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if first.signed_by != key:
        raise RecountFailed(1, "it was signed by another key than the one the city publishes")
    try:
        public = Ed25519PublicKey.from_public_bytes(public_bytes(key))
        public.verify(b64decode(head.signature, validate=True), head_words(head.digest))
    except (InvalidSignature, ValueError):
        raise RecountFailed(number, "the signature does not hold") from None


def _check_ballots(first: BoxLine, ballots: Sequence[BallotLine]) -> None:
    box, key, before = box_of(first), _token_key(first), ""
    for number, ballot in enumerate(ballots, 2):
        if ballot.receipt <= before:
            raise RecountFailed(number, "its receipt is there twice or out of order")
        before = ballot.receipt
        parts = token_parts(ballot.token)
        if parts is None or not blind.verify(key, *parts):
            raise RecountFailed(number, "its token was not signed for this box")
        if receipt_code(first.id, parts[0]) != ballot.receipt:
            raise RecountFailed(number, "its receipt is not that of its token")
        if ballot_digest(first.id, ballot.receipt, ballot.token, ballot.marks) != ballot.ballot:
            raise RecountFailed(number, "its marks are not those that the receipt promised")
        try:
            canonical = check_marks(box, ballot.marks)
        except BallotInvalid as why:
            raise RecountFailed(number, why.detail) from None
        if list(canonical) != list(ballot.marks):
            raise RecountFailed(number, "its marks are out of order")


def _check_head(first: BoxLine, ballots: Sequence[BallotLine], head: HeadLine) -> None:
    number = len(ballots) + 2
    if head.box != first.id:
        raise RecountFailed(number, "it closes another box")
    if head.ballots != len(ballots):
        raise RecountFailed(number, f"it says {head.ballots} ballots; there are {len(ballots)}")
    if head.tokens < head.ballots:
        raise RecountFailed(number, "there are more ballots than tokens were handed out")
    if head.tally != counted(first.options, (one.marks for one in ballots)):
        raise RecountFailed(number, "the tally is not that of the ballots")


def _token_key(first: BoxLine) -> "RSAPublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(token_key_bytes(first.token_key))
    except (ValueError, UnsupportedAlgorithm):
        raise RecountFailed(1, "it names no key for tokens") from None
    if not isinstance(key, RSAPublicKey) or key.key_size != blind.KEY_BITS:
        raise RecountFailed(1, "the key of its tokens is of the wrong kind")
    return key
