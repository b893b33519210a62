"""The facts of the rubric as a file that a certification takes as evidence: JSON or PDF."""

from io import BytesIO
from itertools import groupby
from typing import Any

from dalgu.center.learning.filing import Look, bare, heading, note
from dalgu.center.learning.rubric import INDICATOR, Fact, Rubric, Standing
from dalgu.certification.papers.document import Story, paragraph, space, table
from dalgu.certification.papers.fonts import BOLD, REGULAR, load_fonts, printable
from dalgu.certification.papers.sheet import GREY, HEIGHT, NAVY, RED, WIDTH
from dalgu.certification.papers.text import escaped
from dalgu.cities import City
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language
from dalgu.web.language import phrase

MARGIN = 48.0


def sentence(fact: Fact, language: Language) -> str:
    """Return a fact in words: what is shown, what is missing, or what is to be handed in."""
    lacking = "_lacking" if fact.standing is Standing.MISSING else ""
    return phrase(language, f"learning.rubric.fact.{fact.key}{lacking}", **fact.values)


def as_json(rubric: Rubric, language: Language) -> Document:
    """Return the facts as JSON."""
    return {
        "indicator": INDICATOR,
        "measuredAt": iso(rubric.at),
        "syntheticIncidents": rubric.synthetic,
        "facts": [
            {
                "level": one.level,
                "fact": one.key,
                "standing": one.standing,
                "text": sentence(one, language),
                "values": one.values,
                "isSynthetic": one.is_synthetic,
                "seenAt": one.seen_at or None,
            }
            for one in rubric.facts
        ],
    }


def evidence_paper(rubric: Rubric, city: City, language: Language) -> bytes:
    """Return the facts as a PDF; the same facts give the same bytes.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """
    from reportlab.platypus import (  # type: ignore[import-untyped]  # ships no types
        BaseDocTemplate,
        Frame,
        PageTemplate,
    )

    load_fonts()
    look, written = Look(language), BytesIO()
    width = WIDTH - 2 * MARGIN
    frame = Frame(MARGIN, MARGIN + 24, width, HEIGHT - 2 * MARGIN - 24, 0, 0, 0, 0)

    def foot(canvas: Any, template: Any) -> None:
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(GREY)
        said = f"{city.name.say(language)} · {INDICATOR} · {look.at(rubric.at)}"
        canvas.drawString(MARGIN, MARGIN, printable(said))
        canvas.setFont(BOLD, 8)
        canvas.drawRightString(WIDTH - MARGIN, MARGIN, str(template.page))

    template = BaseDocTemplate(
        written,
        pagesize=(WIDTH, HEIGHT),
        pageTemplates=[PageTemplate("page", [frame], onPageEnd=foot)],
        invariant=1,
        initialFontName=REGULAR,
        title=f"{INDICATOR} · {look.phrase('rubric.title')}",
        author=city.name.say(language),
        creator="Dalgu",
        lang="ko-KR" if language == "ko" else "en",
    )
    template.build(_story(rubric, city, look, width))
    return written.getvalue()


def _origin(fact: Fact, look: Look) -> str:
    """Return the mark of a fact that counts what stands for nothing real."""
    if not fact.is_synthetic:
        return ""
    told = escaped(phrase(look.language, "frame.synthetic"))
    return f' <font color="{RED}"><b>[{told}]</b></font>'


def _story(rubric: Rubric, city: City, look: Look, width: float) -> Story:
    story: Story = [
        paragraph(f"<b>{escaped(look.phrase('rubric.title'))}</b>", 16, textColor=NAVY),
        space(4),
        bare(escaped(f"{city.name.say(look.language)} · {INDICATOR}"), 10),
        note(look.phrase("rubric.measured_at", at=look.at(rubric.at))),
        space(4),
        note(look.phrase("rubric.lead")),
    ]
    if rubric.synthetic:
        told = escaped(look.phrase("synthetic", n=rubric.synthetic))
        story.append(paragraph(f"<b>{told}</b>", 9, textColor=RED, spaceBefore=6))
    for level, found in groupby(rubric.facts, key=lambda one: one.level):
        rows = [
            [bare(f"<b>{escaped(look.phrase(f'rubric.{one.standing}'))}</b>"),
             bare(escaped(sentence(one, look.language)) + _origin(one, look)),
             bare(escaped(one.seen_at or "–"), 7)]
            for one in found
        ]  # fmt: skip
        story += [
            heading(look.phrase("rubric.level", n=level)),
            table((), rows, (17, 55, 28), width),
        ]
    return story
