"""Small roundtables at the stages that tests begin from."""

from datetime import timedelta

import pytest

from dalgu.services.citizens.roundtables.plan import (
    AGES,
    JOBS,
    AgendaStep,
    Attribute,
    Choice,
    Criterion,
    Plan,
    Question,
    QuotaSet,
    StepKind,
)

WITNESS = "dice 4 1 6 2"
AGENDA = (
    StepKind.OPENING, StepKind.BALLOT_BEFORE, StepKind.DISCUSSION, StepKind.THEMES,
    StepKind.DISCUSSION, StepKind.BALLOT_AFTER, StepKind.SCORING, StepKind.CLOSING,
)  # fmt: skip
QUOTAS = (
    QuotaSet(Attribute.SEX, "f", 5, 7),
    QuotaSet(Attribute.SEX, "m", 5, 7),
    QuotaSet(Attribute.DISTRICT, "22010", 6, 6),
    QuotaSet(Attribute.DISTRICT, "22020", 6, 6),
)


def a_plan(now, **other):
    known = {
        "title": "신청사 자리",
        "about": "함께 정합니다",
        "steering": "운영위원회",
        "department": "신청사과",
        "place": "엑스코",
        "starts_at": now + timedelta(days=30),
        "size": 12,
        "table_size": 4,
        "survey": (Question("s1", "무엇이 중요합니까?", ("교통", "환경")),),
        "questions": (Question("q1", "어디가 좋습니까?", ("남쪽", "북쪽", "모름")),),
        "candidates": (Choice("p1", "남쪽"), Choice("p2", "북쪽")),
        "criteria": (Criterion("c1", "교통", 60), Criterion("c2", "환경", 40)),
        "trim_pct": 10,
        "agenda": tuple(AgendaStep(kind, "", 10) for kind in AGENDA),
    }
    return Plan(**(known | other))


def people(many):
    return [
        {"sex": "fm"[n % 2], "age": AGES[n % 6], "district": ("22010", "22020")[n // 2 % 2],
         "job": JOBS[n % 7]}
        for n in range(many)
    ]  # fmt: skip


class Table:
    """One roundtable of a town, moved on step by step."""

    def __init__(self, town, number):
        self.town, self.number = town, number

    @property
    def room(self):
        return self.town.rooms.roundtables

    @property
    def one(self):
        return self.room.ledger.get(self.number)

    def do(self, work):
        return self.town.run(work)

    def step(self, kind, which=0):
        found = [at for at, one in enumerate(self.one.plan.agenda) if one.kind is kind]
        staff = self.town.staff
        self.do(self.room.hall.take_step(staff, self.number, found[which]))
        self.do(self.room.voting.follow_agenda(staff, self.number))

    def cast(self, seat, box, marks):
        return self.do(self.room.voting.cast(self.number, seat, box, marks))


@pytest.fixture
def planned(town):
    number = town.run(town.rooms.roundtables.planning.plan(town.staff, a_plan(town.clock.now())))
    return Table(town, number)


@pytest.fixture
def calling(planned):
    until = planned.room.ledger.today + timedelta(days=7)
    planned.do(planned.room.planning.open_call(planned.town.staff, planned.number, until))
    return planned


@pytest.fixture
def selecting(calling):
    room, staff, number = calling.room, calling.town.staff, calling.number
    calling.do(room.applying.enrol(staff, number, people(48), "paper"))
    calling.do(room.planning.close_call(staff, number))
    calling.do(room.selection.set_quotas(staff, number, QUOTAS, 12))
    return calling


@pytest.fixture
def drawn(selecting):
    room, staff, number = selecting.room, selecting.town.staff, selecting.number
    selecting.do(room.selection.commit(staff, number))
    selecting.do(room.selection.draw(staff, number, WITNESS))
    return selecting


@pytest.fixture
def seated(drawn):
    drawn.do(drawn.room.selection.seat(drawn.town.staff, drawn.number))
    return drawn


@pytest.fixture
def live(seated):
    seated.do(seated.room.hall.begin(seated.town.staff, seated.number))
    return seated
