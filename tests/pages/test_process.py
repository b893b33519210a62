"""The certification as people go through it: by keyboard, in both languages, and without script."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from tests.certification.office.rounds import (
    DAEGU,
    FRAMEWORK,
    a_pdf,
    evidence,
    levels,
    values,
)
from tests.pages.axe import violations

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.text import Text

pytestmark = [pytest.mark.page, pytest.mark.slow]

NAMES = ("ministry", "operator", "mayor", "r1", "r2", "r3", "c1", "c2", "c3")
ROUND = "scc-2026"
CASE = f"{ROUND}-27000"
PATH = f"/certification/cases/{CASE}"
SECRET = "5e" * 32
QUALITATIVE = next(one for one in FRAMEWORK.indicators if one.kind == "qualitative")
FIRST = FRAMEWORK.indicators[0]


@dataclass
class Case:
    """A case in the town, and who takes part in it."""

    town: Any
    make: Any
    sessions: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    visitors: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)

    def join(self, name: str) -> None:
        access = self.town.platform.access
        link = self.town.run(access.accounts.invite(CONSOLE, Role.VIEWER))
        session = self.town.run(
            access.redeem_link(link, f"{name}-{link[:8]}", "a long word about persimmons")
        )
        self.sessions[name] = session.secret
        actor = self.town.run(access.actor_of_session(session.secret))
        self.ids[name] = actor.id

    def do(self, name: str, command: Any) -> Any:
        actor = CONSOLE if name == "console" else Actor(self.ids[name], Role.VIEWER)
        return self.town.run(self.town.platform.offices.office.do(actor, command))

    def reader(self, name: str, **options: Any) -> Any:
        """Return somebody before the browser, signed in; the same one each time."""
        if name not in self.visitors or options:
            visitor = self.make(**options)
            cookie = {"name": "dalgu_session", "value": self.sessions[name], "url": self.town.url}
            visitor.context.add_cookies([cookie])
            self.visitors[name] = visitor
        return self.visitors[name]

    def open(self, name: str, path: str) -> Any:
        """Return a page as somebody sees it."""
        return self.reader(name).open(path)

    def look(self, name: str) -> None:
        """Note what axe and the layout find fault with on the page that somebody has open."""
        sound(self.reader(name), self.faults)

    @property
    def state(self) -> Any:
        return self.town.run(self.town.platform.offices.desk.world()).cases[CASE]

    def later(self, days: int) -> None:
        self.town.run(self.town.clock.advance(timedelta(days=days)))

    # -- what other tests do by hand --------------------------------------------------------

    def found(self) -> None:
        for name in NAMES:
            self.join(name)
        self.do(
            "console",
            prog.DefineProgramme(
                programme="scc",
                kind="certification",
                object_type="city",
                title_ko="스마트도시 인증",
                title_en="Smart city certification",
            ),
        )
        roles = {"r": ProgrammeRole.REVIEWER, "c": ProgrammeRole.COMMITTEE_MEMBER}
        self.grant("console", "ministry", ProgrammeRole.MINISTRY)
        self.grant("ministry", "operator", ProgrammeRole.OPERATOR)
        self.grant("operator", "mayor", ProgrammeRole.APPLICANT, DAEGU.code)
        for name in NAMES[3:]:
            self.grant("operator", name, roles[name[0]])

    def grant(self, by: str, name: str, role: ProgrammeRole, organisation: str = "") -> None:
        person = self.ids[name]
        self.do(
            by,
            prog.GrantRole(programme="scc", person=person, role=role, organisation=organisation),
        )


def press(page, locator):
    """Follow a link or send a form with the keyboard alone, and wait for the next page."""
    locator.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def unfold(page, locator):
    locator.focus()
    page.keyboard.press("Enter")


def tick(page, locator):
    locator.focus()
    page.keyboard.press("Space")


def write(page, locator, text):
    locator.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)  # as an input method gives it: a syllable is no key


@pytest.fixture(scope="module")
def issuer(town):
    """The town can sign; its key counts since before the round."""
    installed = town.platform.offices.office.installed
    installed.create_issuer(Text("달구 인증기관", "Dalgu issuer"), town.clock)


def sound(visitor, found):
    """Note what axe and the console find fault with on the page as it is."""
    for key, nodes in violations(visitor.page).items():
        found[f"{visitor.page.url} {key}"] = nodes
    wide = visitor.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        found[f"{visitor.page.url} scrolls sideways"] = wide


def plan_a_round(case):
    """The operator plans a round and announces it, in Korean."""
    page = case.open("operator", "/ko/certification/rounds")
    press(page, page.get_by_role("link", name="회차 계획"))
    write(page, page.get_by_label("회차 번호"), ROUND)
    today = case.town.clock.now().date()
    page.get_by_label("접수 마감일").fill((today + timedelta(days=30)).isoformat())
    case.look("operator")
    press(page, page.get_by_role("button", name="회차 계획"))
    for name in ("c1", "c2", "c3"):
        press(page, page.get_by_role("link", name="위원 위촉"))
        page.get_by_label("사람 (가명)").select_option(case.ids[name])
        page.get_by_label("위촉 자격").select_option("professor")
        press(page, page.get_by_role("button", name="위원 위촉"))
    press(page, page.get_by_role("link", name="위원장 호선 기록"))
    page.get_by_label("평가 그룹").select_option("large")
    page.get_by_label("위원장").select_option(case.ids["c1"])
    for box in page.get_by_role("checkbox").all():
        tick(page, box)
    case.look("operator")
    press(page, page.get_by_role("button", name="위원장 호선 기록"))
    press(page, page.get_by_role("link", name="공고하기"))
    press(page, page.get_by_role("button", name="인증 공고"))
    page.get_by_text("접수 중").wait_for()
    case.look("operator")


def apply(case):
    """The city applies, in English."""
    page = case.open("mayor", "/en/certification/rounds")
    press(page, page.get_by_role("link", name="Apply"))
    write(page, page.get_by_label("Area code"), DAEGU.code)
    page.get_by_label("Kind").select_option("metropolitan_city")
    write(page, page.get_by_label("Name in Korean"), DAEGU.name_ko)
    write(page, page.get_by_label("Name in English"), DAEGU.name_en)
    write(page, page.get_by_label("Registered residents"), str(DAEGU.population))
    case.look("mayor")
    press(page, page.get_by_role("button", name="Begin an application"))
    press(page, page.get_by_role("main").get_by_role("link", name="Daegu"))
    page.get_by_role("heading", name="What I may do now").wait_for()
    case.look("mayor")
    press(page, page.get_by_role("link", name="Self-assessment", exact=True))
    press(page, page.get_by_role("button", name="Measure this city and declare"))
    page.get_by_text(re.compile("Self-assessed points:")).wait_for()
    assert len(case.state.score.measurements) == 43
    page.locator(f'[name="level.{QUALITATIVE.code}"]').select_option("4")
    press(page, page.get_by_role("button", name="Declare the self-assessment"))
    assert case.state.score.levels == {QUALITATIVE.code: 4}
    assert any(one.snapshot for one in case.state.score.measurements.values())
    case.look("mayor")

    page.goto(f"{case.town.url}/en{PATH}/evidence")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "a.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90"}
    )
    press(page, page.get_by_role("button", name="Upload"))
    assert "is none of" in page.get_by_role("alert").inner_text()
    page.get_by_label("File", exact=True).first.set_input_files(
        {"name": "증빙.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    press(page, page.get_by_role("button", name="Upload"))
    page.get_by_role("heading", name="Add evidence").wait_for()
    write(page, page.get_by_label("Title"), "증빙자료집")
    page.get_by_label("Issued on").fill("2026-03-02")
    write(page, page.get_by_label("Pages"), "1-3")
    write(page, page.get_by_label("Summary"), "Everything")
    tick(page, page.get_by_label("Carries the identical-to-original stamp"))
    tick(page, page.locator(f'[name="indicator"][value="{FIRST.code}"]'))
    press(page, page.get_by_role("button", name="Add evidence"))
    [linked] = case.state.evidence.values()
    assert (linked.links[0].indicator, linked.links[0].pages) == (FIRST.code, (1, 2, 3))
    case.look("mayor")


def claim(case):
    """The rest of what it claims, as its own clerks would type it for days."""
    [file] = case.state.files
    case.do("mayor", app.DeclareScore(case=CASE, measurements=values(), levels=levels()))
    all_of_it = evidence(file)
    case.do("mayor", app.RemoveEvidence(case=CASE, evidence="E1", reason="다시 정리"))
    case.do("mayor", app.AddEvidence(case=CASE, evidence=all_of_it))
    page = case.open("mayor", f"/en{PATH}")
    press(page, page.get_by_role("link", name="Submit the application"))
    page.get_by_label("File").select_option(file)
    tick(page, page.get_by_label("Sealed by the head of the government"))
    case.look("mayor")
    press(page, page.get_by_role("button", name="Submit the application"))
    assert (
        page.locator('.stages [aria-current="step"]').inner_text().startswith("Completeness check")
    )


def accept(case):
    """The operator accepts and names reviewers."""
    page = case.open("operator", f"/ko{PATH}")
    press(page, page.get_by_role("button", name="접수 확정"))
    press(page, page.get_by_role("link", name="평가위원 배정"))
    for name in ("r1", "r2", "r3"):
        tick(page, page.locator(f'[name="reviewers"][value="{case.ids[name]}"]'))
    page.get_by_label("평가 책임자").select_option(case.ids["r1"])
    case.look("operator")
    press(page, page.get_by_role("button", name="평가위원 배정"))


def review(case):
    """A reviewer declares that there is no conflict, and judges one indicator on the sheet."""
    page = case.open("r1", f"/ko{PATH}")
    page.get_by_role("heading", name="이해관계 신고").wait_for()
    case.look("r1")
    press(page, page.get_by_role("button", name="이해관계 없음을 신고하고 열람"))
    case.look("r1")
    press(page, page.get_by_role("link", name="서면평가서 제출"))
    sheet = page.locator("details.judge").filter(has_text=QUALITATIVE.code)
    unfold(page, sheet.locator("summary"))
    page.locator(f"#level-{QUALITATIVE.code}").select_option("4")
    write(page, page.locator(f"#reason-{QUALITATIVE.code}"), "증빙으로 확인함")
    case.look("r1")
    press(page, page.get_by_role("button", name="서면평가서 제출"))
    [judged] = case.state.reviews[case.ids["r1"]].items()
    assert (judged[0], judged[1].level) == (QUALITATIVE.code, 4)
    lines = {
        one.code: rev.ReviewLine(
            is_accepted=True, reason="확인함", level=4 if one.kind == "qualitative" else None
        )
        for one in FRAMEWORK.indicators
    }
    for name in ("r1", "r2", "r3"):
        case.do(name, rev.DeclareConflicts(case=CASE, grounds=()))
        case.do(name, rev.OpenCase(case=CASE))
        case.do(name, rev.FileReview(case=CASE, lines=lines))
    page = case.open("operator", f"/ko{PATH}")
    press(page, page.get_by_role("button", name="서면평가 종료"))


def visit(case):
    """The visit: sealed, drawn, seen."""
    page = case.open("operator", f"/ko{PATH}")
    press(page, page.get_by_role("link", name="현장실사 계획 수립"))
    write(page, page.get_by_label("비밀값 (16진수 64자리)"), SECRET)
    write(page, page.get_by_label("표본 모집단"), f"{FIRST.code} row 1")
    write(page, page.get_by_label("표본 수"), "1")
    tick(page, page.locator(f'[name="checklist"][value="{FIRST.code}"]'))
    case.look("operator")
    press(page, page.get_by_role("button", name="현장실사 계획 수립"))
    write(page, page.locator("#reveal"), SECRET)
    press(page, page.get_by_role("button", name="표본 공개 추출"))
    page.get_by_role("cell", name=FIRST.code).wait_for()
    for item in ("", "row 1"):
        page.locator("#item").select_option(item)
        write(page, page.locator("#note"), "현장에서 확인함")
        press(page, page.get_by_role("button", name="현장 확인 결과 기록"))
    case.look("operator")
    page = case.open("operator", f"/ko{PATH}")
    press(page, page.get_by_role("button", name="현장실사 종료"))


def vote(case):
    """The committee: attendance, a motion, votes."""
    page = case.open("operator", f"/ko{PATH}/committee")
    page.locator(f'[name="present"][value="{case.ids["c1"]}"]').check()
    press(page, page.get_by_role("button", name="회의 개의"))
    assert "의사정족수에 미달" in page.get_by_role("alert").inner_text()
    for name in ("c2", "c3"):
        page.locator(f'[name="present"][value="{case.ids[name]}"]').check()
    press(page, page.get_by_role("button", name="회의 개의"))
    unfold(page, page.locator("details summary").first)
    write(page, page.get_by_label("사유·의견"), "평가 결과를 심의함")
    press(page, page.get_by_role("button", name="안건 상정"))
    for name in ("c1", "c2", "c3"):
        case.do(name, rev.DeclareConflicts(case=CASE, grounds=()))
    voting = case.open("c1", f"/en{PATH}/committee")
    case.look("c1")
    press(voting, voting.get_by_role("button", name="For", exact=True))
    other = case.open("c2", f"/ko{PATH}/committee")
    press(other, other.get_by_role("button", name="찬성"))
    page = case.open("operator", f"/ko{PATH}/committee")
    case.look("operator")
    press(page, page.get_by_role("button", name="의결 집계"))
    page.get_by_text("가결").wait_for()
    press(page, page.get_by_role("link", name="산회"))
    write(page, page.get_by_label("회의록"), "원안대로 의결함")
    press(page, page.get_by_role("button", name="위원회 산회"))
    assert case.state.accepted == (1_600.0, 2)


def decide(case):
    """Report, decision, certificate."""
    page = case.open("operator", f"/ko{PATH}")
    press(page, page.get_by_role("link", name="심사 결과 보고"))
    write(page, page.get_by_label("평가 내용"), "기준을 충족함")
    press(page, page.get_by_role("button", name="심사 결과 보고"))
    page = case.open("ministry", f"/ko{PATH}")
    press(page, page.get_by_role("link", name="인증 여부 결정"))
    tick(page, page.get_by_label("인증함"))
    write(page, page.get_by_label("사유·의견"), "기준 충족")
    case.look("ministry")
    press(page, page.get_by_role("button", name="인증 여부 결정"))
    page = case.open("mayor", f"/en{PATH}")
    press(page, page.get_by_role("button", name="Waive objections"))
    page = case.open("ministry", f"/ko{PATH}")
    press(page, page.get_by_role("button", name="인증서 발급"))
    case.look("ministry")


def verify(case):
    """Anybody verifies it, in both languages."""
    number = case.state.certificate
    paper = case.town.run(case.town.platform.offices.office.certificate_pdf(number))
    for language, button, told in (("ko", "확인", "유효"), ("en", "Verify", "Valid")):
        anybody = case.make()
        page = anybody.open(f"/{language}/certification/verify")
        page.locator("#pdf").set_input_files(
            {"name": "c.pdf", "mimeType": "application/pdf", "buffer": paper}
        )
        press(page, page.get_by_role("main").get_by_role("button", name=button, exact=True))
        verdict = page.locator(".verdict")
        assert told in verdict.get_by_role("heading").inner_text()
        assert number in verdict.inner_text()
        sound(anybody, case.faults)
        page.goto(f"{case.town.url}/{language}/certification/verify?number={number}&key=x")
        page.get_by_role("heading", name=re.compile(number)).wait_for()
        for path in (f"/certificates/{number}", "/certificates", "/certificates?on=2026-01-01"):
            page.goto(f"{case.town.url}/{language}/certification{path}")
            sound(anybody, case.faults)
        assert anybody.complaints == []


PAGES_OF = (
    ("mayor", ("", "/score", "/evidence")),
    ("operator", ("", "/review", "/visit", "/committee")),
)


def look_back(case):
    """All pages of the case, when it is done, in both languages."""
    for name, paths in PAGES_OF:
        for path in [f"/{language}{PATH}{path}" for language in ("ko", "en") for path in paths]:
            case.open(name, path)
            case.look(name)
    case.open("operator", "/en/certification/roles")
    case.look("operator")
    plain = case.reader("mayor", script=False).open_plain(f"/en{PATH}")
    assert plain.get_by_role("link", name="Result paper (PDF)").count() == 1


def test_a_case_goes_from_the_call_to_a_certificate_that_anyone_verifies(town, reader, issuer):
    case = Case(town, reader)
    case.found()
    for step in (
        plan_a_round,
        apply,
        claim,
        accept,
        review,
        visit,
        vote,
        decide,
        verify,
        look_back,
    ):
        step(case)
    assert case.faults == {}
    heard = [told for one in case.visitors.values() for told in one.complaints]
    assert [told for told in heard if "status of 4" not in told] == []  # refusals are told as such
