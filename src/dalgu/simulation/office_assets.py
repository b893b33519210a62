"""Papers on what stands in the city: crossings, roads, facilities, cameras, lights, networks."""

from dalgu.simulation.city import INTERSECTIONS
from dalgu.simulation.office import Office, Rows, yes

OTHER_CROSSINGS = 350  # with fixed or actuated signals, of many more (assumption)
OPERATION_DAYS = 14
ROAD_LINKS = 120
FACILITIES = 160
CAMERAS, CABINETS = 300, 240  # a part of the city's (assumption)
AGENCIES = 354  # linked by 730 km of the city's own network: ITU case study, 2022
PLACES, ACCESS_POINTS = 90, 200
CELLS = 320
_KINDS = ("교량", "터널·지하차도", "청사·건물", "공원", "상하수도", "배수펌프장", "기타")


def intersections(office: Office) -> Rows:
    """Return the 250 crossings with AI signals (city release) and others without."""
    crossings = office.plan.intersections
    chance = office.chance("intersections")
    adaptive: Rows = [
        {
            "intersection_code": key,
            "name": name.ko,
            "name_en": name.en,
            "is_signalised": "예",
            "control_mode": "AI",
        }
        for key, name in zip(crossings.key, crossings.name, strict=True)
    ]
    others: Rows = [
        {
            "intersection_code": f"s{n + 1:03d}",
            "name": f"신호 교차로 {n + 1}",
            "name_en": f"Signalised intersection {n + 1}",
            "is_signalised": "예",
            "control_mode": str(chance.choice(["정주기", "감응"], p=(0.8, 0.2))),
        }
        for n in range(OTHER_CROSSINGS)
    ]
    return adaptive + others


def signal_operation(office: Office) -> Rows:
    """Return on which of the last days adaptive control ran; a tenth of the crossings falter."""
    chance = office.chance("signal-operation")
    falters = chance.random(INTERSECTIONS) < 0.1
    return [
        {
            "intersection_code": key,
            "observed_on": office.ago(day),
            "adaptive_active": yes(chance.random() > (0.4 if falters[n] else 0.01)),
        }
        for n, key in enumerate(office.plan.intersections.key)
        for day in range(OPERATION_DAYS, 0, -1)
    ]


def road_links(office: Office) -> Rows:
    """Return links of main roads and their travel times of the last year."""
    chance = office.chance("road-links")
    rows: Rows = []
    for n in range(ROAD_LINKS):
        length_m = float(chance.uniform(250, 1_400))
        free_s = length_m / float(chance.uniform(11, 17))
        rows.append(
            {
                "link_id": f"15{n + 1:08d}",
                "name": f"간선도로 구간 {n + 1}",
                "name_en": f"Main road link {n + 1}",
                "length": round(length_m, 1),
                "peak_travel_time": round(free_s * float(chance.uniform(1.15, 2.1)), 1),
                "free_flow_travel_time": round(free_s, 1),
                "reference_date": f"{office.today.year - 1}-12-31",
            }
        )
    return rows


def facilities(office: Office) -> Rows:
    """Return public facilities, a third of which can be controlled from afar."""
    chance = office.chance("facilities")
    return [
        {
            "facility_number": f"F-{n + 1:04d}",
            "name": f"{_KINDS[n % len(_KINDS)]} {n + 1}",
            "name_en": f"Facility {n + 1}",
            "kind": _KINDS[n % len(_KINDS)],
            "is_public": "예",
            "has_controller": yes(chance.random() < 0.33),
        }
        for n in range(FACILITIES)
    ]


def public_cameras(office: Office) -> Rows:
    """Return cameras; half are analysed, and some analyses have told nothing for long."""
    chance = office.chance("public-cameras")
    rows: Rows = []
    for n in range(CAMERAS):
        has_analytics = chance.random() < 0.5
        hours = float(chance.choice([5, 100, 1_200], p=(0.7, 0.2, 0.1)))
        rows.append(
            {
                "camera_number": f"CAM-{n + 1:04d}",
                "is_public": "예",
                "has_analytics": yes(has_analytics),
                "last_event_at": office.moment_ago(hours) if has_analytics else None,
            }
        )
    return rows


def street_lights(office: Office) -> Rows:
    """Return control cabinets with their lamps."""
    chance = office.chance("street-lights")
    rows: Rows = []
    for n in range(CABINETS):
        is_remote = chance.random() < 0.6
        hours = float(chance.choice([10, 80, 400], p=(0.8, 0.12, 0.08)))
        rows.append(
            {
                "cabinet_number": f"SL-{n + 1:04d}",
                "lamp_count": int(chance.integers(8, 70)),
                "is_remote": yes(is_remote),
                "last_ack_at": office.moment_ago(hours) if is_remote else None,
            }
        )
    return rows


def municipal_sites(office: Office) -> Rows:
    """Return the agencies on the city's network; a few lines are rented or down."""
    chance = office.chance("municipal-sites")
    return [
        {
            "site_number": f"N-{n + 1:03d}",
            "name": f"기관 {n + 1}",
            "name_en": f"Agency {n + 1}",
            "is_link_up": yes(chance.random() < 0.98),
            "is_own_fibre": yes(chance.random() < 0.92),
        }
        for n in range(AGENCIES)
    ]


def public_places(office: Office) -> Rows:
    """Return places where public Wi-Fi is due."""
    return [
        {
            "place_number": f"W-{n + 1:03d}",
            "name": f"공공장소 {n + 1}",
            "name_en": f"Public place {n + 1}",
            "is_designated": "예",
        }
        for n in range(PLACES)
    ]


def access_points(office: Office) -> Rows:
    """Return access points; one place in eight has none."""
    chance = office.chance("access-points")
    served = PLACES * 7 // 8
    return [
        {
            "access_point_number": f"AP-{n + 1:04d}",
            "place": f"W-{n % served + 1:03d}",
            "up_share": f"{100 * min(1.0, float(chance.beta(60, 1.2))):.1f}%",
            "measured_on": office.ago(office.today.day),
        }
        for n in range(ACCESS_POINTS)
    ]


def grid_cells(office: Office) -> Rows:
    """Return cells of the grid; nobody lives in some, and some were never measured."""
    chance = office.chance("grid-cells")
    rows: Rows = []
    for n in range(CELLS):
        is_measured = chance.random() < 0.9
        rows.append(
            {
                "cell": f"다바{n // 20:02d}{n % 20:02d}",
                "population": int(chance.poisson(70)) if chance.random() < 0.85 else 0,
                "gateway_success": (round(float(chance.beta(9, 1.0)), 3) if is_measured else None),
                "measured_on": office.ago(150) if is_measured else None,
            }
        )
    return rows
