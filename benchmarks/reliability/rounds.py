"""A round of the certification, command by command: what several people ask for at once."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.certification.framework.loading import load
from dalgu.certification.office.judging import use_of
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import committee as com
from dalgu.certification.process.acts import decision as dec
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.acts.act import Command
from dalgu.certification.process.intake import check
from dalgu.certification.process.sampling import commitment_of
from dalgu.certification.process.state import World
from dalgu.certification.process.words import (
    GovernmentKind,
    MeasurementStatus,
    MotionKind,
    ObjectType,
    Outcome,
    ProgrammeKind,
    ProgrammeRole,
    Qualification,
    RevocationGround,
    Vote,
)

FRAMEWORK = load("kr-scc-2021")
CODES = tuple(one.code for one in FRAMEWORK.indicators)
CALL, INTAKE, VISIT = date(2026, 5, 4), date(2026, 6, 1), date(2026, 8, 3)
REVIEWERS, MEMBERS = ("r1", "r2", "r3"), ("c1", "c2", "c3", "c4", "c5")
CITIES = ("27000", "11000", "26000")
SECRET = "5e" * 32
SEALED_FORM = b"form,sealed\n"


@dataclass(frozen=True, slots=True)
class Step:
    """What one person asks for, once the world is so far; `body` is a file handed in with it."""

    by: str
    make: Callable[[World], Command]
    body: bytes = b""

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return CONSOLE if self.by == "console" else Actor(self.by, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Phase:
    """From a day on, some people work at once, each step by step."""

    day: date
    people: tuple[tuple[Step, ...], ...]


def phases() -> Iterator[Phase]:
    """Yield the whole round, to the revocation of a certificate."""
    yield Phase(CALL, (tuple(_setup()),))
    yield Phase(INTAKE, tuple(tuple(_applies(code)) for code in CITIES))
    yield Phase(VISIT, tuple(tuple(_is_visited(code)) for code in CITIES))
    yield Phase(VISIT, (tuple(_committee()),))
    yield Phase(VISIT, tuple(tuple(_is_decided(code)) for code in CITIES))
    day = VISIT + timedelta(days=30)
    yield Phase(day, tuple(tuple(_after(n)) for n in range(len(CITIES))))
    yield Phase(day + timedelta(days=15), (tuple(_notice(1, day + timedelta(days=29))),))
    yield Phase(day + timedelta(days=31), (tuple(_revoked(1)),))


def case_of(code: str) -> str:
    return f"r26-{code}"


def step(by: str, command: Command, body: bytes = b"") -> Step:
    return Step(by, lambda world: command, body)


def _setup() -> Iterator[Step]:
    yield step("console", prog.DefineProgramme(
        programme="scc", kind=ProgrammeKind.CERTIFICATION, object_type=ObjectType.CITY,
        title_ko="스마트도시 인증", title_en="Smart city certification"))  # fmt: skip
    roles = [("console", "ministry", ProgrammeRole.MINISTRY, "")]
    roles += [("ministry", "operator", ProgrammeRole.OPERATOR, "")]
    roles += [("operator", name, ProgrammeRole.REVIEWER, "body") for name in REVIEWERS]
    roles += [("operator", name, ProgrammeRole.COMMITTEE_MEMBER, "") for name in MEMBERS]
    roles += [("operator", f"mayor-{code}", ProgrammeRole.APPLICANT, code) for code in CITIES]
    for by, name, role, where in roles:
        grant = prog.GrantRole(programme="scc", person=name, role=role, organisation=where)
        yield step(by, grant)
    group = prog.Group(
        code="large", title_ko="대도시", title_en="Large", city_types=("large", "small")
    )
    yield step("operator", prog.PlanRound(
        round="r26", programme="scc", year=2026, framework=use_of(FRAMEWORK), announced_on=CALL,
        intake_from=INTAKE, intake_until=CALL + timedelta(days=57), groups=(group,)))  # fmt: skip
    for name in MEMBERS:
        seat = prog.SeatMember(
            round="r26", person=name, qualification=Qualification.PROFESSOR, since=CALL
        )
        yield step("operator", seat)
    yield step("operator", prog.ElectChair(
        round="r26", group="large", chair="c1", present=MEMBERS, votes_for=MEMBERS))  # fmt: skip
    yield step("operator", prog.AnnounceCall(round="r26"))


def _applies(code: str) -> Iterator[Step]:
    mayor, case = f"mayor-{code}", case_of(code)
    yield step(mayor, app.OpenApplication(
        round="r26", reference_date=date(2025, 12, 31), contact="p:1",
        government=app.LocalGovernment(
            code=code, kind=GovernmentKind.METROPOLITAN_CITY, name_ko=f"시 {code}",
            name_en=f"City {code}", population=2_000_000)))  # fmt: skip
    yield step(mayor, app.DeclareScore(case=case, measurements=_values(), levels=_levels()))
    for name, body in (("evidence.pdf", a_pdf()), ("form.csv", SEALED_FORM)):
        yield step(mayor, received(case, name, body), body)
    yield Step(mayor, lambda world: app.AddEvidence(case=case, evidence=_evidence(world, case)))
    yield Step(mayor, lambda world: app.SubmitApplication(
        case=case, declaration=app.Declaration(
            is_sealed=True, signed_on=INTAKE, sha256=_file(world, case, "form.csv"))))  # fmt: skip
    yield step("operator", app.AcceptApplication(case=case))
    yield step("operator", rev.AssignReviewers(case=case, reviewers=REVIEWERS, lead="r1"))
    for name in REVIEWERS:
        yield step(name, rev.DeclareConflicts(case=case, grounds=()))
        yield step(name, rev.OpenCase(case=case))
        yield step(name, rev.FileReview(case=case, lines=_lines()))
    yield step("operator", rev.CloseDocumentReview(case=case))
    yield step("operator", rev.PlanVisit(
        case=case, on=VISIT, commitment=commitment_of(SECRET), sample_size=1,
        pool=tuple(rev.SampleItem(indicator=CODES[0], item=f"row {n}") for n in range(9)),
        checklist=(CODES[0],)))  # fmt: skip


def _is_visited(code: str) -> Iterator[Step]:
    case = case_of(code)

    def seen(item: str) -> Command:
        return rev.RecordFinding(
            case=case, indicator=CODES[0], outcome=Outcome.CONFIRMED, note="확인", item=item
        )

    yield step("operator", rev.RevealSample(case=case, secret=SECRET))
    yield step("operator", seen(""))
    yield Step("operator", lambda world: seen(_known(world.cases[case].visit).sample[0].item))
    yield step("operator", rev.CloseVisit(case=case))
    for name in MEMBERS:
        yield step(name, rev.DeclareConflicts(case=case, grounds=()))


def _committee() -> Iterator[Step]:
    yield step("operator", com.OpenSession(round="r26", group="large", present=MEMBERS))
    for place, code in enumerate(CITIES):
        yield Step("operator", partial(_motion_on, code))
        for name in MEMBERS:
            yield Step(name, partial(_vote_on, place))
        yield Step("operator", partial(_count_of, place))
    yield Step("operator", _closing)


def _motion_on(code: str, world: World) -> Command:
    return com.PutMotion(
        session=_last(world.sessions),
        case=case_of(code),
        kind=MotionKind.ACCEPT_SCORES,
        reason="심의",
    )


def _vote_on(place: int, world: World) -> Command:
    return com.CastVote(motion=list(world.motions)[place], vote=Vote.FOR)


def _count_of(place: int, world: World) -> Command:
    return com.CountMotion(motion=list(world.motions)[place])


def _closing(world: World) -> Command:
    return com.CloseSession(session=_last(world.sessions), minutes="가결")


def _is_decided(code: str) -> Iterator[Step]:
    case = case_of(code)
    yield step("operator", dec.ReportResult(case=case, contents="평가내용"))
    yield step("ministry", dec.DecideGrant(
        case=case, is_granted=True, reason="충족", deciders=("m:1",)))  # fmt: skip
    yield step(f"mayor-{code}", dec.WaiveObjection(case=case))
    yield step("ministry", cert.IssueCertificate(case=case))


def _after(place: int) -> Iterator[Step]:
    """The first is suspended and counts again, the second is to be revoked, the third suspended."""
    if place == 1:
        yield of_certificate(place, "operator", cert.OpenRevocation,
                             ground=RevocationGround.FRAUD, facts="허위 자료")  # fmt: skip
        yield from _notice(place, VISIT + timedelta(days=44))
        return
    yield of_certificate(place, "ministry", cert.SuspendCertificate, reason="점검")
    if place == 0:
        yield of_certificate(place, "ministry", cert.LiftSuspension, reason="개선")


def _notice(place: int, due: date) -> Iterator[Step]:
    yield of_certificate(place, "ministry", cert.SendNotice, reason="허위 자료", due=due)


def _revoked(place: int) -> Iterator[Step]:
    yield of_certificate(place, "ministry", cert.Revoke, reason="허위 자료")
    yield of_certificate(place, "ministry", cert.TellHolder, how="공문")


def of_certificate(place: int, by: str, kind: type[Any], **parts: Any) -> Step:
    """Return a step on the certificate of a city."""

    def make(world: World) -> Command:
        case = case_of(CITIES[place])
        [number] = (one.number for one in world.certificates.values() if one.case == case)
        made: Command = kind(certificate=number, **parts)
        return made

    return Step(by, make)


def received(case: str, name: str, body: bytes) -> app.ReceiveFile:
    """Return the command by which the desk notes a file."""
    from hashlib import sha256

    found = check(name, body)
    return app.ReceiveFile(case=case, sha256=sha256(body).hexdigest(), kind=found.kind,
                           size_bytes=found.size_bytes, pages=found.pages, name=name)  # fmt: skip


@cache
def a_pdf() -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    drawing = canvas.Canvas(out, invariant=True)
    for number in range(3):
        drawing.drawString(50, 800, f"evidence {number + 1}")
        drawing.showPage()
    drawing.save()
    return out.getvalue()


def _values() -> dict[str, app.Measurement]:
    found = {}
    for one in FRAMEWORK.indicators:
        if one.kind == "quantitative":
            posts = one.goalposts_for("large")
            value = posts.zero_at + 0.8 * (posts.full_at - posts.zero_at)
            found[one.code] = app.Measurement(status=MeasurementStatus.MEASURED, value=value)
    return found


def _levels() -> dict[str, int]:
    return {one.code: 4 for one in FRAMEWORK.indicators if one.kind == "qualitative"}


def _lines() -> dict[str, rev.ReviewLine]:
    levels = _levels()
    return {
        code: rev.ReviewLine(is_accepted=True, reason="확인함", level=levels.get(code))
        for code in CODES
    }


def _evidence(world: World, case: str) -> app.Evidence:
    links = tuple(app.Link(indicator=code, summary="근거", pages=(1, 2)) for code in CODES)
    return app.Evidence(id="E1", sha256=_file(world, case, "evidence.pdf"), title="증빙자료집",
                        issuer="시", issued_on=date(2026, 3, 2), is_stamped=True,
                        links=links)  # fmt: skip


def _file(world: World, case: str, name: str) -> str:
    return next(one.sha256 for one in world.cases[case].files.values() if one.name == name)


def _last(some: Any) -> str:
    return list(some)[-1]


def _known(visit: Any) -> Any:
    return visit
