"""Names of groups that stay: a group keeps its letter while most of it stays together."""

from collections.abc import Mapping, Set
from itertools import count


def carried(before: Mapping[str, Set[str]], now: Mapping[int, Set[str]]) -> dict[int, str]:
    """Return a letter for each group: of the group before that it shares most people with.

    Pairs are taken by the number of people in common, largest first; a group that comes of none
    gets the first letter that no group has or had just before, and new conversations name the
    largest group A.
    """
    pairs = sorted(
        ((-len(people & members), letter, id_)
         for letter, people in before.items() for id_, members in now.items()),
    )  # fmt: skip
    named: dict[int, str] = {}
    for common, letter, id_ in pairs:
        if common and id_ not in named and letter not in named.values():
            named[id_] = letter
    taken = set(named.values()) | set(before)
    free = (letter for letter in map(_letter, count()) if letter not in taken)
    for id_ in sorted(now, key=lambda one: (-len(now[one]), one)):
        if id_ not in named:
            named[id_] = next(free)
    return named


def _letter(number: int) -> str:
    letter = chr(ord("A") + number % 26)
    return letter if number < 26 else f"{letter}{number // 26 + 1}"
