"""How the center's papers look: words in one language, frame of each page, drill mark, tables."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from dalgu.center.learning.account import Account
from dalgu.center.learning.timeline import Line
from dalgu.certification.papers.document import Story, paragraph, table
from dalgu.certification.papers.fonts import BOLD, REGULAR, load_fonts, printable
from dalgu.certification.papers.sheet import GREY, HEIGHT, INK, NAVY, PALE, RED, WIDTH
from dalgu.certification.papers.text import escaped
from dalgu.cities import City
from dalgu.kernel.clock import local
from dalgu.kernel.text import Language
from dalgu.web.language import catalogue, phrase

MARGIN, FOOT = 45.0, 46.0
SIZE = 8.5
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


class Look:
    """The words of a paper in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def phrase(self, key: str, **values: object) -> str:
        """Return a phrase of the room."""
        return phrase(self.language, f"learning.{key}", **values)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase of papers."""
        return self.phrase(f"paper.{key}", **values)

    def word(self, group: str, value: str) -> str:
        """Return a word of a closed set, itself where the catalogue has none."""
        return catalogue(self.language).get(f"learning.word.{group}.{value}", value)

    def at(self, at: datetime | None) -> str:
        """Return an instant in local time, to the second."""
        return "–" if at is None else f"{local(at):%Y-%m-%d %H:%M:%S}"

    def short(self, at: datetime | None, account: Account) -> str:
        """Return an instant without its day where that is the day of the incident."""
        day = local(account.incident.raised_at).date()
        is_same = at is not None and local(at).date() == day
        return f"{local(at):%H:%M:%S}" if at is not None and is_same else self.at(at)

    def span(self, seconds: float | None) -> str:
        """Return a span in its two largest units."""
        return span_words(seconds, self.language)

    def heads(self, *keys: str) -> list[list[Any]]:
        """Return the row of heads of a table."""
        return [[paragraph(f"<b>{escaped(self.say(key))}</b>", 8) for key in keys]]

    def line(self, line: Line, *, with_room: bool) -> list[Any]:
        """Return an entry as a row: number, time, its room where asked, words, who."""
        entry = line.entry
        cells = [bare(str(entry.seq)), bare(self.at(entry.at))]
        if with_room:
            cells.append(bare(escaped(line.room)))
        return [*cells, bare(escaped(line.words)), bare(escaped(entry.actor), 7)]

    def table_or_none(
        self,
        title: str,
        heads: Sequence[Sequence[Any]],
        rows: Sequence[Sequence[Any]],
        shares: Sequence[float],
        width: float,
    ) -> Story:
        """Return a section with its table, or with the word that there is none."""
        if not rows:
            return [heading(title), note(self.say("none"))]
        return [heading(title), table(heads, rows, shares, width)]

    def warnings(self, account: Account) -> Story:
        """Return what a reader must know first: that it was a drill, or synthetic."""
        told = []
        if account.incident.is_drill:
            told.append(self.say("drill_long"))
        if account.incident.origin == "synthetic":
            told.append(self.say("synthetic_long"))
        look = {"textColor": RED, "spaceAfter": 6}
        return [paragraph(f"<b>{escaped(one)}</b>", 10, **look) for one in told]


class Filed:
    """A paper of many pages about an incident."""

    def __init__(self, account: Account, city: City, look: Look) -> None:
        self.account, self.city, self.look = account, city, look
        self._pages = 0

    def build(self, story: Callable[[float], Story]) -> bytes:
        """Return the PDF; the story is told twice: first to count the pages."""
        load_fonts()
        width = WIDTH - 2 * MARGIN
        self._print(story(width))
        return self._print(story(width))

    def _print(self, story: Story) -> bytes:
        from reportlab.platypus import (  # type: ignore[import-untyped]  # ships no types
            BaseDocTemplate,
            Frame,
            PageTemplate,
        )

        written, incident = BytesIO(), self.account.incident
        height = HEIGHT - 2 * MARGIN - FOOT
        frame = Frame(MARGIN, MARGIN + FOOT, WIDTH - 2 * MARGIN, height, 0, 0, 0, 0)
        title = f"{self.look.say('title')} {incident.number} · {incident.title.say(self.language)}"
        template = BaseDocTemplate(
            written,
            pagesize=(WIDTH, HEIGHT),
            pageTemplates=[PageTemplate("page", [frame], onPageEnd=self._frame)],
            invariant=1,
            initialFontName=REGULAR,
            title=title,
            author=f"{self.city.name.say(self.language)} {self.look.say('filed')}",
            creator="Dalgu",
            lang="ko-KR" if self.language == "ko" else "en",
        )
        template.build(story)
        self._pages = template.page
        return written.getvalue()

    @property
    def language(self) -> Language:
        """The language of the paper."""
        return self.look.language

    def _frame(self, canvas: Any, template: Any) -> None:
        """Draw the foot of a page, and over a drill's the mark that nobody can miss."""
        say, lines = self.look.say, self.account.lines
        canvas.saveState()
        if self.account.incident.is_drill:
            _mark(canvas, say("drill"))
        canvas.setStrokeColor(NAVY)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, MARGIN + 30, WIDTH - MARGIN, MARGIN + 30)
        digest = lines[-1].proof.digest if lines else "–"
        first, last = (lines[0].entry.seq, lines[-1].entry.seq) if lines else (0, 0)
        told = (
            say("sealed", first=first, last=last, digest=digest),
            say("check", number=self.account.incident.number),
            say("made", at=self.look.at(self.account.made_at)),
        )
        canvas.setFillColor(GREY)
        canvas.setFont(REGULAR, 6.6)
        for down, text in enumerate(told):
            canvas.drawString(MARGIN, MARGIN + 20 - 9 * down, printable(text))
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 8.5)
        page = f"{template.page} / {self._pages or template.page}"
        canvas.drawRightString(WIDTH - MARGIN, MARGIN + 2, page)
        canvas.restoreState()


def _mark(canvas: Any, text: str) -> None:
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(48)
    canvas.setFillColor(RED)
    canvas.setFillAlpha(0.09)
    canvas.setFont(BOLD, 150)
    canvas.drawCentredString(0, -45, printable(text))
    canvas.restoreState()


def bare(markup: str, size: float = SIZE, **look: Any) -> Any:
    """Return a wrapped text in the size of tables."""
    return paragraph(markup, size, **look)


def note(text: str) -> Any:
    """Return a small grey text."""
    return paragraph(escaped(text), 7.6, textColor=GREY)


def heading(text: str) -> Any:
    """Return a heading, which stays with what follows."""
    look = {"textColor": NAVY, "spaceBefore": 13, "spaceAfter": 5, "keepWithNext": 1}
    return paragraph(f"<b>{escaped(text)}</b>", 12, **look)


def listing(rows: Sequence[tuple[str, str]], look: Look, width: float) -> Any:
    """Return a table of labels and values."""
    cells = [
        [paragraph(f"<b>{escaped(look.say(label))}</b>", 8.5), paragraph(escaped(value), 9.5)]
        for label, value in rows
    ]
    framed = [("BACKGROUND", (0, 0), (0, -1), PALE)]
    return table((), cells, (18, 82), width, styles=framed)


def spans_words(look: Look, key: str, seconds: float | None, **more: object) -> str:
    """Return a sentence about a span, empty where there is none."""
    return "" if seconds is None else look.say(key, span=look.span(seconds), **more)


def span_words(seconds: float | None, language: Language) -> str:
    """Return a span in its two largest units.

    >>> span_words(3725, "en"), span_words(45, "ko"), span_words(None, "en")
    ('1 h 2 min', '45초', '–')
    """
    if seconds is None:
        return "–"
    whole = round(seconds)
    sizes = ((DAY_S, "일", "d"), (HOUR_S, "시간", "h"), (MINUTE_S, "분", "min"), (1, "초", "s"))
    parts = []
    for size, ko, en in sizes:
        n, whole = divmod(whole, size)
        if n:
            parts.append(f"{n}{ko}" if language == "ko" else f"{n} {en}")
    return " ".join(parts[:2]) or ("0초" if language == "ko" else "0 s")
