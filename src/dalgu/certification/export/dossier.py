"""What an export tells of one city under one framework: plain values that the caller gathers."""

from datetime import date, datetime

import msgspec

from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.measurement import Maturity, Measurement
from dalgu.certification.plausibility import Finding
from dalgu.kernel.text import Text


class Counted(msgspec.Struct, frozen=True):
    """One variable of a measurement: its value, and the questions to the hub that gave it."""

    name: str
    text: Text
    unit: str
    value: float | None
    queries: tuple[str, ...] = ()
    row_count: int | None = None
    rows_sha256: str = ""


class File(msgspec.Struct, frozen=True):
    """One piece of evidence that was handed in, and the indicators it speaks for."""

    sha256: str
    title: str
    indicators: tuple[str, ...]
    issuer: str = ""
    dated: date | None = None
    pages: str = ""  # "3-5, 12"
    kind: str = ""  # ordinance, minutes, budget


class Entry(msgspec.Struct, frozen=True):
    """One indicator: what was measured or reviewed, and what it earned.

    `points` is None where nothing was scored; `most` is what could be had, 0 in that case too.
    """

    indicator: Indicator
    measurement: Measurement | None = None
    maturity: Maturity | None = None
    level: float | None = None  # that counts, of a qualitative indicator
    points: float | None = None
    most: float = 0.0
    why: Text = Text("", "")  # it earned what it did, where that asks for words
    variables: tuple[Counted, ...] = ()

    @property
    def value(self) -> float | None:
        """The measured value, or the level that counts."""
        return self.level if self.measurement is None else self.measurement.value

    @property
    def share(self) -> float | None:
        """Share 0 to 1 of the points that could be had; None where nothing was scored."""
        return self.points / self.most if self.points is not None and self.most else None


class Total(msgspec.Struct, frozen=True):
    """A sum of points: of an item, an area or the whole."""

    code: str
    name: Text
    points: float
    most: float
    share: float | None


class Dossier(msgspec.Struct, frozen=True):
    """A city under a framework at a reference date."""

    framework: Framework
    content_hash: str
    city: str  # code
    city_name: Text
    reference: datetime
    entries: tuple[Entry, ...]
    totals: tuple[Total, ...] = ()  # items, areas, the whole last
    grade: Text = Text("", "")  # empty: the framework has none
    files: tuple[File, ...] = ()
    questions: tuple[Finding, ...] = ()  # of a verifier, about the values
