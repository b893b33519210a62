"""Papers of the administration: plans, ordinances, meetings, budgets, agreements, statistics.

The ordinances and the plan are named after the real ones; their numbers, and all that the city
has not told, are made up. Some papers are missing or out of date on purpose: a city has those.
"""

from datetime import date

from dalgu.simulation.office import Office, Row, Rows, yes

PROBLEMS = 36  # problems found by citizens, several taken to demonstration: city release
MILESTONES = 40
REPORTS = 18
WON_PER_USD = 1_340  # mean of 2024 (assumption)
SMART_CITY_WON = 17_000_000 * WON_PER_USD  # about USD 17 M a year: ITU case study, 2022
WHOLE_BUDGET_WON = 10_500_000_000_000  # assumption, near the published order of size
SMART_PROGRAMMES, OTHER_PROGRAMMES = 12, 24
ESTABLISHMENTS = 280_000  # assumption, near the census
SHARE_14_PLUS = 0.89  # of residents (assumption)
QUALITATIVE = (
    5,
    6,
    12,
    13,
    17,
    18,
    23,
    24,
    29,
    30,
    34,
    35,
    46,
    47,
    52,
    53,
    57,
    58,
)  # of 20; the two of the operation centre are not assessed yet
_ORDINANCES = (
    ("5021", "스마트도시 조성 및 운영 조례", "스마트도시 조성·운영", "2018-02-20"),
    ("5337", "데이터기반행정 활성화 조례", "데이터기반행정", "2021-07-12"),
    ("5188", "빅데이터 활용에 관한 조례", "빅데이터", "2019-10-30"),
    ("4903", "자가정보통신망 구축 및 운영 조례", "자가통신망", "2017-05-10"),
    ("5544", "디지털 포용 조례", "디지털포용", "2022-12-30"),
)  # the first four are named in a city release; none on video and location data
_POLICIES = (
    ("T-01", "정보화사업 접근성 지침", "ICT 접근성", True, True),
    ("T-02", "개인정보 영향평가 운영 지침", "개인정보 영향평가", True, True),
    ("T-03", "사이버보안 책임관 지정", "사이버보안 책임", True, False),
    ("T-04", "공동굴착 협의 방침", "공동굴착", False, True),
    ("T-05", "데이터 개방 원칙", "데이터 개방", True, True),
)  # the city joined the alliance of the G20: city release; how far each is, we made up
_RECOGNITIONS = (
    ("R-01", "IDC 스마트시티 아시아·태평양 어워드", "수상", "IDC", 1_500),
    ("R-02", "IDC 스마트시티 아시아·태평양 어워드", "수상", "IDC", 900),
    ("R-03", "IDC 스마트시티 아시아·태평양 어워드", "수상", "IDC", 500),
    ("R-04", "ISO 37106 스마트도시 인증", "인증", "BSI", 700),
)  # three of IDC and ISO 37106: city release; the days are made up
_PARTNERS = (
    ("G20 스마트시티 얼라이언스", "국제기구"), ("국제전기통신연합(ITU)", "국제기구"),
    ("타이베이시", "도시"), ("합성대학교", "대학·연구기관"), ("합성모빌리티", "기업"),
    ("합성통신", "기업"), ("합성물산업협회", "기업"), ("합성시", "도시"),
    ("합성데이터연구원", "대학·연구기관"), ("합성돌봄재단", "기타"),
)  # fmt: skip  # the first three: city release


def plans(office: Office) -> Rows:
    """Return the plan of 2021 to 2025, approved in 2021 (city release), and a later draft."""
    return [
        {
            "plan_code": "smart-city-2021",
            "name": "대구 스마트도시계획(2021~2025)",
            "name_en": "Daegu smart city plan 2021 to 2025",
            "kind": "스마트도시",
            "approved_by": "국토교통부",
            "since": "2021-01-01",
            "until": "2025-12-31",
        },
        {
            "plan_code": "data-2024",
            "name": "데이터기반행정 기본계획",
            "name_en": "Plan for data-based administration",
            "kind": "데이터",
            "approved_by": "시장",
            "since": "2024-01-01",
            "until": "2028-12-31",
        },
    ]


def milestones(office: Office) -> Rows:
    """Return the milestones of the plan: most done, some late, some open."""
    chance = office.chance("milestones")
    rows: Rows = []
    for n in range(MILESTONES):
        due = date(2021 + n * 5 // MILESTONES, 3 + 3 * (n % 4), 28)
        late_days = int(chance.choice([-30, -5, 45, 200], p=(0.4, 0.35, 0.15, 0.1)))
        done = min(date.fromordinal(due.toordinal() + late_days), office.today)
        is_done = chance.random() < 0.85
        rows.append(
            {
                "milestone_number": f"M-{n + 1:02d}",
                "name": f"세부과제 {n + 1}",
                "name_en": f"Milestone {n + 1}",
                "plan": "smart-city-2021",
                "weight": int(chance.integers(1, 6)),
                "due_on": due.isoformat(),
                "done_on": done.isoformat() if is_done else None,
            }
        )
    return rows


def ordinances(office: Office) -> Rows:
    """Return the ordinances in force; one of the six core subjects has none."""
    return [
        {"ordinance_number": number, "name": name, "topic": topic, "since": since}
        for number, name, topic, since in _ORDINANCES
    ]


def policies(office: Office) -> Rows:
    """Return the policies on responsible technology: one without an owner, one not signed."""
    return [
        {
            "policy_number": number,
            "name": name,
            "topic": topic,
            "is_adopted": yes(is_adopted),
            "has_owner": yes(has_owner),
            "review_on": office.ago(-300) if is_adopted else None,
        }
        for number, name, topic, is_adopted, has_owner in _POLICIES
    ]


def policy_decisions(office: Office) -> Rows:
    """Return decisions that analyses led to."""
    chance = office.chance("policy-decisions")
    return [
        {
            "decision_number": f"{n + 1:03d}",
            "name": f"정책 결정 {n + 1}",
            "name_en": f"Decision {n + 1}",
            "is_adopted": yes(chance.random() < 0.8),
            "decided_on": office.ago(15 + 20 * n),
        }
        for n in range(REPORTS)
    ]


def analysis_reports(office: Office) -> Rows:
    """Return reports of analyses, a few of which no decision followed."""
    chance = office.chance("analysis-reports")
    return [
        {
            "report_number": f"A-{n + 1:03d}",
            "title": f"데이터 분석 {n + 1}",
            "dataset_count": int(chance.integers(0, 5)),
            "published_on": office.ago(30 + 20 * n),
            "decision": f"{n + 1:03d}" if chance.random() < 0.85 else None,
        }
        for n in range(REPORTS)
    ]


def recognitions(office: Office) -> Rows:
    """Return awards and certificates."""
    return [
        {
            "recognition_number": number,
            "name": name,
            "kind": kind,
            "is_accredited": "예",
            "is_paid_entry": "아니오",
            "awarded_on": office.ago(days),
            "issuer": issuer,
        }
        for number, name, kind, issuer, days in _RECOGNITIONS
    ]


def council_meetings(office: Office) -> Rows:
    """Return the meetings of two bodies; one had no quorum, one has no minutes yet."""
    rows: Rows = []
    for n in range(8):
        is_business = n % 2 == 0
        rows.append(
            {
                "council": "스마트도시사업협의회" if is_business else "시민추진위원회",
                "held_on": office.ago(25 + 55 * n),
                "is_quorate": yes(n != 4),
                "minutes_published": yes(n != 0),
            }
        )
    return rows


def agreements(office: Office) -> Rows:
    """Return agreements, two of them without any activity for long."""
    return [
        {
            "agreement_number": f"G-{n + 1:02d}",
            "partner": partner,
            "kind": kind,
            "since": office.ago(900 + 40 * n),
            "until": office.ago(-400) if n % 3 else None,
            "last_activity_on": office.ago(40 + 30 * n if n < 8 else 800),
        }
        for n, (partner, kind) in enumerate(_PARTNERS)
    ]


def city_problems(office: Office) -> Rows:
    """Return the problems that citizens found."""
    chance = office.chance("city-problems")
    stages = ["발굴", "계획", "실증", "운영", "중단"]
    return [
        {
            "problem_number": f"P-{n + 1:02d}",
            "name": f"도시문제 {n + 1}",
            "name_en": f"Problem {n + 1}",
            "identified_on": office.ago(60 + 25 * n),
            "stage": str(chance.choice(stages, p=(0.45, 0.2, 0.2, 0.1, 0.05))),
        }
        for n in range(PROBLEMS)
    ]


def expenditures(office: Office) -> Rows:
    """Return three settled fiscal years: the smart city's programmes and the rest in lumps."""
    chance = office.chance("expenditures")
    rows: Rows = []
    for year in range(office.today.year - 3, office.today.year):
        parts = chance.dirichlet([4.0] * SMART_PROGRAMMES)
        rest = chance.dirichlet([6.0] * OTHER_PROGRAMMES)
        for n, part in enumerate(parts, 1):
            rows.append(_programme(office, year, f"SC-{n:02d}", True, part * SMART_CITY_WON))
        for n, part in enumerate(rest, 1):
            won = part * (WHOLE_BUDGET_WON - SMART_CITY_WON)
            rows.append(_programme(office, year, f"GE-{n:02d}", False, won))
    return rows


def _programme(office: Office, year: int, code: str, is_smart: bool, won: float) -> Row:
    chance = office.chance(f"expenditures.{year}.{code}")
    executed = float(chance.uniform(0.82, 0.995))
    return {
        "fiscal_year": year,
        "programme_code": code,
        "name": f"{'스마트도시' if is_smart else '일반'} 사업 {code}",
        "name_en": f"{'Smart-city' if is_smart else 'General'} programme {code}",
        "is_smart_city": yes(is_smart),
        "appropriated": round(won),
        "executed": round(won * executed),
        "closed_on": f"{year}-12-31",
    }


def investments(office: Office) -> Rows:
    """Return investments in smart-city projects and others."""
    chance = office.chance("investments")
    return [
        {
            "investment_number": f"I-{n + 1:02d}",
            "name": f"투자 {n + 1}",
            "name_en": f"Investment {n + 1}",
            "source": "민간" if n % 3 else "공공",
            "is_smart_city_project": yes(n % 4 != 3),
            "amount": int(chance.integers(5, 120)) * 100_000_000,
            "contracted_on": office.ago(30 + 75 * n),
        }
        for n in range(14)
    ]


def population(office: Office) -> Rows:
    """Return the registered residents of all dongs (facts of 2023), as of the last month's end."""
    dongs = office.plan.city.dongs
    residents = sum(dong.residents for dong in dongs)
    return [
        {
            "local_government": "대구광역시",
            "reference_date": f"{office.ago(office.today.day)}",
            "residents": residents,
            "residents14plus": round(residents * SHARE_14_PLUS),
            "households": sum(dong.households for dong in dongs),
            "quality": "추정",
        }
    ]


def establishments(office: Office) -> Rows:
    """Return the census of establishments of the year before last."""
    year = office.today.year - 2
    return [{"reference_date": f"{year}-12-31", "establishments": ESTABLISHMENTS}]


def maturity_self_assessment(office: Office) -> Rows:
    """Return the levels that the departments claim; two indicators are not assessed yet."""
    chance = office.chance("maturity")
    return [
        {
            "framework": "kr-scc-2021",
            "indicator": f"K63-{number:02d}",
            "level": int(chance.choice([1, 2, 3, 4], p=(0.15, 0.35, 0.4, 0.1))),
            "evidence": "모의실험 자료: 실제 근거 아님",
            "assessed_on": office.ago(120),
        }
        for number in QUALITATIVE
    ]
