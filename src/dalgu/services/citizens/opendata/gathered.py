"""Gathers the tables of the open data from the hub and from the rooms."""

from collections.abc import Sequence
from dataclasses import dataclass

from dalgu.hub.hub import Hub
from dalgu.hub.mirror import Mirror
from dalgu.hub.model import Entity
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.clocks.clocks import Clocks
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.opendata.cells import protected
from dalgu.services.citizens.opendata.tables import Column, Row, Table, age_band, entity_table
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People

ALL = "all"


@dataclass(frozen=True, slots=True)
class Sources:
    """The rooms that tables come from."""

    mirror: Mirror
    people: People
    moderation: Moderation
    ballots: Ballots
    clocks: Clocks


async def gathered(
    ground: Ground, rooms: Sources, kinds: Sequence[type[Entity]], hub: Hub
) -> list[Table]:
    """Return every table of the city's own tenant."""
    tables = await of_entities(rooms, kinds, hub)
    return [*tables, moderation(rooms), ballots(rooms), terms(ground, rooms), people(ground, rooms)]


async def of_entities(rooms: Sources, kinds: Sequence[type[Entity]], hub: Hub) -> list[Table]:
    """Return a table for each type of entity."""
    hidden = {one.subject: one.rule or "held" for one in rooms.moderation.cases.values()
              if one.is_hidden}  # fmt: skip
    return [
        entity_table(kind, [one async for one in hub.every(kind.__name__)], hidden)
        for kind in kinds
    ]


def moderation(rooms: Sources) -> Table:
    """Return the public log: what was taken off leaves its line here."""
    columns = (
        Column("seq", "integer", Text("기록 번호", "Number of the entry")),
        Column("at", "dateTime", Text("때", "When")),
        Column("subject", "string", Text("대상", "What it is about")),
        Column("step", "string", Text("한 일", "held, reported_away, hidden, kept, appealed, …")),
        Column("rule", "string", Text("규칙", "Published rule")),
        Column("reason", "string", Text("까닭", "Reason")),
    )
    rows: list[Row] = [
        {"seq": step.seq, "at": iso(step.at), "subject": case.subject, "step": step.kind,
         "rule": step.rule or None, "reason": step.reason or None}
        for case, step in reversed(rooms.moderation.log())
    ]  # fmt: skip
    return Table("ModerationLog", Text("글 관리 기록", "Log of moderation"), columns, rows)


def ballots(rooms: Sources) -> Table:
    """Return what each option of each closed vote got."""
    columns = (
        Column("box", "string", Text("투표함", "Ballot box")),
        Column("title_ko", "string", Text("제목", "Title, Korean")),
        Column("title_en", "string", Text("제목(영어)", "Title, English")),
        Column("kind", "string", Text("방식", "choice, approval, scores")),
        Column("option", "string", Text("고를 것", "Option")),
        Column("ballots", "integer", Text("표", "Ballots that mark it")),
        Column("sum", "integer", Text("합", "Sum of the marks")),
        Column("tokens", "integer", Text("발급한 투표권", "Tokens handed out")),
        Column("digest", "string", Text("사슬의 머리", "Head of the published chain, SHA-256")),
    )
    table = Table("BallotCount", Text("개표 결과", "Counts of votes"), columns)
    for state in rooms.ballots.boxes.values():
        if state.closed is None:
            continue
        for option, got in rooms.ballots.tally(state.box.id).items():
            table.rows.append(
                {"box": state.box.id, "title_ko": state.box.title.ko,
                 "title_en": state.box.title.en, "kind": state.box.kind, "option": option,
                 "ballots": got.ballots, "sum": got.sum, "tokens": state.closed.tokens,
                 "digest": state.closed.digest}
            )  # fmt: skip
    return table


def terms(ground: Ground, rooms: Sources) -> Table:
    """Return the public record of terms."""
    columns = (
        Column("subject", "string", Text("대상", "What it is about")),
        Column("title_ko", "string", Text("제목", "Title, Korean")),
        Column("title_en", "string", Text("제목(영어)", "Title, English")),
        Column("department", "string", Text("담당", "Department")),
        Column("rule", "string", Text("기한의 종류", "Rule of the term")),
        Column("basis", "string", Text("근거", "Legal basis")),
        Column("started", "date", Text("시작", "First day")),
        Column("due", "date", Text("기한", "Last day; empty while it rests")),
        Column("extensions", "integer", Text("연장", "Extensions")),
        Column("state", "string", Text("상태", "running, paused, overdue, met, met_late, ended")),
    )
    table = Table("Terms", Text("답변 기한", "Terms to answer"), columns)
    today = ground.today
    for owed in rooms.clocks.owed():
        due, rule = owed.term.due, owed.term.rule
        is_hidden = rooms.moderation.is_hidden(owed.subject)
        table.rows.append(
            {"subject": owed.subject, "title_ko": None if is_hidden else owed.title.ko,
             "title_en": None if is_hidden else owed.title.en, "department": owed.department,
             "rule": rule.id, "basis": rule.basis.ko, "started": owed.term.started.isoformat(),
             "due": due.isoformat() if due else None,
             "extensions": len(owed.term.extensions), "state": str(owed.term.state(today))}
        )  # fmt: skip
    return table


def people(ground: Ground, rooms: Sources) -> Table:
    """Return how many residents take part by district and age, small cells suppressed."""
    today = ground.today
    residents = [one for one in rooms.people.known.values() if one.level >= Level.RESIDENT]
    districts = sorted({one.code for one in ground.city.districts})
    bands = [age_band(today.year - age, today) for age in range(0, 90, 10)]
    counts = [
        [sum(one.district == code and age_band(one.birth_year, today) == band
             for one in residents) for band in bands]
        for code in districts
    ]  # fmt: skip
    found = protected(counts)
    columns = (
        Column("district", "string", Text("구·군 코드", "Code of the district, or all")),
        Column("age", "string", Text("나이", "Years by the year of birth, or all")),
        Column("people", "integer", Text("사람", "Residents who take part; empty: suppressed")),
    )
    rows: list[Row] = [
        {"district": code, "age": band, "people": found.cell(r, c)}
        for r, code in enumerate([*districts, ALL])
        for c, band in enumerate([*bands, ALL])
    ]
    title = Text("참여하는 주민", "Residents who take part")
    return Table("Residents", title, columns, rows)
