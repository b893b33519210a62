"""What is written of questions: votes stand under a voice of one question, never an account."""

from datetime import date

import msgspec


class Asked(msgspec.Struct, frozen=True, tag="asked"):
    """A question was put to everybody."""

    number: int
    title: str
    about: str = ""
    about_of: str = ""  # the subject that it belongs to, as "proposal:12"
    closes_on: date | None = None


class Stated(msgspec.Struct, frozen=True, tag="stated"):
    """Somebody put a statement to the question; it waits until it is let in."""

    number: int
    statement: int
    text: str
    is_seed: bool = False  # by who asked: stands at once


class LetIn(msgspec.Struct, frozen=True, tag="let_in"):
    """A statement stands for voting."""

    number: int
    statement: int


class TakenOut(msgspec.Struct, frozen=True, tag="taken_out"):
    """A statement is no longer voted on, and why; `same_as` names one that says the same."""

    number: int
    statement: int
    reason: str
    same_as: int | None = None


class Voted(msgspec.Struct, frozen=True, tag="voted"):
    """A voice agrees (1), disagrees (-1) or passes (0); a later vote replaces an earlier one."""

    number: int
    statement: int
    voice: str
    value: int


class Grouped(msgspec.Struct, frozen=True, tag="grouped"):
    """Groups were formed anew from the first `votes` votes, without the statements in `out`.

    The book alone says which votes each step saw, so the same groups come of it again.
    """

    number: int
    votes: int
    out: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """Voting is over; what the city makes of it."""

    number: int
    summary: str = ""


OpinionDeed = Asked | Stated | LetIn | TakenOut | Voted | Grouped | Closed
