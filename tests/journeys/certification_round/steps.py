"""The steps that every case of a round goes, each asked for over HTTP by whoever may."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.certification.office.rounds import a_pdf
from tests.journeys.certification_round.cities import FRAMEWORK, QUALITATIVE, ModelCity
from tests.journeys.certification_round.desk import Desk

from dalgu.certification.process.sampling import commitment_of

REVIEWERS = ("r1", "r2", "r3", "r4")
MEMBERS = ("c1", "c2", "c3", "c4", "c5")
GROUPS = ("large", "small")
SECRET = "5e" * 32
POOL = [{"indicator": "K63-48", "item": f"device {n}"} for n in range(12)]
CHECKED = "K63-48"
CODES = tuple(one.code for one in FRAMEWORK.indicators)


def found(desk: Desk, cities: Iterable[ModelCity]) -> None:
    """Set the programme up; everybody has an account and a role."""
    desk.join("chief", "ministry", "operator", *REVIEWERS, *MEMBERS)
    titles = {"title_ko": "스마트도시 인증", "title_en": "Smart city certification"}
    kinds = {"kind": "certification", "object_type": "city"}
    desk.do("chief", "define_programme", programme="scc", **kinds, **titles)
    grant(desk, "chief", "ministry", "ministry")
    grant(desk, "ministry", "operator", "operator")
    for name in REVIEWERS:
        grant(desk, "operator", name, "reviewer", "body")
    for name in MEMBERS:
        grant(desk, "operator", name, "committee_member")
    for city in cities:
        desk.join(city.name)
        grant(desk, "operator", city.name, "applicant", city.code)


def grant(desk: Desk, by: str, name: str, role: str, organisation: str = "") -> None:
    parts = {"person": desk.ids[name], "role": role, "organisation": organisation}
    desk.do(by, "grant_role", programme="scc", **parts)


def call(desk: Desk, name: str) -> None:
    """Plan a round from today on, seat its committee, elect its chairs, and announce it."""
    today, [use] = desk.today, desk.told("/frameworks", "operator")["frameworks"]
    groups = [
        {"code": one, "title_ko": one, "title_en": one, "city_types": [one]} for one in GROUPS
    ]
    days = {
        "announced_on": today,
        "intake_from": today + timedelta(days=28),
        "intake_until": today + timedelta(days=57),
    }
    plan = {"year": today.year, "framework": use, "groups": groups, **days}
    desk.do("operator", "plan_round", round=name, programme="scc", **plan)
    members = [desk.ids[one] for one in MEMBERS]
    for member in members:
        seat = {"person": member, "qualification": "professor", "since": today}
        desk.do("operator", "seat_member", round=name, **seat)
    for group in GROUPS:
        chosen = {"chair": members[0], "present": members, "votes_for": members}
        desk.do("operator", "elect_chair", round=name, group=group, **chosen)
    desk.do("operator", "announce_call", round=name)


def hand_in(
    desk: Desk,
    case: str,
    city: ModelCity,
    submission: bytes,
    *,
    proven: Iterable[str] = CODES,
    is_sealed: bool = True,
) -> None:
    """Hand in the city's submission file, its evidence and its form."""
    desk.sent(city.name, f"/cases/{case}/submission", submission)
    file = desk.sent(city.name, f"/cases/{case}/files?name=evidence.pdf", a_pdf())
    evidence = {
        "id": "E1",
        "sha256": file["sha256"],
        "title": "증빙자료집",
        "issuer": city.ko,
        "issued_on": date(desk.today.year, 7, 20),
        "is_stamped": True,
        "links": [
            {"indicator": code, "summary": f"{code} 근거", "pages": [1, 2]} for code in proven
        ],
    }
    desk.do(city.name, "add_evidence", case=case, evidence=evidence)
    signed = {"is_sealed": is_sealed, "signed_on": desk.today, "sha256": file["sha256"]}
    desk.do(city.name, "submit_application", case=case, declaration=signed)


def assign(desk: Desk, case: str, reviewers: tuple[str, ...]) -> None:
    named = [desk.ids[one] for one in reviewers]
    desk.do("operator", "assign_reviewers", case=case, reviewers=named, lead=named[-1])


def review(desk: Desk, case: str, level: int, reviewers: tuple[str, ...] = REVIEWERS[:3]) -> None:
    """Let three reviewers accept all values and file levels around one, which is their median."""
    for name, given in zip(reviewers, (level - 1, level, level + 1), strict=True):
        desk.do(name, "declare_conflicts", case=case, grounds=[])
        desk.told(f"/cases/{case}", name)
        lines = {
            code: {"is_accepted": True, "reason": "확인함"}
            | ({"level": given} if code in QUALITATIVE else {})
            for code in CODES
        }
        desk.do(name, "file_review", case=case, lines=lines)
    desk.do("operator", "close_document_review", case=case)


def plan_visit(desk: Desk, case: str, day: date) -> None:
    plan = {"on": day, "commitment": commitment_of(SECRET), "pool": POOL, "sample_size": 3}
    desk.do("operator", "plan_visit", case=case, checklist=[CHECKED], **plan)


def visit(desk: Desk, case: str, **corrected: int) -> list[str]:
    """Draw the sample, find what is to be found, and return what was drawn."""
    drawn = desk.do("operator", "reveal_sample", case=case, secret=SECRET)["sample"]
    seen: dict[str, Any] = {"case": case, "outcome": "confirmed", "note": "현장에서 확인함"}
    for item in ("", *(one["item"] for one in drawn)):
        desk.do("operator", "record_finding", indicator=CHECKED, item=item, **seen)
    for code, level in corrected.items():
        lower = {"indicator": code, "level": level, "outcome": "corrected"}
        desk.do("operator", "record_finding", **(seen | lower))
    desk.do("operator", "close_visit", case=case)
    return [one["item"] for one in drawn]


def convene(desk: Desk, round_id: str, group: str, present: tuple[str, ...] = MEMBERS) -> str:
    people = [desk.ids[one] for one in present]
    opened = desk.do("operator", "open_session", round=round_id, group=group, present=people)
    session: str = opened["session"]
    return session


def accept(desk: Desk, session: str, case: str, voters: tuple[str, ...] = MEMBERS) -> Any:
    """Let the committee accept the scores of a case, and return how the motion came out."""
    for name in voters:
        desk.do(name, "declare_conflicts", case=case, grounds=[])
    asked = {"session": session, "kind": "accept_scores", "reason": "심의"}
    motion = desk.do("operator", "put_motion", case=case, **asked)["motion"]
    for name in voters:
        desk.do(name, "cast_vote", motion=motion, vote="for")
    return desk.do("operator", "count_motion", motion=motion)


def notify(desk: Desk, number: str, due: date) -> None:
    desk.do("ministry", "send_notice", certificate=number, reason="기준 미달", due=due)
