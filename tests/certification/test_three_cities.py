"""Three cities, counted by hand: every quantitative indicator, every level, all totals.

The registers and histories are JSON files beside this test, and `expected.toml` says for each
indicator of each city what it must give, with the arithmetic. Each city is loaded into a hub of
its own and assessed as of 30 June 2021.
"""

import asyncio
import dataclasses
import json
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.certification.mutants import mutants

from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import load
from dalgu.certification.measurement import Maturity
from dalgu.certification.measuring.measuring import Asking, Measuring
from dalgu.certification.measuring.windows import end_of_day
from dalgu.certification.plausibility import Outcome, findings
from dalgu.certification.scoring.points import score
from dalgu.governance.entities import TYPES
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device, Feed
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking
from dalgu.services.water.entities import WaterMeter
from dalgu.store.sqlite import Durability, Store

FIXTURES = Path(__file__).parent / "fixtures" / "three_cities"
EXPECTED = tomllib.loads((FIXTURES / "expected.toml").read_text("utf-8"))
NOW = datetime(2021, 6, 30, 15, tzinfo=UTC)  # the reference date has just ended in Korea
REFERENCE = end_of_day(datetime(2021, 6, 30, tzinfo=UTC).date())
RELEASED = {"haneul": (), "namu": (), "dol": ("K63-40",)}
REJECTED = {"haneul": (), "namu": (), "dol": ("K63-56",)}
KINDS = {
    kind.type: kind
    for kind in (*TYPES, Device, Feed, OffStreetParking, OnStreetParking, WaterMeter)
}
QUANTITATIVE = [
    (city, code)
    for city, expected in EXPECTED.items()
    for code in expected
    if code.startswith("K63-")
]
QUALITATIVE = [(city, code) for city, expected in EXPECTED.items() for code in expected["levels"]]


# -- loading ----------------------------------------------------------------------------------


def nth(value, number):
    """A value of the n-th copy: a list says each, `{n}` in a text is its number."""
    told = value[number - 1] if isinstance(value, list) else value
    return told.replace("{n}", str(number)) if isinstance(told, str) else told


def link(text):
    kind, _, name = text.partition(":")
    return entity_id(kind, name)


def entity(kind, values):
    """A typed entity from the NGSI-LD names of a row; `Type:id` is a link where one is declared."""
    named = {attribute.name: attribute for attribute in kind.attributes}
    fields = {
        named[name].field: link(value) if named[name].kind == "Relationship" else value
        for name, value in values.items()
        if name != "id"
    }
    return kind(id=entity_id(kind.type, values["id"]), **fields)


def registers(entities):
    for name, rows in entities.items():
        for row in rows:
            plain = {key: value for key, value in row.items() if key != "copies"}
            for number in range(1, row.get("copies", 1) + 1):
                yield entity(KINDS[name], {key: nth(value, number) for key, value in plain.items()})


def instants(history):
    yield from map(datetime.fromisoformat, history.get("at", ()))
    for first, last, step_s in history.get("runs", ()):
        at, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
        while at <= end:
            yield at
            at += timedelta(seconds=step_s)


def observations(histories):
    for history in histories:
        for number in range(1, history.get("copies", 1) + 1):
            name, _, local = nth(history["of"], number).partition(":")
            values = {"id": local, history["attribute"]: history["value"]}
            told = entity(KINDS[name], values)
            for at in instants(history):
                yield dataclasses.replace(told, observed_at=at.astimezone(UTC))


class City:
    """One city, assessed once."""

    def __init__(self, name, folder):
        told = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
        self.expected = EXPECTED[name]
        self.kind = told["city"]["kind"]
        self.clock = ManualClock(NOW)
        self.hub = LocalHub(
            Store.open(folder / f"{name}.db", durability=Durability.OFF), self.clock
        )
        self.runner = asyncio.Runner()
        self.assessment = self.runner.run(self._assess(told))
        self.sheet = score(
            self.assessment.framework,
            self.assessment.city_type,
            self.assessment.measurements,
            {code: maturity(code, one) for code, one in self.expected["levels"].items()},
            RELEASED[name],
            rejected=REJECTED[name],
        )

    async def _assess(self, told):
        await self.hub.upsert(registers(told["entities"]))
        await self.hub.upsert(observations(told["histories"]))
        certification = Certification(self.hub, self.clock, city_kind=self.kind)
        assessment = await certification.assess("kr-scc-2021", reference=REFERENCE)
        self.again = {
            code: await certification.recompute(one.digest)
            for code, one in assessment.measured.items()
        }
        return assessment

    def numbers(self, indicators):
        """Value, numerator and denominator of indicators that no framework has."""

        def look(view):
            for one in indicators:
                framework = msgspec.structs.replace(self.assessment.framework, indicators=[one])
                asking = Asking([framework], REFERENCE, NOW, lambda progress: None)
                [found] = Measuring(view, asking).all().values()
                got = found.measurement
                yield got.value, got.numerator, got.denominator

        return self.runner.run(self.hub.look(lambda view: list(look(view))))

    def close(self):
        self.runner.run(self.hub.close())
        self.runner.close()


def maturity(code, expected):
    return Maturity(code, levels=tuple(expected["given"]), most=expected.get("visit"))


@pytest.fixture(scope="module")
def cities(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three-cities")
    built = {name: City(name, folder) for name in EXPECTED}
    yield built
    for city in built.values():
        city.close()


# -- the 43 -----------------------------------------------------------------------------------


def close(number, rel=1e-14):
    """What a number must be, to its last printed digit; nothing where there is none."""
    return None if number is None else pytest.approx(number, rel=rel)


@pytest.mark.parametrize(("name", "code"), QUANTITATIVE)
def test_a_value_is_the_one_worked_out_by_hand(cities, name, code):
    expected, got = cities[name].expected[code], cities[name].assessment.measurements[code]
    status = "measured" if "value" in expected else "not available"
    assert got.value == close(expected.get("value"))
    assert str(got.status) == expected.get("status", status)
    assert got.standard_error == close(expected.get("standard_error"), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "code", "part"),
    [
        (name, code, part)
        for name, code in QUANTITATIVE
        for part in ("numerator", "denominator")
        if part in EXPECTED[name][code]
    ],
)
def test_numerator_and_denominator_are_those_counted_by_hand(cities, name, code, part):
    got = getattr(cities[name].assessment.measurements[code], part)
    assert got == cities[name].expected[code][part]


@pytest.mark.parametrize(("name", "code"), QUANTITATIVE)
def test_points_are_those_worked_out_by_hand(cities, name, code):
    expected, line = cities[name].expected[code], cities[name].sheet.line(code)
    state = "earned" if "value" in expected else "missing"
    assert line.points == expected["points"]
    assert str(line.state) == expected.get("state", state)


@pytest.mark.parametrize(
    ("name", "code"), [one for one in QUANTITATIVE if "why" in EXPECTED[one[0]][one[1]]]
)
def test_what_has_no_value_says_why(cities, name, code):
    reason = cities[name].assessment.measured[code].snapshot.reason
    assert cities[name].expected[code]["why"] in reason.en
    assert re.search("[가-힣]", reason.ko)


@pytest.mark.parametrize(("name", "code"), QUANTITATIVE)
def test_a_value_is_computed_again_from_its_evidence(cities, name, code):
    assert cities[name].again[code] == cities[name].assessment.measurements[code].value


def test_every_quantitative_indicator_is_expected_of_every_city(cities):
    codes = {one.code for one in cities["dol"].assessment.framework.indicators}
    for name, expected in EXPECTED.items():
        quantitative = {code for city, code in QUANTITATIVE if city == name}
        assert quantitative | set(expected["levels"]) == codes
        assert set(cities[name].assessment.measured) == quantitative


@pytest.mark.parametrize("name", EXPECTED)
def test_a_verifier_asks_what_stands_out(cities, name):
    assessment = cities[name].assessment
    numbers = {
        code: {one.name: one.value for one in frozen.snapshot.variables}
        for code, frozen in assessment.measured.items()
    }
    asked = findings(assessment.framework, assessment.measurements, numbers)
    assert [one.id for one in asked] == EXPECTED[name]["asked"]
    assert {one.outcome for one in asked} <= {Outcome.VIOLATED}


# -- the 20, and what all of it comes to ------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), QUALITATIVE)
def test_levels_earn_the_points_worked_out_by_hand(cities, name, code):
    expected, line = cities[name].expected["levels"][code], cities[name].sheet.line(code)
    assert line.points == expected["points"]
    assert str(line.state) == expected.get("state", "earned")


@pytest.mark.parametrize(
    ("name", "city_type"), [("haneul", "large"), ("namu", "small"), ("dol", "small")]
)
def test_the_city_type_follows_kind_and_residents(cities, name, city_type):
    assert cities[name].assessment.city_type == city_type


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sheet_comes_to_the_total_and_grade_worked_out_by_hand(cities, name):
    sheet, expected = cities[name].sheet, cities[name].expected["sheet"]
    by_kind = {"quantitative": 0.0, "qualitative": 0.0}
    for line in sheet.lines:
        by_kind[line.kind] += line.share * line.max_points
    found = {
        **{kind: round(points, 2) for kind, points in by_kind.items()},
        "total": sheet.total,
        "grade": sheet.grade.grade,
        "certified": sheet.certified,
    }
    assert found == pytest.approx(expected, abs=0.02)
    assert sheet.total == expected["total"]
    assert sheet.total_max == 2000


def test_a_released_indicator_leaves_its_points_to_its_item(cities):
    sheet = cities["dol"].sheet
    assert sheet.item("S1").max_points == 360
    assert sheet.line("K63-40").max_points == 0
    assert sheet.line("K63-44").max_points == 32.73  # 30 x 12 / 11 = 32.72727


# -- the fixture itself -----------------------------------------------------------------------

# A link without its length, or without the travel time that is summed, adds nothing anyway.
IDLE = {
    "K63-41": {
        "peak without length>0",
        "peak without peakTravelTime>0",
        "free_flow without length>0",
        "free_flow without freeFlowTravelTime>0",
    }
}


@pytest.mark.parametrize(
    "indicator",
    [one for one in load("kr-scc-2021").indicators if one.kind == "quantitative"],
    ids=lambda one: one.code,
)
def test_each_filter_of_a_formula_changes_a_number_in_one_of_the_cities(cities, indicator):
    changed = dict(mutants(indicator))
    idle = set(changed)
    for city in cities.values():
        [whole, *found] = city.numbers([indicator, *changed.values()])
        idle -= {name for name, got in zip(changed, found, strict=True) if got != whole}
    assert idle == IDLE.get(indicator.code, set())
