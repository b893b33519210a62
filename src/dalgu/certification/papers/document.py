"""Papers of many pages: the frame of every page, tables that break over pages, page x of y."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from dalgu.certification.certificate.wording import LEGAL_EFFECT, NO_LEGAL_EFFECT, STANDS_ON
from dalgu.certification.papers.facts import PaperHead
from dalgu.certification.papers.fonts import BOLD, REGULAR, load_fonts, printable
from dalgu.certification.papers.sheet import GOLD, GREY, HEIGHT, INK, NAVY, PALE, RED, WIDTH
from dalgu.certification.papers.text import both, escaped
from dalgu.kernel.text import Text

MARGIN = 40.0
HEAD_ROOM, FOOT_ROOM = 34.0, 40.0
LINE = "#c9ccd2"
PADDING = 4.0
TALLEST_ROW = 340.0  # a taller one may not fit on any page, and is broken
RIGHT_ALIGNED = 2  # as reportlab counts alignments
Story = list[Any]  # reportlab's flowables: it has no types


class Document:
    """A paper under one title; `build` prints what a function tells."""

    def __init__(self, title: Text, head: PaperHead, *, is_wide: bool) -> None:
        self.title = title
        self.head = head
        self.size = (HEIGHT, WIDTH) if is_wide else (WIDTH, HEIGHT)
        self.width = self.size[0] - 2 * MARGIN
        self._pages = 0

    def build(self, story: Callable[[float], Story]) -> bytes:
        """Return the PDF; the story is told the width in points, twice: first to count pages.

        Raises
        ------
        FontsNotInstalled
            When the build brought no Korean font.

        """
        load_fonts()
        self._pages = 0
        self._print(story(self.width))
        return self._print(story(self.width))

    def _print(self, story: Story) -> bytes:
        from reportlab.platypus import (  # type: ignore[import-untyped]  # ships no types
            BaseDocTemplate,
            Frame,
            PageTemplate,
        )

        written = BytesIO()
        height = self.size[1] - 2 * MARGIN - HEAD_ROOM - FOOT_ROOM
        frame = Frame(MARGIN, MARGIN + FOOT_ROOM, self.width, height, 0, 0, 0, 0)
        template = BaseDocTemplate(
            written,
            pagesize=self.size,
            pageTemplates=[PageTemplate("page", [frame], onPage=self._frame)],
            invariant=1,
            initialFontName=REGULAR,
            title=f"{self.title.ko} {self.head.number} · {self.title.en}",
            author=f"{self.head.issuer.ko} / {self.head.issuer.en}",
            subject=f"{self.head.city.ko} / {self.head.city.en}",
            creator="Dalgu",
            lang="ko-KR",
        )
        template.build(story)
        self._pages = template.page
        return written.getvalue()

    def _frame(self, canvas: Any, template: Any) -> None:
        """Draw head and foot of a page."""
        width, height = self.size
        head, right = self.head, width - MARGIN
        canvas.saveState()
        _write(canvas, self.title.ko, MARGIN, height - 50, 9, NAVY, BOLD)
        said = f"{head.city.ko} · {head.programme.ko} · {head.number}"
        _write(canvas, said, right, height - 50, 8, GREY, right=True)
        _rule(canvas, width, height - 57, GOLD)
        _rule(canvas, width, MARGIN + 30, LINE)
        effect = LEGAL_EFFECT if head.legal_effect else NO_LEGAL_EFFECT
        mark = STANDS_ON[head.official_status]
        color = GREY if head.legal_effect else RED
        _write(canvas, f"{effect.ko} · {effect.en}", MARGIN, MARGIN + 19, 7.5, color, BOLD)
        page = f"{template.page} / {self._pages or template.page}"
        _write(canvas, page, right, MARGIN + 19, 8.5, INK, right=True)
        _write(canvas, mark.ko, MARGIN, MARGIN + 9, 7, GREY)
        _write(canvas, mark.en, MARGIN, MARGIN, 7, GREY)
        canvas.restoreState()


def _write(  # noqa: PLR0913 - a line has a place, a size and a look
    canvas: Any,
    text: str,
    x: float,
    y: float,
    size: float,
    color: str,
    font: str = REGULAR,
    *,
    right: bool = False,
) -> None:
    canvas.setFont(font, size)
    canvas.setFillColor(color)
    (canvas.drawRightString if right else canvas.drawString)(x, y, printable(text))


def _rule(canvas: Any, width: float, y: float, color: str) -> None:
    canvas.setStrokeColor(color)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y, width - MARGIN, y)


def paragraph(markup: str, size: float = 8.0, **look: Any) -> Any:
    """Return a wrapped text of reportlab's markup; text of others goes through `escaped`."""
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]  # untyped
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "paper", fontName=REGULAR, fontSize=size, leading=size * 1.4, textColor=INK
    )
    for name, value in look.items():
        setattr(style, name, value)
    return Paragraph(markup, style)


def heading(text: Text, size: float = 13.0) -> Any:
    """Return a heading in both languages, which stays with what follows."""
    english = f'<font color="{GREY}" size="{size * 0.7:g}">  {escaped(text.en)}</font>'
    look = {"textColor": NAVY, "spaceBefore": 12, "spaceAfter": 5, "keepWithNext": 1}
    return paragraph(f"<b>{escaped(text.ko)}</b>{english}", size, **look)


def table(
    heads: Sequence[Sequence[Any]],
    rows: Sequence[Sequence[Any]],
    shares: Sequence[float],
    width: float,
    *,
    styles: Sequence[tuple[Any, ...]] = (),
) -> Any:
    """Return a table whose heads stand again on every page; `shares` divide the width."""
    from reportlab.platypus import Table

    widths = [width * share / sum(shares) for share in shares]
    one = Table(
        [*heads, *rows],
        colWidths=widths,
        repeatRows=len(heads),
        splitInRow=int(any(_height(row, widths) > TALLEST_ROW for row in rows)),
    )
    one.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), REGULAR),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEABOVE", (0, 0), (-1, 0), 0.9, NAVY),
            ("LINEBELOW", (0, len(heads)), (-1, -1), 0.35, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            *(_head_look(len(heads) - 1) if heads else ()),
            *styles,
        ]
    )
    return one


def _height(row: Sequence[Any], widths: Sequence[float]) -> float:
    """Return the height that a row asks for, without padding."""
    return max(
        cell.wrap(width - 2 * PADDING, HEIGHT)[1] if cell else 0.0
        for cell, width in zip(row, widths, strict=True)
    )


def _head_look(last: int) -> list[tuple[Any, ...]]:
    return [
        ("BACKGROUND", (0, 0), (-1, last), PALE),
        ("LINEBELOW", (0, last), (-1, last), 0.6, NAVY),
    ]


def fields(rows: Sequence[tuple[Text, str]], width: float, *, label_share: float = 0.25) -> Any:
    """Return a table of labels and values; the values are markup."""
    cells = [
        (paragraph(label_of(label), 8.5), paragraph(value, 9.5, leading=13.5))
        for label, value in rows
    ]
    shares = (label_share, 1 - label_share)
    framed = [("BACKGROUND", (0, 0), (0, -1), PALE)]
    return table((), cells, shares, width, styles=framed)


def heads_of(
    labels: Sequence[Text], size: float = 8.0, *, right: Sequence[int] = ()
) -> list[list[Any]]:
    """Return the row of heads of a table; the columns in `right` hold numbers."""
    return [
        [
            paragraph(both(label, strong=True), size, leading=size * 1.3, alignment=RIGHT_ALIGNED)
            if at in right
            else paragraph(both(label, strong=True), size, leading=size * 1.3)
            for at, label in enumerate(labels)
        ]
    ]


def label_of(text: Text) -> str:
    """Return a label as markup: Korean in bold, English beside it in grey."""
    return f'<b>{escaped(text.ko)}</b> <font color="{GREY}" size="-1">{escaped(text.en)}</font>'


def space(height: float) -> Any:
    """Return an empty space, in points."""
    from reportlab.platypus import Spacer

    return Spacer(1, height)
