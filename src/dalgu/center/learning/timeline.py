"""The timeline of an incident: every entry of the book about it, in words and with its proof."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

import msgspec

from dalgu.access.logbook import Entry
from dalgu.center.incidents.state import Incident
from dalgu.center.learning.sealed import Proof, first_broken, proofs
from dalgu.center.learning.telling import fields_of, room_of, said, tag_of
from dalgu.center.rooms import Rooms
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso, local
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.text import Language

FORM = "dalgu-center-timeline/1"
COLUMNS = ("seq", "at", "localTime", "room", "deed", "actor", "words", "drill", "digest", "before")


class TimelineUnreadable(InvalidInput):
    """A file is no timeline of this form."""

    slug = "timeline-unreadable"
    title = "The file is no timeline"

    def __init__(self) -> None:
        super().__init__(
            f"The file must be a timeline in JSON of the form '{FORM}', as it was exported."
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words, with what proves it."""

    entry: Entry
    words: str
    room: str
    proof: Proof


class _Exported(msgspec.Struct):
    form: str
    entries: list["_Entry"]


class _Entry(msgspec.Struct):
    seq: int
    at: datetime
    room: str
    deed: str
    actor: str
    fields: dict[str, JSON]
    proof: Proof

    @property
    def is_its_proof(self) -> bool:
        """Whether what is shown is what was sealed."""
        sealed = msgspec.json.decode(self.proof.content, type=_Sealed)
        shown = (self.seq, self.at, self.room, self.actor, {**self.fields, "type": self.deed})
        return shown == (self.proof.seq, self.proof.at, sealed.room, sealed.actor, sealed.deed)


class _Sealed(msgspec.Struct):
    room: str
    actor: str
    deed: dict[str, JSON]


def timeline(incident: Incident, rooms: Rooms, language: Language) -> list[Line]:
    """Return everything that the book holds about an incident, oldest first."""
    entries = rooms.ground.logbook.about(incident.id)
    proved = proofs(rooms.ground.store, [one.seq for one in entries])
    return [
        Line(entry, said(entry, rooms, language), room_of(entry, language), proof)
        for entry, proof in zip(entries, proved, strict=True)
    ]


def exported(incident: Incident, lines: list[Line], rooms: Rooms) -> Document:
    """Return a timeline as JSON that a third party can check."""
    head = rooms.ground.logbook.sealed_head()
    return {
        "form": FORM,
        "incident": incident.id,
        "number": incident.number,
        "isDrill": incident.is_drill,
        "drill": incident.drill,
        "origin": incident.origin,
        "title": {"ko": incident.title.ko, "en": incident.title.en},
        "howToCheck": (
            "digest = SHA-256(before as 32 bytes + seq as 8 bytes big-endian + at in microseconds "
            "since 1970 as 8 bytes big-endian + seal as text + content as text in UTF-8); or: "
            "dalgu center check FILE"
        ),
        "head": None if head is None else {"seq": head.seq, "digest": head.digest},
        "entries": [
            {
                "seq": line.entry.seq,
                "at": iso(line.entry.at),
                "room": line.entry.room,
                "deed": tag_of(line.entry),
                "actor": line.entry.actor,
                "words": line.words,
                "fields": fields_of(line.entry),
                "proof": line.proof,
            }
            for line in lines
        ],
    }


def as_csv(incident: Incident, lines: list[Line]) -> str:
    """Return a timeline as a table for spreadsheets; its digests are those of the JSON."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")  # RFC 4180
    table.writerow(COLUMNS)
    for line in lines:
        entry = line.entry
        here = f"{local(entry.at):%Y-%m-%d %H:%M:%S}"
        drill = "drill" if incident.is_drill else ""
        words = _harmless(line.words)
        table.writerow(
            (entry.seq, iso(entry.at), here, entry.room, tag_of(entry), entry.actor, words, drill,
             line.proof.digest, line.proof.before)
        )  # fmt: skip
    return written.getvalue()


def check_export(file: bytes) -> tuple[int, int | None]:
    """Return how many entries an exported timeline holds, and the first that does not hold.

    Raises
    ------
    TimelineUnreadable
        When the file is no timeline in JSON.

    """
    try:
        read = msgspec.json.decode(file, type=_Exported)
        broken = first_broken([one.proof for one in read.entries])
        other = next((one.seq for one in read.entries if not one.is_its_proof), None)
    except (msgspec.DecodeError, ValueError):  # also a digest that is no hexadecimal number
        raise TimelineUnreadable from None
    if read.form != FORM:
        raise TimelineUnreadable
    return len(read.entries), min((one for one in (broken, other) if one is not None), default=None)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
