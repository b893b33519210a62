"""The papers of a synthetic administration: one file for each register, as offices export them.

Register files are made, never entities: they come in by the importer that a real city uses.
Nobody has surveyed the citizens, and the smart-city plan has run out: "not available" is a state
that people must see.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from dalgu.governance.exporting import csv_of
from dalgu.governance.register import registers
from dalgu.simulation import office_assets as assets
from dalgu.simulation import office_people as people
from dalgu.simulation import office_records as records
from dalgu.simulation import office_services as services
from dalgu.simulation import office_statistics as statistics
from dalgu.simulation.city import CityPlan
from dalgu.simulation.office import Office, Rows

# Departments, feeds and the supply register stand with the devices in `simulation/registers.py`.
PAPERS: dict[str, Callable[[Office], Rows]] = {
    "population": records.population,
    "establishments": records.establishments,
    "city-statistics": statistics.city_statistics,
    "staff": people.staff,
    "trainings": people.trainings,
    "participation": people.participation,
    "living-labs": people.living_labs,
    "companies": people.companies,
    "fab-labs": people.fab_labs,
    "plans": records.plans,
    "milestones": records.milestones,
    "ordinances": records.ordinances,
    "policies": records.policies,
    "policy-decisions": records.policy_decisions,
    "analysis-reports": records.analysis_reports,
    "recognitions": records.recognitions,
    "council-meetings": records.council_meetings,
    "agreements": records.agreements,
    "city-problems": records.city_problems,
    "expenditures": records.expenditures,
    "investments": records.investments,
    "maturity-self-assessment": records.maturity_self_assessment,
    "datasets": services.datasets,
    "dataset-accesses": services.dataset_accesses,
    "city-services": services.city_services,
    "service-availability": services.service_availability,
    "digital-service-use": services.digital_service_use,
    "data-contracts": services.data_contracts,
    "linked-systems": services.linked_systems,
    "feed-uses": services.feed_uses,
    "care-households": services.care_households,
    "emergency-responses": services.emergency_responses,
    "intersections": assets.intersections,
    "signal-operation": assets.signal_operation,
    "road-links": assets.road_links,
    "facilities": assets.facilities,
    "public-cameras": assets.public_cameras,
    "street-lights": assets.street_lights,
    "municipal-sites": assets.municipal_sites,
    "public-places": assets.public_places,
    "access-points": assets.access_points,
    "grid-cells": assets.grid_cells,
}


def register_files(plan: CityPlan, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each register and its file, those that others link to first.

    The same plan and day give the same bytes.
    """
    office = Office(plan, now)
    for name, register in registers().items():
        if name in PAPERS:
            yield name, csv_of(register, PAPERS[name](office))
