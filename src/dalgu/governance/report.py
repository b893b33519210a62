"""What became of a file: every rejected row with its number, column, value and reason."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dalgu.governance.errors import ReportFormUnknown
from dalgu.hub.model import Document
from dalgu.kernel.text import Text

REPORT_FORMS = ("csv", "json")
SHOWN_VALUE = 80


@dataclass(frozen=True, slots=True)
class Rejection:
    """One reason why one row cannot be used; a cell that names a person is never shown."""

    row: int
    column: Text
    value: str
    reason: Text


@dataclass(slots=True)
class Report:
    """What became of a file: `rows == created + updated + unchanged + rejected`.

    With `is_stored` false nothing was written: it was a trial, or a strict import with a rejected
    row; the counts say what would have become of the rows. `closed` and `deleted` are entries
    that a full export no longer has; `kept_back` says why they were left alone.
    """

    register: str
    file: str
    sha256: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    closed: int = 0
    deleted: int = 0
    kept_back: Text | None = None
    is_stored: bool = True
    elapsed_s: float = 0.0

    @property
    def rejected(self) -> int:
        """Return how many rows could not be used."""
        return len({one.row for one in self.rejections})

    @property
    def stored(self) -> int:
        """Return how many rows were new or changed an entry."""
        return self.created + self.updated

    def document(self) -> Document:
        """Return the report as a JSON object."""
        return {
            "register": self.register,
            "file": self.file,
            "sha256": self.sha256,
            "stored": self.is_stored,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "closed": self.closed,
            "deleted": self.deleted,
            "keptBack": None if self.kept_back is None else _both(self.kept_back),
            "ignoredColumns": list(self.ignored),
            "rejections": [
                {
                    "row": one.row,
                    "column": _both(one.column),
                    "value": one.value,
                    "reason": _both(one.reason),
                }
                for one in self.rejections
            ],
        }


def report_form(path: Path) -> str:
    """Return the form that a report's name asks for; raise `ReportFormUnknown`."""
    form = path.suffix.lower().removeprefix(".")
    if form not in REPORT_FORMS:
        raise ReportFormUnknown(form or path.name, REPORT_FORMS)
    return form


def written(report: Report, form: str) -> bytes:
    """Return a report as a file: JSON whole, or a CSV of its rejections that Excel opens."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(report.document()), indent=2) + b"\n"
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("행 / row", "열", "column", "값 / value", "사유", "reason"))
    for one in report.rejections:
        writer.writerow(
            (
                one.row,
                one.column.ko,
                one.column.en,
                inert(one.value),
                one.reason.ko,
                one.reason.en,
            )
        )
    return text.getvalue().encode("utf-8-sig")


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> inert("=HYPERLINK(1)"), inert("-3"), inert("plain")
    ("'=HYPERLINK(1)", '-3', 'plain')
    """
    is_number = text[:1] in "+-" and text[1:].replace(".", "", 1).isdigit()
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and not is_number else text


def shown(value: object) -> str:
    """Return a cell as a report shows it."""
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN_VALUE else f"{text[: SHOWN_VALUE - 1]}…"


def _both(text: Text) -> Document:
    return {"ko": text.ko, "en": text.en}
