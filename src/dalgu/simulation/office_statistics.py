"""Figures as statistical yearbooks have them: scaled to the city's residents, made up otherwise.

They feed frameworks beside the Korean one, U4SSC above all. A third of what it asks is left out,
as no city has all of it.
"""

from dalgu.simulation.office import Office, Row, Rows

SPREAD = 0.04  # of a figure around its rate: one seed's city is not another's
# Key, unit as pint writes it, and how many to a resident, to a household, or in the whole city.
_TO_A_RESIDENT = (
    ("commuters.transit", "person", 0.13), ("commuters.private", "person", 0.24),
    ("commuters.cycling", "person", 0.01), ("commuters.walking", "person", 0.07),
    ("commuters.paratransit", "person", 0.015), ("education.schoolAge", "person", 0.105),
    ("education.enrolled", "person", 0.103), ("education.students", "person", 0.10),
    ("education.studentsWithIct", "person", 0.095), ("education.degreeHolders", "person", 0.36),
    ("education.literateAdults", "person", 0.85), ("population.adults", "person", 0.86),
    ("population.infants", "person", 0.018), ("elections.electorate", "person", 0.86),
    ("elections.voters", "person", 0.43), ("environment.inhabitantsNearGreen", "person", 0.83),
    ("health.births", "person", 0.0045), ("health.insured", "person", 0.985),
    ("health.physicians", "person", 0.0032), ("health.beds", "bed", 0.0145),
    ("labour.force", "person", 0.53), ("labour.employed", "person", 0.51),
    ("labour.unemployed", "person", 0.017), ("labour.youthForce", "person", 0.07),
    ("labour.youthUnemployed", "person", 0.005), ("labour.ictEmployed", "person", 0.012),
    ("labour.tourismEmployed", "person", 0.014), ("income.poor", "person", 0.15),
    ("safety.firefighters", "fte", 0.0012), ("safety.policeOfficers", "fte", 0.0024),
    ("safety.violentCrimes", "case", 0.0043), ("safety.trafficDeaths", "person", 0.000035),
    ("telecom.wirelessBroadbandSubscriptions", "subscription", 1.18),
    ("transport.inhabitantsWithin500m", "person", 0.92), ("vehicles.passenger", "vehicle", 0.43),
    ("vehicles.lowCarbonPassenger", "vehicle", 0.021), ("welfare.childCarePlaces", "person", 0.024),
    ("energy.electricity", "kWh", 6_700.0), ("environment.greenhouseGases", "t", 3.7),
    ("waste.recycled", "t", 0.21), ("waste.incinerated", "t", 0.085),
    ("waste.landfill", "t", 0.038), ("waste.other", "t", 0.006),
    ("water.consumedDaily", "L/day", 290.0), ("water.supplied", "m**3", 117.0),
    ("water.billed", "m**3", 109.0), ("wastewater.collected", "m**3", 121.0),
    ("wastewater.secondary", "m**3", 12.0), ("wastewater.tertiary", "m**3", 108.0),
)  # fmt: skip
_TO_A_HOUSEHOLD = (
    ("households.withInternet", "household", 1.0),  # 100 %: ITU case study, 2022
    ("households.withElectricity", "household", 1.0),
    ("households.withBasicWater", "household", 1.0),
    ("households.withPotableWater", "household", 0.999),
    ("households.withSanitation", "household", 0.998),
    ("households.withWasteCollection", "household", 1.0),
    ("households.withWastewaterCollection", "household", 0.991),
    ("telecom.fixedBroadbandSubscriptions", "subscription", 0.93),
    ("electricity.customers", "customer", 1.12),
    ("electricity.meters", "meter_device", 1.12),
    ("electricity.smartMeters", "meter_device", 0.78),
)
_SHARES_OF_ALL = frozenset(key for key, _, rate in _TO_A_HOUSEHOLD if rate == 1.0)
_IN_THE_CITY = (
    ("air.pm10", "ug/m**3", 33.0), ("air.pm25", "ug/m**3", 17.0), ("air.no2", "ug/m**3", 28.0),
    ("air.o3", "ug/m**3", 62.0), ("air.so2", "ug/m**3", 5.0),
    ("buildings.public", "facility", 900.0),
    ("buildings.publicWithManagementSystem", "facility", 240.0),
    ("culture.institutions", "facility", 150.0), ("economy.enterprises", "company", 272_000.0),
    ("economy.smallAndMediumEnterprises", "company", 271_000.0),
    ("economy.newPatents", "case", 6_200.0), ("environment.greenArea", "ha", 2_600.0),
    ("finance.expenditure", "KRW", 1.05e13), ("finance.cultureExpenditure", "KRW", 4.1e11),
    ("government.electronicServices", "service", 310.0),
    ("government.procurements", "case", 21_000.0),
    ("government.electronicProcurements", "case", 20_300.0),
    ("health.lifeExpectancy", "year", 83.1), ("income.gini", "dimensionless", 0.32),
    ("income.hourlyMen", "KRW/hour", 24_500.0), ("income.hourlyWomen", "KRW/hour", 17_300.0),
    ("roads.majorLength", "km", 520.0), ("roads.majorMonitored", "km", 310.0),
    ("telecom.antennaSites", "site", 8_900.0), ("transport.bicyclePaths", "km", 1_070.0),
    ("transport.networkLength", "km", 1_250.0), ("transport.stops", "place", 3_350.0),
    ("transport.stopsWithRealTimeInformation", "place", 2_300.0),
    ("transport.sharedBicycles", "vehicle", 6_000.0), ("water.networkLength", "km", 8_050.0),
    ("water.networkMonitored", "km", 2_600.0),
)  # fmt: skip
_PLANS = ("planning.compact", "planning.connected", "planning.integrated", "safety.resiliencePlan")


def city_statistics(office: Office) -> Rows:
    """Return the figures of the last full year."""
    dongs = office.plan.city.dongs
    residents = sum(dong.residents for dong in dongs)
    households = sum(dong.households for dong in dongs)
    rows = [_row(office, key, unit, rate * residents) for key, unit, rate in _TO_A_RESIDENT]
    rows += [_row(office, key, unit, rate * households) for key, unit, rate in _TO_A_HOUSEHOLD]
    rows += [_row(office, key, unit, value) for key, unit, value in _IN_THE_CITY]
    rows += [_row(office, key, "dimensionless", 1.0) for key in _PLANS]
    return rows


def _row(office: Office, key: str, unit: str, rate: float) -> Row:
    is_exact = key in _SHARES_OF_ALL or key in _PLANS
    # One draw for a subject, so that no part of it exceeds its whole.
    chance = office.chance(f"statistics.{key.partition('.')[0]}")
    value = rate if is_exact else rate * float(chance.uniform(1 - SPREAD, 1))
    return {
        "statistic": key,
        "reference_date": f"{office.today.year - 1}-12-31",
        "value": round(value, 4) if value < 1_000 else round(value),
        "unit": unit,
        "source": "모의실험(공식 통계 아님)",
        "quality": "추정",
    }
