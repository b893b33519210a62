"""Votes and statements as files in the form of Polis, so that others can compute them again.

Participants are numbered anew for each file of a question, in an order that only the key of this
city knows: neither the order of arrival nor two questions can be joined. Cells of statements on
which fewer than five voted are empty, and so is the group of whoever is in a small one.
"""

import csv
import io
from collections.abc import Callable

from dalgu.kernel.clock import local
from dalgu.services.citizens.opinions.kept import Kept
from dalgu.services.citizens.opinions.opinions import LEAST_GROUPED
from dalgu.services.citizens.opinions.question import Question, Standing
from dalgu.services.citizens.opinions.refusals import TooFewForExport
from dalgu.services.citizens.opinions.shown import LEAST_SHOWN

MODERATED = {Standing.OPEN: 1, Standing.WAITING: 0, Standing.OUT: -1}


def participants_votes(question: Question, kept: Kept, hashed: Callable[[str], str]) -> str:
    """Return `participants-votes.csv`: one row for each participant, one column a statement.

    Raises
    ------
    TooFewForExport
        When so few took part that a row would be somebody.
    """
    if question.participants < LEAST_GROUPED:
        raise TooFewForExport(LEAST_GROUPED)
    group = {voice: letter for letter, voices in kept.members.items()
             if len(voices) >= LEAST_SHOWN for voice in voices}  # fmt: skip
    counts = _counts(question)
    columns = [n for n in sorted(question.statements) if sum(counts[n]) >= LEAST_SHOWN]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    writer.writerow([*head, *columns])
    voices = sorted(question.voted, key=lambda voice: hashed(f"{question.subject}|{voice}"))
    for number, voice in enumerate(voices):
        votes = [question.voted[voice].get(column) for column in columns]
        known = [one for one in votes if one is not None]
        row = [number, group.get(voice, ""), "", len(known), known.count(1), known.count(-1)]
        writer.writerow([*row, *("" if one is None else one for one in votes)])
    return out.getvalue()


def comments(question: Question, hidden: Callable[[int], bool]) -> str:
    """Return `comments.csv`: the statements. Who wrote them is left out, and so is the hour."""
    counts = _counts(question)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees",
                     "moderated", "comment-body"])  # fmt: skip
    for one in question.statements.values():
        agrees, passes, disagrees = counts[one.number]
        few = agrees + passes + disagrees < LEAST_SHOWN
        day = local(one.at).replace(hour=0, minute=0, second=0, microsecond=0)
        gone = one.standing is Standing.OUT or hidden(one.number)
        text = "" if gone or one.standing is Standing.WAITING else one.text
        tally = ("", "") if few else (agrees, disagrees)
        stamp = int(day.timestamp() * 1_000)
        moderated = -1 if gone else MODERATED[one.standing]
        writer.writerow([stamp, day.date().isoformat(), one.number, "", *tally, moderated, text])
    return out.getvalue()


def _counts(question: Question) -> dict[int, tuple[int, int, int]]:
    """Return agrees, passes and disagrees of each statement."""
    said: dict[int, list[int]] = {number: [] for number in question.statements}
    for votes in question.voted.values():
        for statement, value in votes.items():
            said[statement].append(value)
    return {number: (some.count(1), some.count(0), some.count(-1)) for number, some in said.items()}
