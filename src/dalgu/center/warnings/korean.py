"""The Korean ways out: CAP 1.1 for broadcasters, and a text for phones.

KS X ITU-T X.1303:2007 is CAP 1.1 as it stands; Korean comes first, English after it. The limits
of a cell broadcast text are recalled from the rules of the ministry (90 signs for phones before
LTE, 157 for later ones) and are to be confirmed: the adapter only records what it would send.
"""

from dataclasses import dataclass

import msgspec

from dalgu.center.warnings.cap.message import Alert
from dalgu.center.warnings.cap.words import Version
from dalgu.center.warnings.cap.writing import as_version, write
from dalgu.center.warnings.content import Content
from dalgu.center.warnings.office import Office
from dalgu.kernel.text import Language

SHORT_SIGNS = 90  # recalled, to be confirmed
LONG_SIGNS = 157  # recalled, to be confirmed


@dataclass(frozen=True, slots=True)
class CellText:
    """A text as a phone shows it, and how long it is."""

    text: str
    signs: int
    limit: int

    @property
    def fits(self) -> bool:
        """Whether it is not cut."""
        return self.signs <= self.limit


def broadcast(alert: Alert) -> bytes:
    """Return a message by the broadcast profile: CAP 1.1, Korean before English."""
    told = as_version(alert, Version.CAP11)
    infos = sorted(told.infos, key=lambda info: not (info.language or "").startswith("ko"))
    return write(msgspec.structs.replace(told, infos=tuple(infos)))


def cell_text(content: Content, office: Office, language: Language) -> CellText:
    """Return the text for phones; who sends it stands at its end, as in Korean ones."""
    words = content.ko if language == "ko" else content.en
    said = (words.cell or words.headline).strip()
    name = office.name_ko.split(" ")[0] if language == "ko" else office.name_en.split(" ")[0]
    text = f"{said} [{name}]"
    return CellText(text, len(text), LONG_SIGNS)
