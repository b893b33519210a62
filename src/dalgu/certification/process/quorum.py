"""Exact two-thirds rules of a committee (guideline art. 4, 4, and art. 5).

A meeting opens when at least two thirds of the seated members attend. Seated are all whose term
runs on that day; a member who is barred from one case is still seated, and attends the meeting.
A motion is carried when at least two thirds of those attending vote for it. On a motion, whoever
is barred from its case does not attend: they neither vote nor are counted. An abstention is
attendance without a vote for it. Two thirds are rounded up: seven members need five.
"""

from collections import Counter
from collections.abc import Collection, Mapping

import msgspec

from dalgu.certification.process.words import Vote

LARGEST_COMMITTEE = 9


class Tally(msgspec.Struct, frozen=True):
    """How a motion came out, with the numbers it stands on."""

    members: int
    present: int
    barred: int  # of those present
    needed: int
    votes_for: int
    votes_against: int
    abstained: int
    carried: bool


def two_thirds(count: int) -> int:
    """Return the least whole number that is at least two thirds.

    >>> [two_thirds(count) for count in range(5, 10)]
    [4, 4, 5, 6, 6]
    """
    return -(-2 * count // 3)


def is_open(members: int, present: int) -> bool:
    """Tell whether a meeting may open.

    >>> is_open(9, 6), is_open(9, 5)
    (True, False)
    """
    return members > 0 and present >= two_thirds(members)


def tally(
    members: Collection[str],
    present: Collection[str],
    barred: Collection[str],
    votes: Mapping[str, Vote],
) -> Tally:
    """Count a motion; who is present and has not voted abstains, and votes of others are void."""
    attending = set(members) & set(present)
    voting = attending - set(barred)
    counted = Counter(vote for person, vote in votes.items() if person in voting)
    needed = two_thirds(len(voting))
    carried = is_open(len(members), len(attending)) and bool(voting) and counted[Vote.FOR] >= needed
    return Tally(
        members=len(members),
        present=len(attending),
        barred=len(attending) - len(voting),
        needed=needed,
        votes_for=counted[Vote.FOR],
        votes_against=counted[Vote.AGAINST],
        abstained=len(voting) - counted[Vote.FOR] - counted[Vote.AGAINST],
        carried=carried,
    )
