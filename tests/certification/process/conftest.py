import asyncio
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.seals import SealedBook
from dalgu.certification.process.acts import (
    application as app,
)
from dalgu.certification.process.acts import (
    certificate as cert,
)
from dalgu.certification.process.acts import (
    committee as com,
)
from dalgu.certification.process.acts import (
    decision as dec,
)
from dalgu.certification.process.acts import (
    programme as prog,
)
from dalgu.certification.process.acts import (
    review as rev,
)
from dalgu.certification.process.desk import BOOK, ProcessDesk
from dalgu.certification.process.rules.decide import Judges
from dalgu.certification.process.sampling import commitment_of
from dalgu.certification.process.words import (
    GovernmentKind,
    MeasurementStatus,
    MotionKind,
    ObjectType,
    Outcome,
    ProgrammeKind,
    ProgrammeRole,
    Qualification,
    Stage,
    Vote,
)
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

START = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)  # 09:00 in Seoul, a Monday
SECRET = "5e" * 32
CASE = "r26-27000"
CALL = date(2026, 5, 4)
INTAKE = date(2026, 6, 1), date(2026, 6, 30)
VISIT = date(2026, 8, 3)
MEMBERS = tuple(f"c{n}" for n in range(1, 10))
REVIEWERS = ("r1", "r2", "r3")
FRAMEWORK = prog.FrameworkUse(
    name="kr-scc-test",
    digest="ab" * 32,
    quantitative=("Q1", "Q2"),
    qualitative=("R1", "R2"),
)
CITY = app.LocalGovernment(
    code="27000",
    kind=GovernmentKind.METROPOLITAN_CITY,
    name_ko="대구광역시",
    name_en="Daegu",
    population=2_360_000,
)
GROUPS = (
    prog.Group(code="large", title_ko="대도시", title_en="Large", city_types=("large",)),
    prog.Group(code="small", title_ko="중소도시", title_en="Small", city_types=("small",)),
)


def city_type_of(framework: prog.FrameworkUse, kind: str, population: int) -> str:
    return "small" if kind in ("gu", "gun") or population < 500_000 else "large"


def score_case(framework, city_type, measurements, levels, not_applicable):
    """500 points each: Q1 rises with its value, Q2 falls with it, levels count by fifths."""
    rise = {"Q1": lambda value: value / 100, "Q2": lambda value: 1 - value / 100}
    points = 0.0
    for code, share in rise.items():
        measurement = measurements.get(code)
        has_value = measurement is not None and measurement.status.has_value
        value = measurement.value if has_value else None
        points += 0.0 if value is None else 500 * min(max(share(value), 0.0), 1.0)
    points += sum(100 * level for level in levels.values())
    points += 500 * len(set(not_applicable) & {"Q1", "Q2"})
    grade = 1 + sum(points < edge for edge in (1_800, 1_600, 1_400, 1_200))
    return SimpleNamespace(points=points, grade=grade)


JUDGES = Judges(city_type_of, score_case)


def person(name: str) -> Actor:
    return Actor(name, Role.VIEWER)


def a_pdf(pages: int = 12, title: str = "evidence") -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    drawing = canvas.Canvas(out, invariant=True)
    for number in range(pages):
        drawing.drawString(50, 800, f"{title} {number + 1}")
        drawing.showPage()
    drawing.save()
    return out.getvalue()


class Shelf:
    """Bytes under their digest, as the hub keeps them; the desk asks for no more."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    async def keep(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        self.held[digest] = body
        return digest

    async def kept(self, digest: str) -> bytes:
        return self.held[digest]


def measured(value: float) -> app.Measurement:
    return app.Measurement(status=MeasurementStatus.MEASURED, value=value)


def a_line(code: str, level: int = 4, **more: Any) -> rev.ReviewLine:
    given = {"level": level} if code.startswith("R") else {}
    return rev.ReviewLine(is_accepted=True, reason="확인함", **(given | more))


def evidence_of(sha256: str, **more: Any) -> app.Evidence:
    links = tuple(
        app.Link(indicator=code, summary=f"{code} 근거", pages=(place + 1,))
        for place, code in enumerate(FRAMEWORK.indicators)
    )
    parts = {
        "id": "E1",
        "sha256": sha256,
        "title": "증빙자료집",
        "issuer": "대구광역시",
        "issued_on": date(2026, 3, 2),
        "is_stamped": True,
        "links": links,
    }
    return app.Evidence(**(parts | more))


@dataclass
class Town:
    """One programme with all its people, on a manual clock."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    store: Store
    desk: ProcessDesk
    shelf: Shelf
    book: SealedBook
    mayor: str = "mayor"  # who applies
    group: str = "large"

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def do(self, name: str, command: Any) -> Any:
        actor = CONSOLE if name == "console" else person(name)
        return self.run(self.desk.do(actor, command))

    def go(self, day: date) -> None:
        """Let it be 09:00 in Seoul on a day."""
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.run(self.clock.advance(at - self.clock.now()))

    def later(self, days: int) -> None:
        self.run(self.clock.advance(timedelta(days=days)))

    @property
    def world(self) -> Any:
        return self.run(self.desk.world())

    def case(self, case: str = CASE) -> Any:
        return self.world.cases[case]

    def stage(self, case: str = CASE) -> Stage:
        return self.case(case).stage

    def certificate(self) -> Any:
        [certificate] = self.world.certificates.values()
        return certificate

    # -- the way of a case ------------------------------------------------------------------

    def found(self, kind: ProgrammeKind = ProgrammeKind.CERTIFICATION) -> None:
        self.do(
            "console",
            prog.DefineProgramme(
                programme="scc",
                kind=kind,
                object_type=ObjectType.CITY,
                title_ko="스마트도시 인증",
                title_en="Smart city certification",
            ),
        )
        self.grant("console", "ministry", ProgrammeRole.MINISTRY)
        self.grant("ministry", "operator", ProgrammeRole.OPERATOR)
        for name in (*REVIEWERS, "r4"):
            self.grant("operator", name, ProgrammeRole.REVIEWER, "body")
        for name in MEMBERS:
            self.grant("operator", name, ProgrammeRole.COMMITTEE_MEMBER)
        self.grant("operator", "mayor", ProgrammeRole.APPLICANT, CITY.code)
        self.grant("operator", "other", ProgrammeRole.APPLICANT, "11000")

    def grant(self, by: str, name: str, role: ProgrammeRole, organisation: str = "") -> None:
        self.do(
            by,
            prog.GrantRole(programme="scc", person=name, role=role, organisation=organisation),
        )

    def plan(self, round_id: str = "r26", year: int = 2026, call: date = CALL) -> None:
        self.do(
            "operator",
            prog.PlanRound(
                round=round_id,
                programme="scc",
                year=year,
                framework=FRAMEWORK,
                announced_on=call,
                intake_from=call + timedelta(days=28),
                intake_until=call + timedelta(days=57),
                groups=GROUPS,
            ),
        )

    def seat(self, round_id: str = "r26", names: tuple[str, ...] = MEMBERS) -> None:
        since = self.clock.now().date()
        for name in names:
            self.do(
                "operator",
                prog.SeatMember(
                    round=round_id,
                    person=name,
                    qualification=Qualification.PROFESSOR,
                    since=since,
                ),
            )
        for group in GROUPS:
            self.do(
                "operator",
                prog.ElectChair(
                    round=round_id,
                    group=group.code,
                    chair=names[0],
                    present=names,
                    votes_for=names,
                ),
            )

    def announce(self, round_id: str = "r26") -> None:
        self.do("operator", prog.AnnounceCall(round=round_id))

    def apply(self, **changes: Any) -> None:
        parts = {
            "round": "r26",
            "government": CITY,
            "reference_date": date(2025, 12, 31),
            "contact": "p:1",
        }
        self.do(self.mayor, app.OpenApplication(**(parts | changes)))

    def fill(self, case: str = CASE, q1: float = 80, q2: float = 20, **more: Any) -> None:
        self.do(
            self.mayor,
            app.DeclareScore(
                case=case,
                measurements={"Q1": measured(q1), "Q2": measured(q2)},
                levels={"R1": 4, "R2": 4},
            ),
        )
        received = self.receive(a_pdf(), case)
        self.do(
            self.mayor, app.AddEvidence(case=case, evidence=evidence_of(received.sha256, **more))
        )

    def receive(self, body: bytes, case: str = CASE, name: str = "e.pdf") -> Any:
        return self.run(self.desk.receive_file(person(self.mayor), case, name, body))

    def form(self, case: str = CASE) -> str:
        """Hand the sealed application form in and return its digest."""
        return self.receive(b"form,sealed\n", case, "form.csv").sha256

    def submit(self, case: str = CASE, *, sealed: bool = True) -> None:
        signed = app.Declaration(
            is_sealed=sealed, signed_on=self.clock.now().date(), sha256=self.form(case)
        )
        self.do(self.mayor, app.SubmitApplication(case=case, declaration=signed))

    def assign(self, case: str = CASE, reviewers: tuple[str, ...] = REVIEWERS) -> None:
        lead = reviewers[0]
        self.do("operator", rev.AssignReviewers(case=case, reviewers=reviewers, lead=lead))
        for name in reviewers:
            self.declare(name, case)
            self.run(self.desk.open_case(person(name), case))

    def declare(self, name: str, case: str = CASE, *grounds: Any) -> None:
        self.do(name, rev.DeclareConflicts(case=case, grounds=grounds))

    def review(self, name: str, case: str = CASE, **changes: rev.ReviewLine) -> None:
        lines = {code: a_line(code) for code in FRAMEWORK.indicators}
        self.do(name, rev.FileReview(case=case, lines=lines | changes))

    def plan_visit(self, case: str = CASE, day: date = VISIT, size: int = 2) -> None:
        pool = tuple(rev.SampleItem(indicator="Q1", item=f"row {n}") for n in range(40))
        self.do(
            "operator",
            rev.PlanVisit(
                case=case,
                on=day,
                commitment=commitment_of(SECRET),
                pool=pool,
                sample_size=size,
                checklist=("Q1", "R1"),
            ),
        )

    def find(self, code: str, outcome: Outcome = Outcome.CONFIRMED, **more: Any) -> None:
        parts = {"case": CASE, "note": "현장에서 확인함"}
        self.do(
            "operator",
            rev.RecordFinding(indicator=code, outcome=outcome, **(parts | more)),
        )

    def visit(self, case: str = CASE, day: date = VISIT) -> None:
        self.plan_visit(case, day)
        self.go(day)
        self.do("operator", rev.RevealSample(case=case, secret=SECRET))
        for one in self.case(case).visit.sample:
            self.find(one.indicator, item=one.item, case=case)
        for code in ("Q1", "R1"):
            self.find(code, case=case)
        self.do("operator", rev.CloseVisit(case=case))

    def session(self, round_id: str = "r26", present: tuple[str, ...] = MEMBERS) -> str:
        done = self.do(
            "operator", com.OpenSession(round=round_id, group=self.group, present=present)
        )
        return done.event.session

    def put(self, session: str, kind: MotionKind, case: str = CASE, **more: Any) -> str:
        motion = com.PutMotion(session=session, case=case, kind=kind, reason="심의", **more)
        return self.do("operator", motion).event.motion

    def vote(self, motion: str, names: tuple[str, ...], vote: Vote = Vote.FOR) -> None:
        for name in names:
            self.do(name, com.CastVote(motion=motion, vote=vote))

    def count(self, motion: str) -> Any:
        return self.do("operator", com.CountMotion(motion=motion)).event

    def accept(self, case: str = CASE, round_id: str = "r26") -> None:
        for name in MEMBERS:
            self.declare(name, case)
        session = self.session(round_id)
        motion = self.put(session, MotionKind.ACCEPT_SCORES, case)
        self.vote(motion, MEMBERS)
        self.count(motion)
        self.do("operator", com.CloseSession(session=session, minutes="가결"))

    def report(self, case: str = CASE) -> None:
        self.do("operator", dec.ReportResult(case=case, contents="평가내용"))

    def decide(self, case: str = CASE, *, granted: bool = True) -> None:
        self.do(
            "ministry",
            dec.DecideGrant(case=case, is_granted=granted, reason="기준 충족", deciders=("m:1",)),
        )

    def issue(self, case: str = CASE) -> None:
        self.do(self.mayor, dec.WaiveObjection(case=case))
        self.do("ministry", cert.IssueCertificate(case=case))

    def evaluate(self, case: str = CASE, day: date = VISIT, round_id: str = "r26") -> None:
        """From the accepted file to the decision."""
        self.do("operator", app.AcceptApplication(case=case))
        self.assign(case)
        for name in REVIEWERS:
            self.review(name, case)
        self.do("operator", rev.CloseDocumentReview(case=case))
        self.visit(case, day)
        self.accept(case, round_id)
        self.report(case)
        self.decide(case)

    def until(self, stage: Stage) -> "Town":
        """Bring the case to a stage on the straight way."""
        for reached, step in (
            (Stage.DRAFT, self._draft),
            (Stage.SUBMITTED, self.submit),
            (Stage.DOCUMENT_REVIEW, self._accepted),
            (Stage.SITE_VISIT, self._reviewed),
            (Stage.COMMITTEE, self.visit),
            (Stage.REPORTED, self._reported),
            (Stage.OBJECTION, self.decide),
            (Stage.GRANTED, self.issue),
        ):
            step()
            if reached is stage:
                break
        assert self.stage() is stage
        return self

    def _draft(self) -> None:
        self.found()
        self.plan()
        self.seat()
        self.announce()
        self.go(INTAKE[0])
        self.apply()
        self.fill()

    def _accepted(self) -> None:
        self.do("operator", app.AcceptApplication(case=CASE))

    def _reviewed(self) -> None:
        self.assign()
        for name in REVIEWERS:
            self.review(name)
        self.do("operator", rev.CloseDocumentReview(case=CASE))

    def _reported(self) -> None:
        self.accept()
        self.report()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with asyncio.Runner() as runner:
        store = Store.open(tmp_path / "city.db")
        clock, shelf = ManualClock(START), Shelf()
        book = SealedBook.named(create_keys(tmp_path / "dalgu.key"), BOOK)
        desk = ProcessDesk(store, shelf, clock, book, JUDGES)
        yield Town(tmp_path, runner, clock, store, desk, shelf, book)
        runner.run(store.close())
