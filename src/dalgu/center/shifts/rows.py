"""The log as screens take it: plain JSON in one language."""

from dalgu.center.shifts.log import Line
from dalgu.center.shifts.shifts import Outcome
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language
from dalgu.web.language import phrase, refusal


def row(line: Line) -> Document:
    """Return one entry."""
    said = line.said
    return {
        "key": said.key,
        "seq": line.seq,
        "shift": said.shift,
        "at": iso(said.at),
        "receivedAt": iso(line.received_at),
        "actor": line.actor,
        "category": said.category,
        "text": said.text,
        "incident": said.incident,
        "strikes": said.strikes,
        "struckBy": line.struck_by,
        "isLate": said.is_late,
    }


def told(outcome: Outcome, language: Language) -> Document:
    """Return what became of an entry, and the words for whoever wrote it."""
    said: Document = {"key": outcome.key, "fate": outcome.fate, "conflicts": []}
    if outcome.line is not None:
        said["entry"] = row(outcome.line)
    if outcome.refusal is not None:
        said["refusal"] = refusal(language, outcome.refusal) or outcome.refusal.detail
        said["type"] = outcome.refusal.problem_type
    said["conflicts"] = [phrase(language, f"shifts.conflict.{one}") for one in outcome.conflicts]
    return said
