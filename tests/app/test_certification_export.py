"""What was measured leaves the city in three forms, from the hub's own evidence."""

import asyncio
import io
import json
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from dalgu.app.commands.certification_export import Format, Wanted, export, questions
from dalgu.app.folder import Folder
from dalgu.app.platform import opened
from dalgu.governance.entities.city import CityStatistic, PopulationStatistic
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DAY = "2025-12-31"
INTERNET = "EC: ICT: ICT: 1C"


def a_statistic(key, value, unit):
    return CityStatistic(
        id=entity_id("CityStatistic", key),
        statistic=key,
        value=value,
        unit=unit,
        reference_date=DAY,
    )


@pytest.fixture
def settings(tmp_path):
    """A city that declared four figures, one of them in a unit that nobody asks for."""
    chosen = Settings(data_dir=str(tmp_path), public_url="https://city.example")
    asyncio.run(_measured(chosen, tmp_path))
    return chosen


async def _measured(chosen, tmp_path):
    async with opened(chosen, Folder(tmp_path), lambda store: ManualClock(NOW)) as platform:
        await platform.hub.upsert(
            [
                PopulationStatistic(
                    id=entity_id("PopulationStatistic", "2025"),
                    residents=240_000,
                    households=100_000,
                    reference_date=DAY,
                ),
                a_statistic("households.withInternet", 97_000, "household"),
                a_statistic("income.gini", 31.2, "dimensionless"),
                a_statistic("telecom.fixedBroadbandSubscriptions", 45, "thousand"),
            ]
        )
        await platform.certification.assess("u4ssc")


def exported(settings, *wanted):
    return asyncio.run(export(settings, Wanted("u4ssc", *wanted)))


def test_the_linked_data_holds_value_and_query(settings):
    body = json.loads(exported(settings, Format.CCCEV))
    values = {one["@id"]: one for one in body["@graph"] if one["@type"] == "cv:SupportedValue"}
    base = "https://city.example/certification/u4ssc/EC-ICT-ICT-1C"
    assert values[f"{base}/value/measured"]["cv:value"]["@value"] == "97.0"
    [query] = values[f"{base}/households_with_internet/measured"]["cv:query"]
    assert query.startswith("/ngsi-ld/v1/entities?type=CityStatistic")


def test_the_workbook_scores_by_bands_and_leaves_gaps_empty(settings):
    body = exported(settings, Format.XLSX, "en")
    header, *rows = load_workbook(io.BytesIO(body))["Indicators"].iter_rows(values_only=True)
    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert len(found) == 91
    assert (found[INTERNET]["Value"], found[INTERNET]["Points"]) == (97, 4)
    broadband = found["EC: ICT: ICT: 2C"]
    assert (broadband["Value"], broadband["Status"]) == (None, "not available")


def test_only_what_has_a_value_becomes_an_indicator_of_another_hub(settings):
    found = json.loads(exported(settings, Format.KPI))
    assert [one["indicatorCode"]["value"] for one in found] == [INTERNET, "SC: SH: SI: 2C"]
    assert found[0]["source"]["value"] == "https://city.example"


def test_a_value_given_as_a_percentage_is_asked_about(settings):
    [one] = asyncio.run(questions(settings, "u4ssc"))
    assert (one.id, one.severity) == ("SC: SH: SI: 2C#1", "error")
    assert one.numbers == {"value": 31.2}
