"""The published count of a box: one JSON object a line, chained and signed, for anybody.

The first line says what was voted on and which key signs tokens; one line follows for each
ballot, in the order of their receipts, which are random: so no line tells when it was cast; the
last says how many tokens were handed out, what each option got, and signs the chain. Each line's
`digest` is SHA-256 over the digest before it and the line's other members exactly as written.
"""

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from dalgu.services.citizens.ballots.box import Box, Marks, tally

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "dalgu-ballots-1"
TOKEN_BYTES = 64  # 32 of the prefix, 32 of chance
SIGNATURE_BYTES = 256
CODE_SIGNS = 20  # 100 bits
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U


class BoxLine(msgspec.Struct, frozen=True, tag="box", tag_field="line", forbid_unknown_fields=True):
    """The first line."""

    format: str
    id: str
    title: dict[str, str]
    kind: str
    options: tuple[str, ...]
    most: int
    scale: tuple[int, int]
    token_key: str  # SPKI, base64
    signed_by: str  # Ed25519 public key, base64
    digest: str = ""


class BallotLine(
    msgspec.Struct, frozen=True, tag="ballot", tag_field="line", forbid_unknown_fields=True
):
    """One ballot. `token` is the token's message with its signature, base64url."""

    receipt: str
    token: str
    marks: dict[str, int]
    ballot: str  # its own digest: what the receipt promised
    digest: str = ""


class HeadLine(
    msgspec.Struct, frozen=True, tag="head", tag_field="line", forbid_unknown_fields=True
):
    """The last line. `signature` is Ed25519 over the chain's digest up to here."""

    box: str
    closed_at: datetime
    tokens: int  # handed out: no more ballots than these
    ballots: int
    tally: dict[str, dict[str, int]]
    digest: str = ""
    signature: str = ""


Line = BoxLine | BallotLine | HeadLine
FIRST = "0" * 64


def token_text(prepared: bytes, signature: bytes) -> str:
    """Return a token as it travels."""
    return urlsafe_b64encode(prepared + signature).rstrip(b"=").decode()


def token_parts(token: str) -> tuple[bytes, bytes] | None:
    """Return message and signature of a token, `None` when it is cut or made up."""
    try:
        whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(whole) != TOKEN_BYTES + SIGNATURE_BYTES or token_text(whole, b"") != token:
        return None
    return whole[:TOKEN_BYTES], whole[TOKEN_BYTES:]


def receipt_code(box: str, prepared: bytes) -> str:
    """Return the receipt of a token in a box: the voter can work it out before voting.

    >>> receipt_code("b", bytes(64))
    'TC4EV-43ENN-X3N7N-QT2E4'
    """
    digest = hashlib.sha256(f"receipt {box}\n".encode() + prepared).digest()
    number = int.from_bytes(digest) >> (256 - 5 * CODE_SIGNS)
    signs = "".join(_ALPHABET[number >> 5 * n & 31] for n in reversed(range(CODE_SIGNS)))
    return "-".join(signs[n : n + 5] for n in range(0, CODE_SIGNS, 5))


def ballot_digest(box: str, code: str, token: str, marks: Marks) -> str:
    """Return what a receipt promises: the digest of box, receipt, token and marks."""
    said = msgspec.json.encode([box, code, token, dict(marks)])
    return hashlib.sha256(said).hexdigest()


def promise(box: str, code: str, digest: str) -> bytes:
    """Return the words that the city signs on a receipt."""
    return f"dalgu receipt\n{box}\n{code}\n{digest}".encode()


def head_words(digest: str) -> bytes:
    """Return the words that the city signs under a chain."""
    return f"dalgu ballots head\n{digest}".encode()


def link(before: str, line: Line) -> str:
    """Return the digest of a line, without what it says of itself, after the one before it."""
    bare = msgspec.structs.replace(line, digest="")
    if isinstance(bare, HeadLine):
        bare = msgspec.structs.replace(bare, signature="")
    return hashlib.sha256(before.encode() + msgspec.json.encode(bare)).hexdigest()


def public_text(key: "Ed25519PrivateKey") -> str:
    """Return the public key of the city's signatures, base64."""
    return b64encode(key.public_key().public_bytes_raw()).decode()


def public_bytes(text: str) -> bytes:
    """Return the public key that a text holds; raise `ValueError` for another text."""
    return b64decode(text, validate=True)


def box_line(box: Box, token_key: str, signed_by: str) -> BoxLine:
    """Return the first line of a box's file."""
    title = {"ko": box.title.ko, "en": box.title.en}
    return BoxLine(
        FORMAT, box.id, title, box.kind, box.options, box.most, box.scale, token_key, signed_by
    )


def counted(options: Iterable[str], ballots: Iterable[Marks]) -> dict[str, dict[str, int]]:
    """Return the tally as it is written."""
    return {option: asdict(got) for option, got in tally(options, ballots).items()}


def published(
    first: BoxLine,
    ballots: Iterable[BallotLine],
    head: HeadLine,
    key: "Ed25519PrivateKey",
) -> tuple[bytes, str]:
    """Return the file of a closed box and the digest of its chain's head."""
    lines, before = [], FIRST
    for line in _in_order(first, ballots, head):
        before = link(before, line)
        whole = msgspec.structs.replace(line, digest=before)
        if isinstance(whole, HeadLine):
            signature = b64encode(key.sign(head_words(before))).decode()
            whole = msgspec.structs.replace(whole, signature=signature)
        lines.append(msgspec.json.encode(whole) + b"\n")
    return b"".join(lines), before


def token_key_bytes(text: str) -> bytes:
    """Return the DER of a token key as it is written."""
    return b64decode(text)


def _in_order(first: BoxLine, ballots: Iterable[BallotLine], head: HeadLine) -> Iterator[Line]:
    yield first
    yield from sorted(ballots, key=lambda one: one.receipt)
    yield head
