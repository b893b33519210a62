"""Sign texts as sign controllers take them: MULTI, the mark-up of message signs.

NTCIP 1203 version 3, section 6: [pt] how long a page stands in tenths of a second, [jl3] lines in
the middle, [nl] a new line, [np] a new page; a bracket in the text is doubled.
"""

from collections.abc import Sequence

from dalgu.services.traffic.dispersion.messages import Phase

TENTHS = 10


def multi(phases: Sequence[Phase]) -> str:
    """Return a message in MULTI.

    >>> multi([Phase(("CRASH", "ROAD CLOSED"), 3.0), Phase(("USE DONGDAEGU-RO",), 2.0)])
    '[pt30o0][jl3]CRASH[nl]ROAD CLOSED[np][pt20o0][jl3]USE DONGDAEGU-RO'
    """
    return "[np]".join(
        f"[pt{round(phase.shown_s * TENTHS)}o0][jl3]" + "[nl]".join(map(_plain, phase.lines))
        for phase in phases
    )


def _plain(line: str) -> str:
    return line.replace("[", "[[").replace("]", "]]")
