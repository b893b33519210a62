"""No sequence of commands leads to what the law does not know."""

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

CASE, NUMBER, SECRET = "r26-27000", "SCC-2026-001", "5e" * 32
PEOPLE = ("operator", "ministry", "mayor", "r1", "r2", "r3", "r4", "c1", "c2", "c9", "other")
INDICATORS = ("Q1", "Q2", "R1", "R2", "Z9")
VALUE = app.Measurement(status=MeasurementStatus.MEASURED, value=80.0)
SEALED = app.Declaration(is_sealed=True, signed_on=date(2026, 6, 1), sha256="cd" * 32)
GROUND = st.sampled_from(ConflictGround)
CASES = st.sampled_from([CASE, CASE, CASE, f"{CASE}.2", "r26-27000-ext", "none"])
PERSON = st.sampled_from(PEOPLE)
CODE = st.sampled_from(INDICATORS)
LEVEL = st.integers(0, 5)
SESSION = st.integers(1, 3).map(lambda number: f"r26-session-{number}")
MOTION = st.builds("{}-motion-{}".format, SESSION, st.integers(1, 3))
OBJECTION = st.integers(1, 2).map(lambda number: f"{CASE}-objection-{number}")
LINE = st.builds(
    rev.ReviewLine, is_accepted=st.booleans(), reason=st.just("-"), level=st.none() | LEVEL
)
MEMBERS = tuple(f"c{number}" for number in range(1, 10))
PRESENT = st.integers(0, 9).map(lambda count: MEMBERS[:count])
DAY = st.dates(date(2026, 5, 1), date(2026, 12, 31))
OF_CASE = {"case": CASES}
OF_CERTIFICATE = {"certificate": st.just(NUMBER)}
WORD = st.just("-")

COMMANDS = st.one_of(
    *(
        st.builds(kind, **OF_CASE)
        for kind in (
            app.AcceptApplication,
            rev.OpenCase,
            rev.CloseDocumentReview,
            rev.CloseVisit,
            dec.WaiveObjection,
            dec.CloseCase,
            cert.IssueCertificate,
        )
    ),
    *(
        st.builds(kind, **OF_CASE, reason=WORD)
        for kind in (app.RefuseReview, app.WithdrawApplication)
    ),
    *(
        st.builds(kind, **OF_CERTIFICATE, reason=WORD)
        for kind in (cert.SuspendCertificate, cert.LiftSuspension, cert.DropRevocation, cert.Revoke)
    ),
    st.builds(prog.DismissMember, round=st.just("r26"), person=PERSON, reason=WORD,
              ground=st.just(DismissalGround.OWN_WISH)),
    st.builds(prog.TakeRole, programme=st.just("scc"), person=PERSON, reason=WORD),
    st.builds(prog.GrantRole, programme=st.just("scc"), person=PERSON,
              role=st.sampled_from(ProgrammeRole), organisation=st.just("27000")),
    st.builds(app.SubmitApplication, **OF_CASE, declaration=st.just(SEALED)),
    st.builds(app.ReplySupplement, **OF_CASE, answer=WORD),
    st.builds(app.RequestSupplement, **OF_CASE, items=st.just(("-",)), due=DAY),
    st.builds(app.RequestDocuments, **OF_CASE, items=st.just(("-",)), due=DAY),
    st.builds(app.DeclareScore, **OF_CASE, measurements=st.just({"Q1": VALUE, "Q2": VALUE}),
              levels=st.fixed_dictionaries({"R1": LEVEL, "R2": LEVEL})),
    st.builds(app.RemoveEvidence, **OF_CASE, evidence=st.just("E1"), reason=WORD),
    st.builds(rev.AssignReviewers, **OF_CASE, lead=PERSON,
              reviewers=st.permutations(["r1", "r2", "r3", "r4"]).map(lambda r: tuple(r[:3]))),
    st.builds(rev.DeclareConflicts, **OF_CASE, grounds=st.lists(GROUND, max_size=1).map(tuple)),
    st.builds(rev.ExcludePerson, **OF_CASE, person=PERSON, ground=GROUND, reason=WORD),
    st.builds(rev.ChallengePerson, **OF_CASE, person=PERSON, ground=GROUND, reason=WORD),
    st.builds(rev.FileReview, **OF_CASE, lines=st.dictionaries(CODE, LINE, min_size=1)),
    st.builds(rev.Adjudicate, **OF_CASE, indicator=CODE, level=LEVEL, reason=WORD),
    st.builds(rev.PlanVisit, **OF_CASE, on=DAY, commitment=st.just(commitment_of(SECRET)),
              pool=st.just(()), sample_size=st.just(0), checklist=st.just(("Q1",))),
    st.builds(rev.RevealSample, **OF_CASE, secret=st.sampled_from([SECRET, "00" * 32])),
    st.builds(rev.RecordFinding, **OF_CASE, indicator=CODE, outcome=st.sampled_from(Outcome),
              note=WORD, value=st.none() | st.floats(0, 100), level=st.none() | LEVEL),
    st.builds(com.OpenSession, round=st.just("r26"), group=st.just("large"), present=PRESENT),
    st.builds(com.PutMotion, **OF_CASE, session=SESSION, kind=st.sampled_from(MotionKind),
              reason=WORD, indicator=CODE, level=LEVEL, value=st.just(90.0), person=PERSON,
              objection=OBJECTION),
    st.builds(com.CastVote, motion=MOTION, vote=st.sampled_from(Vote)),
    st.builds(com.CountMotion, motion=MOTION),
    st.builds(com.CloseSession, session=SESSION, minutes=WORD),
    st.builds(dec.ReportResult, **OF_CASE, contents=WORD),
    st.builds(dec.DecideGrant, **OF_CASE, is_granted=st.booleans(), reason=WORD,
              deciders=st.just(("m",))),
    st.builds(dec.FileObjection, **OF_CASE, about=WORD),
    st.builds(dec.AnswerObjection, **OF_CASE, objection=OBJECTION,
              result=st.sampled_from(ObjectionResult), answer=WORD),
    st.builds(cert.RequestExtension, **OF_CERTIFICATE, round=st.just("r26"), contact=WORD,
              reference_date=DAY, population=st.just(2_000_000)),
    st.builds(cert.RecordMonitoring, **OF_CERTIFICATE, points=st.just(1.0),
              grade=st.integers(1, 5), note=WORD),
    st.builds(cert.OpenRevocation, **OF_CERTIFICATE, ground=st.sampled_from(RevocationGround),
              facts=WORD),
    st.builds(cert.SendNotice, **OF_CERTIFICATE, reason=WORD, due=DAY),
    st.builds(cert.SubmitExplanation, **OF_CERTIFICATE, text=WORD),
    st.builds(cert.JudgeExplanation, **OF_CERTIFICATE, is_accepted=st.booleans(), reason=WORD),
    st.builds(cert.TellHolder, **OF_CERTIFICATE, how=WORD),
    st.builds(cert.PostRevocation, **OF_CERTIFICATE, address=WORD),
)  # fmt: skip


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


ACTIONS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(("right", "right", "any")), PERSON, COMMANDS),
    min_size=5,
    max_size=25,
)
RIGHTFUL = {spec.command: spec.roles for spec in SPECS}
HOLDERS = {
    ProgrammeRole.MINISTRY: ("ministry",),
    ProgrammeRole.OPERATOR: ("operator",),
    ProgrammeRole.APPLICANT: ("mayor",),
    ProgrammeRole.REVIEWER: ("r1", "r2", "r3"),
    ProgrammeRole.COMMITTEE_MEMBER: ("c1", "c2", "c9"),
    ProgrammeRole.ADMINISTRATOR: ("console",),
}


def who(choice, name, command, number):
    """Mostly somebody whose role the command is for."""
    roles = sorted(RIGHTFUL[type(command)])
    people = [one for role in roles for one in HOLDERS[role]]
    return {"right": people[number % len(people)], "any": name}[choice]


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


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_sequence_of_commands_reaches_an_illegal_state(straight, data):
    entries, judges = straight
    start = data.draw(st.integers(30, len(entries)), label="entries of the straight way")
    play = Play(entries[:start], judges)
    for number, (days, choice, name, command) in enumerate(data.draw(ACTIONS)):
        play.at += timedelta(days=days)
        before = play.ask(who(choice, name, command, number), command)
        assert is_legal(before, play.world)
        assert wrongs(play.world) == []
    assert fold(play.entries) == play.world


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
