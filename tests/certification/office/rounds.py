"""A round of the certification on a whole platform, from the call to the certificate."""

import asyncio
import io
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.certification.framework.loading import load
from dalgu.certification.framework.model import Framework
from dalgu.certification.office.judging import use_of
from dalgu.certification.office.office import Office
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import committee as com
from dalgu.certification.process.acts import decision as dec
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.acts import review as rev
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
    Vote,
)
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text

START = datetime(2026, 5, 4, 1, tzinfo=UTC)  # 10:00 in Seoul
FRAMEWORK = load("kr-scc-2021")
ROUND, CODE = "r26", "27000"
CASE = f"{ROUND}-{CODE}"
REFERENCE = date(2025, 12, 31)
SECRET = "5e" * 32
REVIEWERS = ("r1", "r2", "r3")
MEMBERS = ("c1", "c2", "c3", "c4", "c5")
DAEGU = app.LocalGovernment(
    code=CODE,
    kind=GovernmentKind.METROPOLITAN_CITY,
    name_ko="대구광역시",
    name_en="Daegu",
    population=2_360_000,
)
GROUPS = (
    prog.Group(code="large", title_ko="대도시", title_en="Large", city_types=("large",)),
    prog.Group(code="small", title_ko="중소도시", title_en="Small", city_types=("small",)),
)


def person(name: str) -> Actor:
    return Actor(name, Role.VIEWER)


def a_pdf(pages: int = 3) -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    drawing = canvas.Canvas(out, invariant=True)
    for number in range(pages):
        drawing.drawString(50, 800, f"evidence {number + 1}")
        drawing.showPage()
    drawing.save()
    return out.getvalue()


def values(
    framework: Framework = FRAMEWORK, city_type: str = "large", share: float = 0.8
) -> dict[str, app.Measurement]:
    """Measured values that each earn a share of their points."""
    found = {}
    for one in framework.indicators:
        if one.kind == "quantitative":
            posts = one.goalposts_for(city_type)
            value = posts.zero_at + share * (posts.full_at - posts.zero_at)
            found[one.code] = app.Measurement(status=MeasurementStatus.MEASURED, value=value)
    return found


def levels(level: int = 4) -> dict[str, int]:
    return {one.code: level for one in FRAMEWORK.indicators if one.kind == "qualitative"}


def evidence(sha256: str) -> app.Evidence:
    links = tuple(
        app.Link(indicator=one.code, summary=f"{one.code} 근거", pages=(1, 2))
        for one in FRAMEWORK.indicators
    )
    return app.Evidence(
        id="E1",
        sha256=sha256,
        title="증빙자료집",
        issuer="대구광역시",
        issued_on=date(2026, 3, 2),
        is_stamped=True,
        links=links,
    )


@dataclass
class House:
    """One platform on a manual clock, and the people of one programme."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    platform: Platform

    @property
    def office(self) -> Office:
        return self.platform.offices.office

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def do(self, name: str, command: Any) -> Any:
        actor = CONSOLE if name == "console" else person(name)
        return self.run(self.office.do(actor, command))

    def go(self, day: date) -> None:
        at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        self.run(self.clock.advance(at - self.clock.now()))

    @property
    def world(self) -> Any:
        return self.run(self.office.desk.world())

    def with_issuer(self) -> None:
        self.office.installed.create_issuer(Text("인증기관", "The issuer"), self.clock)

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
        for name in REVIEWERS:
            self.grant("operator", name, ProgrammeRole.REVIEWER, "body")
        for name in MEMBERS:
            self.grant("operator", name, ProgrammeRole.COMMITTEE_MEMBER)
        self.grant("operator", "mayor", ProgrammeRole.APPLICANT, CODE)

    def grant(self, by: str, name: str, role: ProgrammeRole, organisation: str = "") -> None:
        asked = prog.GrantRole(programme="scc", person=name, role=role, organisation=organisation)
        self.do(by, asked)

    def call(self, round_id: str = ROUND, day: date = date(2026, 5, 4)) -> None:
        self.do(
            "operator",
            prog.PlanRound(
                round=round_id,
                programme="scc",
                year=day.year,
                framework=use_of(FRAMEWORK),
                announced_on=day,
                intake_from=day + timedelta(days=28),
                intake_until=day + timedelta(days=57),
                groups=GROUPS,
            ),
        )
        for name in MEMBERS:
            seat = prog.SeatMember(
                round=round_id, person=name, qualification=Qualification.PROFESSOR, since=day
            )
            self.do("operator", seat)
        chair = prog.ElectChair(
            round=round_id, group="large", chair="c1", present=MEMBERS, votes_for=MEMBERS
        )
        self.do("operator", chair)
        self.do("operator", prog.AnnounceCall(round=round_id))

    def apply(self) -> None:
        self.do(
            "mayor",
            app.OpenApplication(
                round=ROUND, government=DAEGU, reference_date=REFERENCE, contact="p:1"
            ),
        )

    def fill(self, case: str = CASE, share: float = 0.8) -> None:
        declared = app.DeclareScore(case=case, measurements=values(share=share), levels=levels())
        self.do("mayor", declared)
        noted = self.run(self.office.desk.receive_file(person("mayor"), case, "증빙.pdf", a_pdf()))
        self.do("mayor", app.AddEvidence(case=case, evidence=evidence(noted.sha256)))

    def submit(self, case: str = CASE) -> None:
        day, [file] = self.clock.now().date(), self.world.cases[case].files
        sealed = app.Declaration(is_sealed=True, signed_on=day, sha256=file)
        self.do("mayor", app.SubmitApplication(case=case, declaration=sealed))
        self.do("operator", app.AcceptApplication(case=case))

    def review(self, case: str = CASE) -> None:
        self.do("operator", rev.AssignReviewers(case=case, reviewers=REVIEWERS, lead="r1"))
        for name in REVIEWERS:
            self.do(name, rev.DeclareConflicts(case=case, grounds=()))
            self.run(self.office.desk.open_case(person(name), case))
            lines = {
                one.code: rev.ReviewLine(
                    is_accepted=True,
                    reason="확인함",
                    level=4 if one.kind == "qualitative" else None,
                )
                for one in FRAMEWORK.indicators
            }
            self.do(name, rev.FileReview(case=case, lines=lines))
        self.do("operator", rev.CloseDocumentReview(case=case))

    def visit(self, case: str = CASE, day: date = date(2026, 8, 3)) -> None:
        code = FRAMEWORK.indicators[0].code
        pool = tuple(rev.SampleItem(indicator=code, item=f"row {n}") for n in range(9))
        plan = rev.PlanVisit(
            case=case,
            on=day,
            commitment=commitment_of(SECRET),
            pool=pool,
            sample_size=1,
            checklist=(code,),
        )
        self.do("operator", plan)
        self.go(day)
        self.do("operator", rev.RevealSample(case=case, secret=SECRET))
        [drawn] = self.world.cases[case].visit.sample
        for item in ("", drawn.item):
            seen = rev.RecordFinding(
                case=case, indicator=code, outcome=Outcome.CONFIRMED, note="확인", item=item
            )
            self.do("operator", seen)
        self.do("operator", rev.CloseVisit(case=case))

    def accept(self, case: str = CASE, round_id: str = ROUND) -> None:
        for name in MEMBERS:
            self.do(name, rev.DeclareConflicts(case=case, grounds=()))
        opened_ = self.do(
            "operator", com.OpenSession(round=round_id, group="large", present=MEMBERS)
        )
        session = opened_.event.session
        asked = com.PutMotion(
            session=session, case=case, kind=MotionKind.ACCEPT_SCORES, reason="심의"
        )
        motion = self.do("operator", asked).event.motion
        for name in MEMBERS:
            self.do(name, com.CastVote(motion=motion, vote=Vote.FOR))
        self.do("operator", com.CountMotion(motion=motion))
        self.do("operator", com.CloseSession(session=session, minutes="가결"))

    def decide(self, case: str = CASE) -> None:
        self.do("operator", dec.ReportResult(case=case, contents="평가내용"))
        self.do(
            "ministry",
            dec.DecideGrant(case=case, is_granted=True, reason="충족", deciders=("m:1",)),
        )
        self.do("mayor", dec.WaiveObjection(case=case))

    def until_draft(self) -> "House":
        self.found()
        self.call()
        self.go(date(2026, 6, 1))
        self.apply()
        return self

    def until_decided(self) -> "House":
        self.until_draft()
        self.fill()
        self.submit()
        self.review()
        self.visit()
        self.accept()
        self.decide()
        return self

    def issue(self, case: str = CASE) -> str:
        done = self.do("ministry", cert.IssueCertificate(case=case))
        number: str = done.event.certificate
        return number

    def revoke(self, number: str) -> None:
        """From the ground to the revocation, the holder silent twice."""
        of = {"certificate": number}
        self.do(
            "operator",
            cert.OpenRevocation(**of, ground=cert.RevocationGround.FRAUD, facts="허위 자료"),
        )
        for _ in range(2):
            due = self.clock.now().date() + timedelta(days=14)
            self.do("ministry", cert.SendNotice(**of, reason="허위 자료 제출", due=due))
            self.go(due + timedelta(days=1))
        self.do("ministry", cert.Revoke(**of, reason="허위 자료 제출"))


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    clock = ManualClock(START)
    with asyncio.Runner() as runner, Folder(folder) as kept:
        context = opened(Settings(data_dir=str(folder)), kept, lambda _: clock)
        platform = runner.run(context.__aenter__())
        try:
            yield House(folder, runner, clock, platform)
        finally:
            runner.run(context.__aexit__(None, None, None))
