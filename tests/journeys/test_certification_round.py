"""A whole round as a journey: five model cities apply, and what becomes of each over four years.

Haneul is certified and extended, Garam is certified and revoked after 14 months, Namu is
certified and lets it lapse, Saem's file stays incomplete, and Dol does not reach 70 %. All is
asked for over HTTP by accounts of their own, on a clock that nobody waits for.
"""

from datetime import date
from pathlib import Path

import pytest
from tests.journeys.certification_round import steps
from tests.journeys.certification_round.cities import CITIES, DOL, GARAM, HANEUL, NAMU, SAEM
from tests.journeys.certification_round.desk import Desk, a_desk, problem
from tests.journeys.certification_round.steps import CODES, POOL, REVIEWERS, SECRET

from dalgu.certification.certificate.standing import Verdict
from dalgu.certification.certificate.verification import verify
from dalgu.certification.process.sampling import draw, generator_of
from dalgu.kernel.text import Text

REFERENCE = date(2021, 6, 30)
ISSUED = date(2021, 11, 2)  # the day after the last one for objections
REVOKED = date(2023, 1, 2)  # 14 months later
EXTENDED = date(2023, 9, 4)
LAST_DAY, LAST_EXTENDED = date(2023, 11, 2), date(2025, 11, 2)
JUDGED = (HANEUL, GARAM, NAMU, DOL)
CERTIFIED = (HANEUL, GARAM, NAMU)
CASES = {city.name: f"r21-{city.code}" for city in CITIES}
WHO_REVIEWS = dict.fromkeys(CASES, REVIEWERS[:3]) | {"garam": REVIEWERS[1:]}
EXTENSION = f"r23-{HANEUL.code}-ext"
# 602.33 and 600.47 of the quantitative points are counted by hand (tests/certification/fixtures),
# and level 4 earns 800 of the qualitative ones; at Garam the visit found one level to be 3.
POINTS = {"haneul": 1_402.33, "garam": 1_429.84, "namu": 1_400.47, "dol": 690.13}


@pytest.mark.slow
def test_a_whole_round_and_the_four_years_after_it(tmp_path):
    numbers: dict[str, str] = {}
    with a_desk(tmp_path / "certifier", date(2021, 8, 2)) as desk:
        desk.platform.offices.office.installed.create_issuer(
            Text("인증기관", "The issuer"), desk.clock
        )
        five_cities_apply(desk, tmp_path)
        one_stays_incomplete(desk)
        one_reviewer_is_kept_out(desk)
        the_others_are_reviewed_and_visited(desk)
        the_committees_accept_the_scores(desk)
        one_city_fails_the_line(desk)
        numbers |= three_are_certified(desk)
        one_is_revoked_after_two_notices(desk, numbers)
        one_is_extended_in_time(desk, tmp_path, numbers)
        one_expires(desk, numbers)
        the_register_knows_every_day(desk)
        before = desk.world
        whole = desk.told("/log", "chief")
    assert whole["is_whole"]
    with a_desk(tmp_path / "certifier", LAST_EXTENDED) as again:
        assert again.world == before
        assert again.told("/log", "chief")["head"] == whole["head"]
        assert verdicts(again, numbers)["haneul"] is Verdict.EXTENDED
        the_register_knows_every_day(again)


# -- applying ---------------------------------------------------------------------------------


def five_cities_apply(desk: Desk, folder: Path) -> None:
    steps.found(desk, CITIES)
    steps.call(desk, "r21")
    desk.go(date(2021, 8, 30))
    lacking = {SAEM.name: {"proven": CODES[:-1], "is_sealed": False}}
    for city in CITIES:
        asked = {"round": "r21", "reference_date": REFERENCE, "contact": f"p:{city.code}"}
        desk.do(city.name, "open_application", government=city.government, **asked)
        written = city.submission(folder, REFERENCE)
        steps.hand_in(desk, CASES[city.name], city, written, **lacking.get(city.name, {}))
    shown = {one["case"]: one for one in desk.told("/cases", "operator")["cases"]}
    groups = {city.name: shown[CASES[city.name]]["group"] for city in CITIES}
    assert groups == dict.fromkeys(("haneul", "garam"), "large") | dict.fromkeys(
        ("saem", "namu", "dol"), "small"
    )
    assert shown[CASES["haneul"]]["declared_points"] == POINTS["haneul"]
    assert [one["case"] for one in desk.told("/cases", "namu")["cases"]] == [CASES["namu"]]
    stranger = desk.ask("GET", f"/cases/{CASES['haneul']}", "garam")
    assert problem(stranger) == (403, "case-of-another")


def one_stays_incomplete(desk: Desk) -> None:
    case = CASES["saem"]
    desk.go(date(2021, 9, 1))
    assert desk.refusal("operator", "accept_application", case=case) == (409, "file-incomplete")
    wanted = ["직인 누락", f"{CODES[-1]} 증빙 누락"]
    due = date(2021, 9, 9)
    asked = desk.do("operator", "request_supplement", case=case, items=wanted, due=due)
    assert [one["kind"] for one in asked["findings"]] == ["seal_absent", "evidence_absent"]
    assert desk.deadlines("saem") == {("supplement", case): due}
    desk.go(date(2021, 9, 8))
    [file] = desk.world.cases[case].files
    sealed = {"is_sealed": True, "signed_on": desk.today, "sha256": file}
    reply = desk.do("saem", "reply_supplement", case=case, answer="직인 날인", declaration=sealed)
    assert [one["indicator"] for one in reply["findings"]] == [CODES[-1]]
    desk.go(date(2021, 9, 10))
    assert desk.refusal("operator", "accept_application", case=case) == (409, "file-incomplete")
    desk.do("operator", "refuse_review", case=case, reason="보완 후에도 증빙 누락")
    # Thirty days end on a Sunday, and the Monday stands in for Hangeul Day.
    assert desk.deadlines("saem") == {("objection", case): date(2021, 10, 12)}
    assert desk.told(f"/cases/{case}", "saem")["case"]["stage"] == "refused"


# -- judging ----------------------------------------------------------------------------------


def one_reviewer_is_kept_out(desk: Desk) -> None:
    case = CASES["garam"]
    for city in JUDGED:
        desk.do("operator", "accept_application", case=CASES[city.name])
        steps.assign(desk, CASES[city.name], REVIEWERS[:3])
    assert problem(desk.ask("GET", f"/cases/{case}", "r1")) == (403, "conflict-undeclared")
    desk.do("r1", "declare_conflicts", case=case, grounds=["worked_on_case"], note="용역 수행")
    for part in ("", "/timeline", "/papers"):
        assert problem(desk.ask("GET", f"/cases/{case}{part}", "r1")) == (403, "case-barred")
    one_line = {CODES[0]: {"is_accepted": True, "reason": "확인함"}}
    assert desk.refusal("r1", "file_review", case=case, lines=one_line) == (403, "case-barred")
    log = desk.told(f"/cases/{case}/timeline", "operator")["entries"]
    tried = [one["parts"] for one in log if one["event"] == "access_refused"]
    assert {one["problem"] for one in tried} == {"conflict-undeclared", "case-barred"}
    assert {one["by"] for one in log if one["event"] == "access_refused"} == {desk.ids["r1"]}
    steps.assign(desk, case, REVIEWERS[1:])


def the_others_are_reviewed_and_visited(desk: Desk) -> None:
    for city in JUDGED:
        steps.review(desk, CASES[city.name], city.level, WHO_REVIEWS[city.name])
        steps.plan_visit(desk, CASES[city.name], date(2021, 9, 23))
    early = desk.refusal("operator", "reveal_sample", case=CASES["namu"], secret=SECRET)
    assert early == (409, "process-date-unfit")
    desk.go(date(2021, 9, 23))
    anybody = draw(generator_of(SECRET), [one["item"] for one in POOL], 3)
    assert steps.visit(desk, CASES["garam"], **{"K63-05": 3}) == anybody
    for name in ("haneul", "namu", "dol"):
        assert steps.visit(desk, CASES[name]) == anybody


def the_committees_accept_the_scores(desk: Desk) -> None:
    desk.go(date(2021, 9, 24))
    few = {"round": "r21", "group": "large", "present": [desk.ids[one] for one in ("c1", "c2")]}
    assert desk.refusal("operator", "open_session", **few) == (409, "quorum-lacking")
    large = steps.convene(desk, "r21", "large")
    small = steps.convene(desk, "r21", "small")
    for city, session in ((HANEUL, large), (GARAM, large), (DOL, small)):
        counted = steps.accept(desk, session, CASES[city.name])
        assert (counted["tally"]["needed"], counted["tally"]["carried"]) == (4, True)
        assert counted["points"] == POINTS[city.name]
    # The fifth member sits on a board of Namu's and takes no part in its case.
    case = CASES["namu"]
    desk.do("c5", "declare_conflicts", case=case, grounds=["employed_within_three_years"])
    counted = steps.accept(desk, small, case, ("c1", "c2", "c3"))
    assert (counted["tally"]["barred"], counted["tally"]["needed"]) == (1, 3)
    assert (counted["tally"]["carried"], counted["points"]) == (True, POINTS["namu"])
    assert problem(desk.ask("GET", f"/cases/{case}", "c5")) == (403, "case-barred")
    for session in (large, small):
        desk.do("operator", "close_session", session=session, minutes="가결")
    for city in JUDGED:
        reported = desk.do("operator", "report_result", case=CASES[city.name], contents="평가내용")
        # Ten days end on a Monday that stands in for National Foundation Day.
        assert reported["answer_due"] == "2021-10-05"


def one_city_fails_the_line(desk: Desk) -> None:
    desk.go(date(2021, 10, 1))
    reason = {"reason": "평가 결과에 따름", "deciders": ["m:1"]}
    case = CASES["dol"]
    fails = desk.refusal("ministry", "decide_grant", case=case, is_granted=True, **reason)
    assert fails == (409, "grant-unfit")
    for city in JUDGED:
        decided = desk.do(
            "ministry",
            "decide_grant",
            case=CASES[city.name],
            is_granted=city in CERTIFIED,
            **reason,
        )
        assert decided["objection_until"] == "2021-11-01"  # thirty days end on a Sunday
    desk.go(date(2021, 10, 15))
    filed = desk.do("dol", "file_objection", case=case, about="배점 재검토 요청")
    assert filed["answer_due"] == "2021-10-29"
    desk.go(date(2021, 10, 29))
    answer = {"objection": filed["objection"], "result": "rejected", "answer": "이유 없음"}
    desk.do("operator", "answer_objection", case=case, **answer)
    desk.go(date(2021, 11, 1))
    waits = desk.refusal("ministry", "issue_certificate", case=CASES["namu"])
    assert waits == (409, "grant-unfit")


# -- certificates -----------------------------------------------------------------------------


def verdicts(desk: Desk, numbers: dict[str, str]) -> dict[str, str]:
    """What a verifier elsewhere says of each certificate, by exported key and list alone."""
    keys, lists = desk.proof()
    return {
        name: verify(desk.pdf(number), keys, lists, desk.today).verdict
        for name, number in numbers.items()
    }


def three_are_certified(desk: Desk) -> dict[str, str]:
    desk.go(ISSUED)
    desk.do("operator", "close_case", case=CASES["dol"])
    refused = desk.refusal("ministry", "issue_certificate", case=CASES["dol"])
    assert refused == (409, "process-stage-unfit")
    issued = {
        city.name: desk.do("ministry", "issue_certificate", case=CASES[city.name])
        for city in CERTIFIED
    }
    assert {one["expires_on"] for one in issued.values()} == {LAST_DAY.isoformat()}
    numbers = {name: one["certificate"] for name, one in issued.items()}
    assert verdicts(desk, numbers) == dict.fromkeys(numbers, Verdict.VALID)
    keys, lists = desk.proof()
    facts = verify(desk.pdf(numbers["garam"]), keys, lists, ISSUED).facts
    assert (facts.city.ko, facts.points, facts.grade) == ("가람시", POINTS["garam"], 3)
    papers = desk.told(f"/cases/{CASES['garam']}/papers", "garam")["papers"]
    assert {one["name"] for one in papers} == {"index", "result", "certificate"}
    return numbers


def one_is_revoked_after_two_notices(desk: Desk, numbers: dict[str, str]) -> None:
    garam = {"certificate": numbers["garam"]}
    desk.go(date(2022, 12, 1))
    opened = {"ground": "below_criteria", "facts": "모니터링 결과 1,320점"}
    desk.do("operator", "open_revocation", **garam, **opened)
    early = desk.refusal("ministry", "revoke_certificate", **garam, reason="기준 미달")
    assert early == (409, "revocation-unfit")
    steps.notify(desk, numbers["garam"], date(2022, 12, 15))
    desk.go(date(2022, 12, 16))
    steps.notify(desk, numbers["garam"], date(2022, 12, 30))
    desk.go(REVOKED)
    assert verdicts(desk, numbers)["garam"] is Verdict.VALID
    desk.do("ministry", "revoke_certificate", **garam, reason="2차 소명 없음")
    desk.do("ministry", "tell_holder", **garam, how="공문")
    desk.do("ministry", "post_revocation", **garam, address="https://certifier.example/notices/1")
    assert verdicts(desk, numbers) == {
        "haneul": Verdict.VALID,
        "garam": Verdict.REVOKED,
        "namu": Verdict.VALID,
    }
    assert desk.deadlines("garam") == {}


def one_is_extended_in_time(desk: Desk, folder: Path, numbers: dict[str, str]) -> None:
    desk.go(date(2023, 7, 3))
    steps.call(desk, "r23")
    desk.go(date(2023, 8, 2))  # the last day: three months before the end
    asked = {"round": "r23", "reference_date": date(2023, 6, 30), "contact": "p:91000"}
    haneul = {"certificate": numbers["haneul"], "population": HANEUL.population}
    desk.do("haneul", "request_extension", **haneul, **asked)
    written = HANEUL.submission(folder, date(2023, 6, 30))
    steps.hand_in(desk, EXTENSION, HANEUL, written)
    desk.go(date(2023, 8, 3))
    namu = {"certificate": numbers["namu"], "population": NAMU.population}
    late = desk.refusal("namu", "request_extension", **namu, **asked)
    assert late == (409, "process-date-unfit")
    desk.do("operator", "accept_application", case=EXTENSION)
    steps.assign(desk, EXTENSION, REVIEWERS[:3])
    steps.review(desk, EXTENSION, HANEUL.level)
    steps.plan_visit(desk, EXTENSION, date(2023, 8, 31))
    desk.go(date(2023, 8, 31))
    steps.visit(desk, EXTENSION)
    session = steps.convene(desk, "r23", "large")
    assert steps.accept(desk, session, EXTENSION)["points"] == POINTS["haneul"]
    desk.do("operator", "close_session", session=session, minutes="가결")
    desk.do("operator", "report_result", case=EXTENSION, contents="평가내용")
    desk.go(EXTENDED)
    yes = {"is_granted": True, "reason": "기준 충족", "deciders": ["m:1"]}
    desk.do("ministry", "decide_grant", case=EXTENSION, **yes)
    desk.do("haneul", "waive_objection", case=EXTENSION)
    first = desk.pdf(numbers["haneul"])
    longer = desk.do("ministry", "issue_certificate", case=EXTENSION)
    assert longer["expires_on"] == LAST_EXTENDED.isoformat()
    assert desk.pdf(numbers["haneul"]) != first
    keys, lists = desk.proof()
    assert verify(first, keys, lists, EXTENDED).verdict is Verdict.EXTENDED
    assert verdicts(desk, numbers)["haneul"] is Verdict.EXTENDED


def one_expires(desk: Desk, numbers: dict[str, str]) -> None:
    desk.go(LAST_DAY)
    assert verdicts(desk, numbers)["namu"] is Verdict.VALID
    desk.go(date(2023, 11, 3))
    assert verdicts(desk, numbers) == {
        "haneul": Verdict.EXTENDED,
        "garam": Verdict.REVOKED,
        "namu": Verdict.EXPIRED,
    }
    desk.go(LAST_EXTENDED)
    stages = {city.name: desk.world.cases[CASES[city.name]].stage for city in CITIES}
    assert stages == {
        "haneul": "granted",
        "garam": "granted",
        "namu": "granted",
        "saem": "refused",
        "dol": "not_granted",
    }


def the_register_knows_every_day(desk: Desk) -> None:
    assert desk.holders(date(2021, 11, 1)) == set()
    assert desk.holders(ISSUED) == {"haneul", "garam", "namu"}
    assert desk.holders(date(2023, 1, 1)) == {"haneul", "garam", "namu"}
    assert desk.holders(REVOKED) == {"haneul", "namu"}
    assert desk.holders(LAST_DAY) == {"haneul", "namu"}
    assert desk.holders(date(2023, 11, 3)) == {"haneul"}
    assert desk.holders(LAST_EXTENDED) == {"haneul"}
    assert desk.holders(date(2025, 11, 3)) == set()
