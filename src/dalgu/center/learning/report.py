"""The after-action report of an incident as a paper in one language: how a city would file it."""

from typing import Any

from dalgu.center.documents import label_of
from dalgu.center.learning.account import MOST_ALERTS, RESOURCES, Account
from dalgu.center.learning.filing import Filed, Look, bare, heading, listing, note, spans_words
from dalgu.center.learning.sketch import sketch
from dalgu.center.learning.telling import tag_of
from dalgu.center.learning.times import Measure
from dalgu.certification.papers.document import Story, paragraph, space, table
from dalgu.certification.papers.text import escaped
from dalgu.cities import City
from dalgu.kernel.clock import local
from dalgu.kernel.text import Language

MAP_HEIGHT = 178.0
BLANK_LINES = 4  # of the signature block


def report(account: Account, city: City, language: Language) -> bytes:
    """Return the report in PDF; the same account gives the same bytes.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """
    look = Look(language)
    filed = Filed(account, city, look)
    return filed.build(lambda width: _story(account, city, look, width))


def _story(account: Account, city: City, look: Look, width: float) -> Story:
    return [
        *_head(account, city, look, width),
        *_summary(account, look),
        *_map(account, city, look, width),
        *_times(account, look, width),
        *_checklist(account, look, width),
        *_tasks(account, look, width),
        *_alerts(account, look, width),
        *_rooms(account, look, width),
        *_lessons(account, look, width),
        *_timeline(account, look, width),
        *_signatures(look, width),
    ]


def _head(account: Account, city: City, look: Look, width: float) -> Story:
    """Return the title with the boxes of approval beside it, and what it is about."""
    incident, say = account.incident, look.say
    office = f"{city.name.say(look.language)} {say('filed')}"
    title = bare(
        f'<font size="21"><b>{escaped(say("title"))}</b></font><br/>{escaped(office)}', 10,
        leading=26,
    )  # fmt: skip
    boxes = table(
        (),
        [[note(say(one)) for one in ("prepared", "checked", "approved")], ["", "", ""]],
        (1, 1, 1),
        165,
        styles=[("GRID", (0, 0), (-1, -1), 0.5, "#565e6a"), ("ALIGN", (0, 0), (-1, -1), "CENTER"),
                ("BOTTOMPADDING", (0, 1), (-1, 1), 34)],
    )  # fmt: skip
    top = table((), [[title, boxes]], (width - 175, 175), width,
                styles=[("LINEABOVE", (0, 0), (-1, -1), 0, "#ffffff"),
                        ("LINEBELOW", (0, 0), (-1, -1), 0, "#ffffff"),
                        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0),
                        ("RIGHTPADDING", (-1, 0), (-1, 0), 0)])  # fmt: skip
    kind = look.word("category", incident.category)
    outcome = say("open") if incident.outcome is None else look.word("outcome", incident.outcome)
    rows = [
        ("number", f"AAR-{local(incident.raised_at):%Y}-{incident.number:05d}"),
        ("incident", incident.title.say(look.language)),
        (
            "what",
            f"{kind} · {label_of(incident.sub_category, look.language)}",
        ),
        ("where", account.where),
        ("when", f"{look.at(incident.raised_at)} – {look.at(incident.closed_at)}"),
        ("priority", str(incident.priority)),
        ("outcome", outcome),
        ("rule", incident.rule),
        ("assignee", incident.assignee or "–"),
    ]
    return [top, space(10), *look.warnings(account), listing(rows, look, width)]


def _summary(account: Account, look: Look) -> Story:
    incident, say = account.incident, look.say
    took = {one.measure: one.span_s for one in account.took}
    told = [
        say("summary_raised", raised=look.at(incident.raised_at),
            title=incident.title.say(look.language), priority=incident.priority,
            alerts=len(incident.alerts), things=len(incident.things)),
        spans_words(look, "summary_seen", took[Measure.ACKNOWLEDGE]) or say("summary_unseen"),
        spans_words(look, "summary_respond", took[Measure.RESPOND]),
    ]  # fmt: skip
    if incident.outcome is None:
        told.append(say("summary_open"))
    else:
        outcome = look.word("outcome", incident.outcome)
        told.append(spans_words(look, "summary_closed", took[Measure.CLOSE], outcome=outcome))
    return [heading(say("summary")), bare(escaped(" ".join(filter(None, told))), 9.5, leading=14.5)]


def _map(account: Account, city: City, look: Look, width: float) -> Story:
    incident = account.incident
    if incident.lon is None or incident.lat is None:
        return [heading(look.say("place")), note(look.say("no_place"))]
    place = (incident.lon, incident.lat)
    source = next((one.attribution.say(look.language) for one in city.sources), "")
    told = f"{account.where} · {incident.lat:.5f}, {incident.lon:.5f}"
    told += f" · {source}"
    drawn = sketch(city, place, width, MAP_HEIGHT, look.language)
    return [heading(look.say("place")), drawn, space(3), note(told)]


def _times(account: Account, look: Look, width: float) -> Story:
    rows = []
    for one in account.took:
        told = "–" if one.is_held is None else look.say("held" if one.is_held else "missed")
        rows.append([
            bare(f"<b>{escaped(look.phrase(f'measure.{one.measure}'))}</b>"),
            bare(escaped(look.phrase(f"measure_long.{one.measure}"))),
            bare(look.span(one.span_s)), bare(look.span(one.target_s)), bare(escaped(told)),
        ])  # fmt: skip
    heads = look.heads("measure", "what", "took", "target", "state")
    return [heading(look.say("times")), table(heads, rows, (14, 46, 14, 14, 12), width)]


def _checklist(account: Account, look: Look, width: float) -> Story:
    say, rows = look.say, []
    for one in account.checklist:
        state = say("undone")
        if one.done_at is not None:
            state = say("skipped") if one.skipped else look.short(one.done_at, account)
        if one.late is not None and not one.skipped:
            state += " · " + say("late", span=look.span(one.late.total_seconds()))
        text = one.text + (f" ({say('mandatory')})" if one.mandatory else "")
        rows.append([
            bare(escaped(text)), bare(look.short(one.due_at, account)), bare(escaped(state)),
            bare(escaped(" · ".join(filter(None, (one.by, one.note))) or "–")),
        ])  # fmt: skip
    work = account.incident.work
    title = say("checklist")
    if account.procedure:
        title += " " + say("procedure", title=account.procedure, version=work.version)
    heads = look.heads("step", "limit", "done", "by")
    return look.table_or_none(title, heads, rows, (40, 17, 22, 21), width)


def _tasks(account: Account, look: Look, width: float) -> Story:
    rows = [
        [bare(str(number)), bare(escaped(f"{task.text} · {task.to}")), bare(look.at(task.due)),
         bare(look.at(task.done_at) if task.done_at else escaped(look.say("undone")))]
        for number, task in account.incident.work.tasks.items()
    ]  # fmt: skip
    heads = look.heads("task_number", "words", "limit", "done")
    return look.table_or_none(look.say("tasks"), heads, rows, (8, 52, 20, 20), width)


def _alerts(account: Account, look: Look, width: float) -> Story:
    rows = [
        [
            bare(look.at(one.at)),
            bare(escaped(one.name)),
            bare(escaped(label_of(one.severity, look.language))),
        ]
        for one in account.alerts
    ]
    count = len(account.incident.alerts)
    title = f"{look.say('alerts')} ({count})"
    heads = look.heads("at", "words", "severity")
    story = look.table_or_none(title, heads, rows, (22, 62, 16), width)
    return [*story, note(f"… {count - MOST_ALERTS}")] if count > MOST_ALERTS else story


def _rooms(account: Account, look: Look, width: float) -> Story:
    parts = (
        ("resources", account.of_tags(RESOURCES)),
        ("grants", account.of_room("cameras")),
        ("links", account.of_room("links")),
        ("warnings", account.of_room("warnings")),
        ("comments", account.of_tags({"commented"}) + account.of_room("shifts")),
    )
    heads = look.heads("entry", "at", "words", "by")
    return [
        each
        for name, lines in parts
        for each in look.table_or_none(
            look.say(name), heads, [look.line(one, with_room=False) for one in lines],
            (9, 19, 52, 20), width,
        )
    ]  # fmt: skip


def _lessons(account: Account, look: Look, width: float) -> Story:
    rows = [
        [bare(escaped(one.text)), bare(escaped(one.owner)), bare(one.due.isoformat()),
         bare(escaped(look.say("open") if one.done_at is None else look.at(one.done_at)))]
        for one in account.lessons
    ]  # fmt: skip
    heads = look.heads("lesson", "owner", "due", "state")
    return look.table_or_none(look.say("lessons"), heads, rows, (50, 20, 14, 16), width)


def _timeline(account: Account, look: Look, width: float) -> Story:
    """Return the timeline without what stands in full elsewhere: one row for many alerts."""
    lines = [one for one in account.lines if tag_of(one.entry) != "joined"]
    rows: list[list[Any]] = [look.line(one, with_room=True) for one in lines]
    heads = look.heads("entry", "at", "room", "words", "by")
    return look.table_or_none(look.say("timeline"), heads, rows, (7, 20, 10, 45, 18), width)


def _signatures(look: Look, width: float) -> Story:
    from reportlab.platypus import KeepTogether  # type: ignore[import-untyped]  # ships no types

    rows = [[paragraph("&nbsp;", 15)] * 4 for _ in range(BLANK_LINES)]
    heads = look.heads("position", "name", "date", "signature")
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "#c9ccd2")]
    signed = table(heads, rows, (30, 25, 20, 25), width, styles=grid)
    return [KeepTogether([heading(look.say("signatures")), signed, space(4),
                          note(look.say("people"))])]  # fmt: skip
