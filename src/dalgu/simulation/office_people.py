"""Papers about people: staff, trainings, participation, living labs, companies, fab labs."""

from dalgu.simulation.city import DEPARTMENTS
from dalgu.simulation.office import Office, Rows, yes

STAFF = 800  # posts of the headquarters that the register covers (assumption)
TRAININGS = 320
PARTICIPANTS, ACTS = 360, 500  # a sample of the portals' logs (assumption)
CITIZEN_SCIENTISTS = 161  # city release
LABS = ("골목 미세먼지", "안전한 통학로", "전통시장 물류", "도심 빗물", "야간 보행", "공원 소음")
COMPANIES = 600  # a sample of the confirmed venture companies (assumption)
FAB_LABS = ("크리에이티브 팩토리", "메이커스페이스 수성", "달서 디지털공방")
SESSIONS = 240
COURSES = ("데이터 분석 기초", "스마트도시 정책", "공간정보 활용", "인공지능 행정", "정보보호")


def staff(office: Office) -> Rows:
    """Return the staff; two hundredths work on the smart city, more on data and ICT."""
    chance = office.chance("staff")
    family = chance.choice(
        ["스마트도시", "데이터", "정보통신", "기타"], size=STAFF, p=(0.02, 0.015, 0.045, 0.92)
    )
    since = chance.integers(30, 9_000, size=STAFF)
    left = chance.random(STAFF) < 0.04
    departments = chance.integers(0, len(DEPARTMENTS), size=STAFF)
    return [
        {
            "staff_number": f"D{n:05d}",
            "job_family": str(family[n]),
            "fte": float(chance.choice([1.0, 0.5], p=(0.96, 0.04))),
            "smart_city_share": 1.0 if family[n] == "스마트도시" else _share(family[n]),
            "unit": "ict" if family[n] != "기타" else DEPARTMENTS[departments[n]].key,
            "since": office.ago(since[n]),
            "until": office.ago(float(since[n] // 9)) if left[n] else None,
        }
        for n in range(STAFF)
    ]


def _share(family: str) -> float:
    return 0.3 if family in ("데이터", "정보통신") else 0.0


def trainings(office: Office) -> Rows:
    """Return completed courses, some too short or not accredited to count."""
    chance = office.chance("trainings")
    who = chance.choice(STAFF, size=TRAININGS, replace=False)
    return [
        {
            "staff": f"D{n:05d}",
            "completed_on": office.ago(float(chance.integers(5, 500))),
            "subject": str(chance.choice(COURSES)),
            "hours": int(chance.choice([4, 8, 16, 24, 35])),
            "is_accredited": yes(chance.random() < 0.8),
        }
        for n in who
    ]


def participation(office: Office) -> Rows:
    """Return acts of citizens on the participation portals."""
    chance = office.chance("participation")
    who = chance.integers(0, PARTICIPANTS, size=ACTS)
    return [
        {
            "person": f"member-{who[n]:05d}",
            "action": str(chance.choice(["제안", "투표", "신고", "주민참여예산", "기타"])),
            "at": office.moment_ago(24 * 0.8 * n + float(chance.uniform(1, 18))),
            "channel": str(chance.choice(["온라인", "오프라인"], p=(0.85, 0.15))),
        }
        for n in range(ACTS)
    ]


def living_labs(office: Office) -> Rows:
    """Return the attendance lists; three in four citizen scientists came more than once."""
    chance = office.chance("living-labs")
    rows: Rows = []
    for member in range(CITIZEN_SCIENTISTS):
        lab = LABS[member % len(LABS)]
        sessions = 1 if chance.random() < 0.25 else int(chance.integers(2, 5))
        for week in sorted(chance.choice(60, size=sessions, replace=False).tolist()):
            rows.append(
                {
                    "member": f"CS-{member + 1:03d}",
                    "lab": lab,
                    "held_on": office.ago(10 + 14 * week + member % len(LABS)),
                }
            )
    return rows


def companies(office: Office) -> Rows:
    """Return venture companies, certificates of three years, some of them over."""
    chance = office.chance("companies")
    since = chance.integers(10, 1_500, size=COMPANIES)
    term = 3 * 365  # a confirmation holds three years (Act on venture businesses, art. 25-2)
    return [
        {
            "company_number": f"V-{n + 1:05d}",
            "has_venture_certificate": yes(True),
            "certificate_since": office.ago(since[n]),
            "certificate_until": office.ago(since[n] - term),
            "is_located": yes(chance.random() < 0.97),
        }
        for n in range(COMPANIES)
    ]


def fab_labs(office: Office) -> Rows:
    """Return the logs of three fab labs over the last year; nobody came to a few sessions."""
    chance = office.chance("fab-labs")
    return [
        {
            "lab": FAB_LABS[n % len(FAB_LABS)],
            "session_number": f"{n + 1:04d}",
            "held_on": office.ago(n * 360 / SESSIONS + 2),
            "attendance": int(chance.poisson(9)) if chance.random() > 0.03 else 0,
        }
        for n in range(SESSIONS)
    ]
