"""No sequence of commands leads to what the law does not know."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import committee as com
from dalgu.certification.process.acts import decision as dec
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.codec import decode, encode
from dalgu.certification.process.fold.fold import case_of, fold
from dalgu.certification.process.rules.follow import follow
from dalgu.certification.process.sampling import commitment_of
from dalgu.certification.process.state import Entry, World
from dalgu.certification.process.table import EDGES, SPECS
from dalgu.certification.process.words import (
    CertificateStatus,
    ConflictGround,
    DismissalGround,
    MeasurementStatus,
    MotionKind,
    ObjectionResult,
    Outcome,
    ProgrammeRole,
    RevocationGround,
    Stage,
    Vote,
)
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError

FORM_SHA256 = "613b229ea925baac60eed14c3b0e932cad312b9ae7189862b2f6a17aa6336159"
CASE, NUMBER, SECRET = "r26-27000", "SCC-2026-001", "5e" * 32
REVIEWERS, MEMBERS = ("r1", "r2", "r3"), tuple(f"c{number}" for number in range(1, 10))
JUDGES = (*REVIEWERS, *MEMBERS)
INDICATORS = ("Q1", "Q2", "R1", "R2")
VALUE = app.Measurement(status=MeasurementStatus.MEASURED, value=80.0)
SEALED = app.Declaration(is_sealed=True, signed_on=date(2026, 6, 1), sha256=FORM_SHA256)
WALKS, STEPS = 500, 80


def lines(rng):
    """A review of everything, or of some things, and sometimes a wrong one."""
    codes = rng.choice([INDICATORS, INDICATORS, INDICATORS, ("R1",), ("Z9",)])
    return {
        code: rev.ReviewLine(
            is_accepted=rng.random() < 0.8,
            reason="-",
            level={"R": rng.randint(2, 5)}.get(code[0]),
            needs_site_check=rng.random() < 0.1,
        )
        for code in codes
    }


def motion(rng, world):
    kind = rng.choice(list(MotionKind))
    code = {MotionKind.RAISE_VALUE: "Q1"}.get(kind, "R1")
    return {
        "session": rng.choice([*world.sessions, "none"]),
        "kind": kind,
        "reason": "-",
        "indicator": code,
        "level": rng.randint(0, 5),
        "value": 90.0,
        "person": rng.choice(JUDGES),
        "objection": f"{CASE}-objection-{rng.randint(1, 2)}",
    }


def due(rng, today):
    return {"due": today + timedelta(days=rng.randint(-1, 20))}


CASE_ONLY = (
    app.AcceptApplication,
    rev.OpenCase,
    rev.CloseDocumentReview,
    rev.CloseVisit,
    dec.WaiveObjection,
    dec.CloseCase,
    dec.CloseCase,
    cert.IssueCertificate,
)
REASONED = (cert.SuspendCertificate, cert.LiftSuspension, cert.DropRevocation, cert.Revoke)


def of_programme(rng, case, world, today):
    person = rng.choice(JUDGES)
    return [
        prog.GrantRole(
            programme="scc",
            person=person,
            role=rng.choice(list(ProgrammeRole)),
            organisation="27000",
        ),
        prog.TakeRole(programme="scc", person=person, reason="-"),
        prog.DismissMember(round="r26", person=person, ground=DismissalGround.OWN_WISH, reason="-"),
        prog.RenewTerm(round="r26", person=person),
        com.OpenSession(round="r26", group="large", present=MEMBERS[rng.randint(0, 4) :]),
        com.CloseSession(session=rng.choice([*world.sessions, "none"]), minutes="-"),
        com.CastVote(motion=rng.choice([*world.motions, "none"]), vote=Vote.FOR),
        com.CastVote(motion=rng.choice([*world.motions, "none"]), vote=rng.choice(list(Vote))),
        com.CountMotion(motion=rng.choice([*world.motions, "none"])),
    ]


def of_case(rng, case, world, today):
    ground, person, code = rng.choice(list(ConflictGround)), rng.choice(JUDGES), "R1"
    return [
        *(kind(case=case) for kind in CASE_ONLY),
        app.RefuseReview(case=case, reason="-"),
        app.WithdrawApplication(case=case, reason="-"),
        app.SubmitApplication(case=case, declaration=SEALED),
        app.ReplySupplement(case=case, answer="-"),
        app.RequestSupplement(case=case, items=("-",), **due(rng, today)),
        app.RequestDocuments(case=case, items=("-",), **due(rng, today)),
        app.DeclareScore(
            case=case,
            measurements={"Q1": VALUE, "Q2": VALUE},
            levels={"R1": rng.randint(0, 5), "R2": 4},
        ),
        app.RemoveEvidence(case=case, evidence="E1", reason="-"),
        rev.AssignReviewers(case=case, reviewers=REVIEWERS, lead="r1"),
        rev.DeclareConflicts(case=case, grounds=()),
        rev.DeclareConflicts(case=case, grounds=() if rng.random() < 0.8 else (ground,)),
        rev.ExcludePerson(case=case, person=person, ground=ground, reason="-"),
        rev.ChallengePerson(case=case, person=person, ground=ground, reason="-"),
        rev.FileReview(case=case, lines=lines(rng)),
        rev.FileReview(case=case, lines=lines(rng)),
        rev.Adjudicate(case=case, indicator=code, level=rng.randint(0, 5), reason="-"),
        rev.PlanVisit(
            case=case,
            on=today + timedelta(days=rng.randint(0, 3)),
            commitment=commitment_of(SECRET),
            pool=(),
            sample_size=0,
            checklist=("Q1",) if rng.random() < 0.5 else INDICATORS,
        ),
        rev.RevealSample(case=case, secret=rng.choice([SECRET, SECRET, "00" * 32])),
        rev.RecordFinding(
            case=case,
            indicator=rng.choice(INDICATORS),
            outcome=rng.choice(list(Outcome)),
            note="-",
            value=rng.uniform(0, 100),
            level=rng.randint(0, 5),
        ),
        com.PutMotion(case=case, **motion(rng, world)),
        com.PutMotion(case=case, **(motion(rng, world) | {"kind": MotionKind.ACCEPT_SCORES})),
        dec.ReportResult(case=case, contents="-"),
        dec.DecideGrant(case=case, is_granted=rng.random() < 0.5, reason="-", deciders=("m:1",)),
        dec.FileObjection(case=case, about="-"),
        dec.AnswerObjection(
            case=case,
            objection=f"{case}-objection-{rng.randint(1, 3)}",
            result=rng.choice(list(ObjectionResult)),
            answer="-",
        ),
    ]


def of_certificate(rng, case, world, today):
    number = {"certificate": NUMBER}
    return [
        *(kind(**number, reason="-") for kind in REASONED),
        cert.RequestExtension(
            **number, round="r26", contact="-", reference_date=today, population=2_000_000
        ),
        cert.RecordMonitoring(**number, points=1.0, grade=rng.randint(1, 5), note="-"),
        cert.OpenRevocation(**number, ground=rng.choice(list(RevocationGround)), facts="-"),
        cert.SendNotice(**number, reason="-", **due(rng, today)),
        cert.SendNotice(**number, reason="-", **due(rng, today)),
        cert.SubmitExplanation(**number, text="-"),
        cert.JudgeExplanation(**number, is_accepted=rng.random() < 0.3, reason="-"),
        cert.TellHolder(**number, how="-"),
        cert.PostRevocation(**number, address="-"),
    ]


@pytest.fixture
def straight(town):
    """The log of a case's straight way to its certificate."""
    town.until(Stage.GRANTED)
    found = town.book.entries(town.store.read(), limit=10_000)
    return [decode(one.seq, one.content, one.digest) for one in found], town.desk._judges


class Play:
    """A log that grows in memory, from some point of the straight way on."""

    def __init__(self, entries, judges):
        self.entries, self.judges = list(entries), judges
        self.world = fold(entries)
        self.at = entries[-1].at

    def ask(self, name, command):
        """Follow a command when its actor may; return the world before it."""
        before = self.world
        actor = CONSOLE if name == "console" else Actor(name, Role.VIEWER)
        try:
            role, events = follow(before, command, actor, self.at, self.judges)
        except DalguError as refusal:
            assert refusal.detail.endswith(".")  # noqa: PT017 - every refusal is a sentence
            return before
        for event in events:
            seq = len(self.entries) + 1
            entry = Entry(seq=seq, at=self.at, by=name, role=role, event=event, digest=str(seq))
            self.entries.append(entry)
            self.world = fold([entry], self.world)
        return before


SPEC_OF = {spec.command: spec for spec in SPECS}
HOLDERS = {
    ProgrammeRole.MINISTRY: ("ministry",),
    ProgrammeRole.OPERATOR: ("operator",),
    ProgrammeRole.APPLICANT: ("mayor",),
    ProgrammeRole.REVIEWER: REVIEWERS,
    ProgrammeRole.COMMITTEE_MEMBER: MEMBERS,
    ProgrammeRole.ADMINISTRATOR: ("console",),
}
RARE = (  # or no walk would come far
    app.WithdrawApplication,
    prog.DismissMember,
    prog.TakeRole,
    rev.ExcludePerson,
    cert.DropRevocation,
)
EVERYBODY = tuple(sorted({one for people in HOLDERS.values() for one in people}))


def step(rng, play):
    """A command, mostly of the stage, and who asks for it, mostly of the role."""
    today = local(play.at).date()
    case = rng.choice([*play.world.cases, CASE, CASE])
    stage = play.world.cases[case].stage
    late = {Stage.GRANTED: [of_certificate] * 12}.get(stage, [])
    part = rng.choice([of_programme, *[of_case] * 3, *late])
    offered = [
        one
        for one in part(rng, case, play.world, today)
        if type(one) not in RARE or rng.random() < 0.05
    ]
    fitting = [one for one in offered if stage in (SPEC_OF[type(one)].stages or {stage})]
    command = rng.choice(rng.choice([fitting or offered, fitting or offered, offered]))
    roles = sorted(SPEC_OF[type(command)].roles)
    people = [one for role in roles for one in HOLDERS[role]]
    return rng.choice([*people, *people, rng.choice(EVERYBODY)]), command


def is_legal(before, after):
    return all(
        case.stage is before.cases[key].stage or case.stage in EDGES[before.cases[key].stage]
        for key, case in after.cases.items()
        if key in before.cases
    )


def wrongs(world: World) -> list[str]:
    """What may never be so in any state."""
    found = [
        f"{one.number} without a granted decision"
        for one in world.certificates.values()
        if not world.cases[one.case].decisions[-1].is_granted or one.grade > 3
    ]
    found += [
        f"{case.id} reported without accepted scores"
        for case in world.cases.values()
        if case.stage in (Stage.REPORTED, Stage.GRANTED) and case.accepted is None
    ]
    found += [
        f"{one.number} revoked unheard"
        for one in world.certificates.values()
        if one.life.revoked_on is not None
        and not one.revocation.is_groundless
        and len(one.revocation.notices) < 2
    ]
    found += [
        f"{case.id} left the written evaluation without its levels"
        for case in world.cases.values()
        if case.stage in (Stage.SITE_VISIT, Stage.COMMITTEE) and case.reviewed is None
    ]
    return found


@pytest.fixture
def walks(straight):
    """Random walks from points of the straight way; each yields itself after every step."""
    entries, judges = straight
    opened = [isinstance(one.event, app.ApplicationOpened) for one in entries].index(True) + 1

    def walk(seed):
        rng = random.Random(seed)
        play = Play(entries[: rng.randint(opened, len(entries))], judges)
        for _ in range(STEPS):
            play.at += timedelta(days=rng.choice([0] * 12 + [1, 2, 9, 31]))
            yield play, play.ask(*step(rng, play))

    return walk


def test_no_sequence_of_commands_reaches_an_illegal_state(walks):
    done, stages = Counter(), set()
    for seed in range(WALKS):
        for play, before in walks(seed):
            assert is_legal(before, play.world), seed
            assert wrongs(play.world) == [], seed
            stages |= {case.stage for case in play.world.cases.values()}
        assert fold(play.entries) == play.world
        start = sum(entry.digest != str(entry.seq) for entry in play.entries)
        done.update(type(entry.event).__name__ for entry in play.entries[start:])
    assert stages == set(Stage)  # the walks went everywhere
    assert {"CertificateRevoked", "ObjectionAnswered", "MotionDecided", "SampleDrawn"} <= set(done)
    assert sum(done.values()) > 10 * WALKS


def test_the_straight_way_can_be_folded_in_any_two_pieces(straight):
    entries, _ = straight
    whole = fold(entries)
    assert all(fold(entries[n:], fold(entries[:n])) == whole for n in range(0, len(entries), 7))


def test_every_entry_of_the_straight_way_survives_the_log(straight):
    entries, _ = straight
    for one in entries:
        content = encode(one.at, one.by, one.role, one.event)
        assert decode(one.seq, content, one.digest) == one


def test_a_barred_person_leaves_no_trace_in_the_case_after_that(straight):
    entries, judges = straight
    play = Play(entries[:60], judges)
    for name in ("r1", "c1"):
        play.ask(
            "operator",
            rev.ExcludePerson(case=CASE, person=name, ground=ConflictGround.PARTY, reason="-"),
        )
    count = len(play.entries)
    for name in ("r1", "c1"):
        for command in (
            rev.OpenCase(case=CASE),
            rev.FileReview(case=CASE, lines={"Q1": rev.ReviewLine(is_accepted=True, reason="-")}),
            rev.Adjudicate(case=CASE, indicator="R1", level=3, reason="-"),
        ):
            play.ask(name, command)
    assert len(play.entries) == count


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(issued=st.dates(date(2026, 8, 3), date(2044, 3, 1)))
def test_a_certificate_of_any_day_ends_by_the_calendar(straight, issued):
    entries, judges = straight
    play = Play([one for one in entries if one.seq < entries[-1].seq], judges)
    play.at = datetime(issued.year, issued.month, issued.day, 3, tzinfo=entries[0].at.tzinfo)
    play.ask("ministry", cert.IssueCertificate(case=CASE))
    [certificate] = play.world.certificates.values()
    end = certificate.life.expires_on
    assert local(play.at).date() == certificate.life.issued_on == issued
    assert (end.year, end.month) == (issued.year + 2, issued.month)
    assert end.day in (issued.day, 28)
    assert certificate.status_on(end) is CertificateStatus.VALID
    assert certificate.status_on(end + timedelta(days=1)) is CertificateStatus.EXPIRED


def test_every_event_of_a_case_is_in_its_log(straight):
    entries, _ = straight
    world = fold(entries)
    mine = [one.seq for one in entries if case_of(world, one.event) == CASE]
    assert list(world.log[CASE]) == mine
