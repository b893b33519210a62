"""What the clocks write down: that somebody was reminded, that a breach went up the chain."""

from datetime import date

import msgspec


class Reminded(msgspec.Struct, frozen=True, tag="reminded"):
    """So much of a term has passed: the department was told."""

    rule: str
    started: date
    department: str
    share: float
    due: date | None


class Escalated(msgspec.Struct, frozen=True, tag="escalated"):
    """A term is overdue: the next of its chain was told."""

    rule: str
    started: date
    department: str
    step: int  # 1 is the first of the chain
    to_ko: str
    to_en: str
    days_over: int


ClockDeed = Reminded | Escalated
"""All that the room of clocks writes; the subject is that of what is owed."""
