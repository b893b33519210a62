"""Papers on data and services: inventory, accesses, services, care, emergencies."""

from dalgu.simulation.city import DEPARTMENTS
from dalgu.simulation.office import Office, Rows, yes

DATASETS = 120
ACCESSED = 45  # datasets with their own monthly counts
MONTHS = 12
UNEQUIPPED_HOMES = 140  # on the list of those at risk, without a device (assumption)
EMERGENCIES = 480
SYSTEMS = 36
SERVICES = (
    ("civil-app", "통합 민원 앱", "행정"), ("talk-daegu", "토크대구", "행정"),
    ("parking-info", "실시간 주차정보", "교통"), ("ai-signals", "지능형 신호", "교통"),
    ("bus-info", "버스정보", "교통"), ("care-homes", "스마트 돌봄", "보건"),
    ("water-amr", "상수도 원격검침", "환경"), ("air-quality", "대기질 안내", "환경"),
    ("cctv-search", "지능형 선별관제", "방범"), ("flood-watch", "침수 감시", "방범"),
    ("light-control", "가로등 원격제어", "시설물"), ("bridge-watch", "교량 계측", "시설물"),
    ("digital-class", "디지털 배움터", "교육"), ("tour-guide", "관광 안내", "문화"),
    ("job-match", "일자리 연결", "근로·고용"),
)  # fmt: skip  # nine of the eleven fields; logistics and housing have none
_PRIVATE = ("parking-info", "tour-guide", "job-match", "bus-info", "flood-watch")


def datasets(office: Office) -> Rows:
    """Return the inventory: three in five published, a tenth closed by law."""
    chance = office.chance("datasets")
    rows: Rows = []
    for n in range(DATASETS):
        is_restricted = n >= ACCESSED and chance.random() < 0.15
        is_published = n < ACCESSED or (not is_restricted and chance.random() < 0.5)
        owner = DEPARTMENTS[int(chance.integers(0, len(DEPARTMENTS)))]
        rows.append(
            {
                "dataset_number": f"D-{n + 1:04d}",
                "name": f"데이터셋 {n + 1}",
                "name_en": f"Dataset {n + 1}",
                "owner": owner.key,
                "is_inventoried": "예",
                "is_restricted": yes(is_restricted),
                "is_published": yes(is_published),
                "is_machine_readable": yes(is_published and chance.random() < 0.9),
                "has_open_licence": yes(is_published and chance.random() < 0.93),
            }
        )
    return rows


def dataset_accesses(office: Office) -> Rows:
    """Return monthly accesses of the published datasets."""
    chance = office.chance("dataset-accesses")
    liked = chance.lognormal(6.2, 0.9, size=ACCESSED)
    return [
        {
            "dataset": f"D-{n + 1:04d}",
            "month": month,
            "access_count": int(chance.poisson(liked[n])),
            "is_bot": "아니오",
        }
        for n in range(ACCESSED)
        for month in office.months(MONTHS)
    ]


def city_services(office: Office) -> Rows:
    """Return the services; one has stopped and one is not used any more."""
    return [
        {
            "service_code": code,
            "name": name,
            "field": field,
            "is_operating": yes(code != "bridge-watch"),
            "since": office.ago(2_000 - 90 * n),
            "until": office.ago(200) if code == "bridge-watch" else None,
            "last_used_at": office.moment_ago(2_400 if code == "digital-class" else 1 + n),
        }
        for n, (code, name, field) in enumerate(SERVICES)
    ]


def service_availability(office: Office) -> Rows:
    """Return what a probe saw of each service a month."""
    chance = office.chance("service-availability")
    scheduled = 28 * 24 * 60  # every month has these (the probe rests for the others)
    return [
        {
            "service": code,
            "month": month,
            "up_minutes": scheduled - int(chance.gamma(0.6, 220)),
            "scheduled_minutes": scheduled,
            "active_users": int(chance.lognormal(9.0, 1.0)),
        }
        for code, _, _ in SERVICES
        for month in office.months(MONTHS)
    ]


def digital_service_use(office: Office) -> Rows:
    """Return distinct users of all services a month."""
    chance = office.chance("digital-service-use")
    return [
        {"month": month, "distinct_users": int(chance.normal(260_000, 15_000))}
        for month in office.months(MONTHS)
    ]


def data_contracts(office: Office) -> Rows:
    """Return contracts with private providers; one has run out, one gives nothing."""
    return [
        {
            "contract_number": f"C-{n + 1:02d}",
            "service": service,
            "provider_kind": "민간",
            "since": office.ago(700),
            "until": office.ago(100 if n == 4 else -300),
            "last_delivered_at": None if n == 3 else office.moment_ago(6 + n),
        }
        for n, service in enumerate(_PRIVATE)
    ]


def linked_systems(office: Office) -> Rows:
    """Return the inventory of systems; two in three are linked, some of those silent."""
    chance = office.chance("linked-systems")
    rows: Rows = []
    for n in range(SYSTEMS):
        is_linked = chance.random() < 0.66
        hours = float(chance.choice([2, 20, 300, 1_500], p=(0.5, 0.3, 0.12, 0.08)))
        rows.append(
            {
                "system_code": f"system-{n + 1:02d}",
                "name": f"연계 시스템 {n + 1}",
                "name_en": f"System {n + 1}",
                "is_inventoried": "예",
                "is_linked": yes(is_linked),
                "last_event_at": office.moment_ago(hours) if is_linked else None,
            }
        )
    return rows


def feed_uses(office: Office) -> Rows:
    """Return who calls which feed of the hub."""
    chance = office.chance("feed-uses")
    consumers = ("civil-app", "parking-app", "research-lab", "water-desk", "open-api")
    return [
        {
            "consumer": consumer,
            "feed": feed.key,
            "last_call_at": office.moment_ago(float(chance.gamma(1.0, 200.0)) + 1),
        }
        for feed in office.plan.feeds
        for consumer in consumers
        if chance.random() < 0.5
    ]


def care_households(office: Office) -> Rows:
    """Return the list of those at risk: homes with a device, and homes that still wait."""
    chance = office.chance("care-households")
    waiting = [f"wait-{n + 1:03d}" for n in range(UNEQUIPPED_HOMES)]
    return [
        {
            "household_number": key,
            "is_at_risk": "예",
            "is_single_elderly": yes(chance.random() < 0.94),
        }
        for key in (*office.plan.homes.key, *waiting)
    ]


def emergency_responses(office: Office) -> Rows:
    """Return emergencies of the last year; help takes eight minutes or so."""
    chance = office.chance("emergency-responses")
    rows: Rows = []
    for n in range(EMERGENCIES):
        hours = 24 * 360 * (n + 1) / EMERGENCIES
        minutes = float(chance.lognormal(2.0, 0.35))
        rows.append(
            {
                "incident_number": f"E-{n + 1:05d}",
                "kind": str(chance.choice(["화재", "구급", "범죄"], p=(0.15, 0.6, 0.25))),
                "priority": int(chance.choice([1, 2, 3], p=(0.5, 0.3, 0.2))),
                "called_at": office.moment_ago(hours),
                "arrived_at": office.moment_ago(hours - max(2.0, minutes) / 60),
            }
        )
    return rows
