"""Ways to falsify the published count of a ballot box, for outsiders and for insiders.

An outsider edits bytes or lines. An insider also makes the chain, counts and tally right again,
signs with a key of his own, or even with the city's: then no token of his holds.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dalgu.services.citizens.ballots import published
from dalgu.services.citizens.ballots.published import BallotLine, BoxLine, HeadLine, Line


@dataclass(frozen=True)
class Case:
    """Two boxes as the city published them, and the city's key for the worst of insiders."""

    file: bytes
    other: bytes  # another box of the same city, open to other voices
    city_key: Ed25519PrivateKey

    def lines(self) -> list[bytes]:
        return self.file[:-1].split(b"\n")

    def decoded(self) -> tuple[BoxLine, list[BallotLine], HeadLine]:
        return decoded(self.file)


Tampering = Callable[[Case, np.random.Generator], bytes]


def decoded(file: bytes) -> tuple[BoxLine, list[BallotLine], HeadLine]:
    lines = [msgspec.json.decode(raw, type=Line) for raw in file[:-1].split(b"\n")]
    return lines[0], lines[1:-1], lines[-1]


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"


def _ballot_at(lines: list[bytes], chance: np.random.Generator) -> int:
    return int(chance.integers(1, len(lines) - 1))


def flip_a_bit(case: Case, chance: np.random.Generator) -> bytes:
    body = bytearray(case.file)
    body[chance.integers(len(body))] ^= 1 << int(chance.integers(8))
    return bytes(body)


def change_a_mark(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    at = _ballot_at(lines, chance)
    whole = json.loads(lines[at])
    options = list(json.loads(lines[0])["options"])
    whole["marks"] = {str(chance.choice([one for one in options if one not in whole["marks"]])): 1}
    lines[at] = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return _joined(lines)


def rewrite_a_line(case: Case, chance: np.random.Generator) -> bytes:
    """Say the same in other words: blanks, or members in another order."""
    lines = case.lines()
    at = int(chance.integers(len(lines)))
    whole = json.loads(lines[at])
    if chance.random() < 0.5:
        lines[at] = json.dumps(whole, ensure_ascii=False).encode()
    else:
        turned = dict(reversed(whole.items()))
        lines[at] = json.dumps(turned, ensure_ascii=False, separators=(",", ":")).encode()
    return _joined(lines)


def remove_a_ballot(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    del lines[_ballot_at(lines, chance)]
    return _joined(lines)


def insert_a_ballot(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    whole = json.loads(lines[_ballot_at(lines, chance)])
    whole["receipt"] = published.receipt_code("made up", chance.bytes(64))
    whole["token"] = published.token_text(chance.bytes(64), chance.bytes(256))
    made = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    lines.insert(_ballot_at(lines, chance), made)
    return _joined(lines)


def duplicate_a_ballot(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    lines.insert(_ballot_at(lines, chance), lines[_ballot_at(lines, chance)])
    return _joined(lines)


def swap_two_ballots(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    one, other = chance.choice(np.arange(1, len(lines) - 1), 2, replace=False)
    lines[one], lines[other] = lines[other], lines[one]
    return _joined(lines)


def truncate(case: Case, chance: np.random.Generator) -> bytes:
    return case.file[: int(chance.integers(len(case.file)))]


def truncate_between_lines(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    return _joined(lines[: int(chance.integers(1, len(lines)))])


def append_more(case: Case, chance: np.random.Generator) -> bytes:
    lines = case.lines()
    return case.file + lines[int(chance.integers(len(lines)))] + b"\n"


def take_the_head_of_another_box(case: Case, chance: np.random.Generator) -> bytes:
    return _joined([*case.lines()[:-1], case.other[:-1].split(b"\n")[-1]])


def move_a_ballot_from_another_box(case: Case, chance: np.random.Generator) -> bytes:
    lines, others = case.lines(), case.other[:-1].split(b"\n")
    lines[_ballot_at(lines, chance)] = others[_ballot_at(others, chance)]
    return _joined(lines)


# -- insiders: they make everything right again that takes no key ---------------------------------


def _made_right(
    first: BoxLine, ballots: list[BallotLine], head: HeadLine, key: Ed25519PrivateKey
) -> bytes:
    redone = [
        msgspec.structs.replace(
            one, ballot=published.ballot_digest(first.id, one.receipt, one.token, one.marks)
        )
        for one in ballots
    ]
    tally = published.counted(first.options, (one.marks for one in redone))
    head = msgspec.structs.replace(
        head, ballots=len(redone), tally=tally, tokens=max(head.tokens, len(redone))
    )
    return published.published(first, redone, head, key)[0]


def _kept_signature(case: Case, made: bytes) -> bytes:
    """Put the true signature under a forged chain."""
    lines = made[:-1].split(b"\n")
    head = msgspec.json.decode(lines[-1], type=HeadLine)
    true = case.decoded()[2].signature
    lines[-1] = msgspec.json.encode(msgspec.structs.replace(head, signature=true))
    return _joined(lines)


def _with_other_marks(case: Case, chance: np.random.Generator) -> list[BallotLine]:
    first, ballots, _ = case.decoded()
    at = int(chance.integers(len(ballots)))
    left = [one for one in first.options if one not in ballots[at].marks]
    ballots[at] = msgspec.structs.replace(ballots[at], marks={str(chance.choice(left)): 1})
    return ballots


def change_a_mark_and_chain_again(case: Case, chance: np.random.Generator) -> bytes:
    first, _, head = case.decoded()
    ballots = _with_other_marks(case, chance)
    return _kept_signature(case, _made_right(first, ballots, head, case.city_key))


def remove_and_chain_again(case: Case, chance: np.random.Generator) -> bytes:
    first, ballots, head = case.decoded()
    del ballots[int(chance.integers(len(ballots)))]
    return _kept_signature(case, _made_right(first, ballots, head, case.city_key))


def sign_with_another_key(case: Case, chance: np.random.Generator) -> bytes:
    first, _, head = case.decoded()
    key = Ed25519PrivateKey.from_private_bytes(chance.bytes(32))
    return _made_right(first, _with_other_marks(case, chance), head, key)


def sign_with_another_key_and_name_it(case: Case, chance: np.random.Generator) -> bytes:
    first, _, head = case.decoded()
    key = Ed25519PrivateKey.from_private_bytes(chance.bytes(32))
    own = b64encode(key.public_key().public_bytes_raw()).decode()
    named = msgspec.structs.replace(first, signed_by=own)
    return _made_right(named, _with_other_marks(case, chance), head, key)


def insert_with_the_city_key(case: Case, chance: np.random.Generator) -> bytes:
    first, ballots, head = case.decoded()
    prepared = chance.bytes(64)
    token = published.token_text(prepared, chance.bytes(256))
    code = published.receipt_code(first.id, prepared)
    ballots.append(BallotLine(code, token, ballots[0].marks, ""))
    return _made_right(first, ballots, head, case.city_key)


def use_a_token_twice_with_the_city_key(case: Case, chance: np.random.Generator) -> bytes:
    first, ballots, head = case.decoded()
    one = ballots[int(chance.integers(len(ballots)))]
    code = published.receipt_code("again", chance.bytes(64))
    ballots.append(msgspec.structs.replace(one, receipt=code))
    return _made_right(first, ballots, head, case.city_key)


def move_between_boxes_with_the_city_key(case: Case, chance: np.random.Generator) -> bytes:
    first, ballots, head = case.decoded()
    theirs = decoded(case.other)[1]
    one = theirs[int(chance.integers(len(theirs)))]
    prepared, _ = published.token_parts(one.token)
    code = published.receipt_code(first.id, prepared)
    ballots.append(msgspec.structs.replace(one, receipt=code))
    return _made_right(first, ballots, head, case.city_key)


def miscount_with_the_city_key(case: Case, chance: np.random.Generator) -> bytes:
    first, ballots, head = case.decoded()
    option = str(chance.choice(first.options))
    tally = {key: dict(got) for key, got in head.tally.items()}
    tally[option]["ballots"] += int(chance.integers(1, 9))
    wrong = msgspec.structs.replace(head, tally=tally)
    return published.published(first, ballots, wrong, case.city_key)[0]


TAMPERINGS: tuple[Tampering, ...] = (
    flip_a_bit, change_a_mark, rewrite_a_line, remove_a_ballot, insert_a_ballot,
    duplicate_a_ballot, swap_two_ballots, truncate, truncate_between_lines, append_more,
    take_the_head_of_another_box, move_a_ballot_from_another_box, change_a_mark_and_chain_again,
    remove_and_chain_again, sign_with_another_key, sign_with_another_key_and_name_it,
    insert_with_the_city_key, use_a_token_twice_with_the_city_key,
    move_between_boxes_with_the_city_key, miscount_with_the_city_key,
)  # fmt: skip
