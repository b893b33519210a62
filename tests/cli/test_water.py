"""`dalgu water`: what its commands print, write and refuse, over a real folder."""

import asyncio
from datetime import UTC, timedelta

import pytest
from tests.services.water.leakage.town import town_inp
from typer.testing import CliRunner

from dalgu.app.commands.opening import any_city
from dalgu.cli import app
from dalgu.kernel.clock import SystemClock, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.rollout.entities import WaterRolloutArea

AREA = entity_id("DistrictMeteredArea", "town")
METER = entity_id("WaterMeter", "1")
DAYS = 3


def midnight():
    now = local(SystemClock().now())
    return now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def standing():
    """Three days of a meter and of its area, up to the midnight before now."""
    end = midnight()
    yield WaterMeter(id=METER, dma=AREA, is_active=True)
    for hours in range(DAYS * 24 + 1):
        at = end - timedelta(hours=hours)
        yield WaterMeter(id=METER, observed_at=at, volume=round(100 - hours * 0.01, 3))
        yield DistrictMeteredArea(id=AREA, observed_at=at, inflow=0.015, consumption=0.01)
    yield WaterRolloutArea(
        id=entity_id("WaterRolloutArea", "hill"),
        name=Text("언덕", "Hill"),
        connections=100,
        unread_share=0.1,
        losses_daily=20.0,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("water")

    async def fill():
        async with any_city(Settings(data_dir=str(found / "city"))) as platform:
            await platform.hub.upsert(standing())

    asyncio.run(fill())
    (found / "town.inp").write_bytes(town_inp())
    return found


@pytest.fixture
def dalgu(folder, monkeypatch):
    monkeypatch.chdir(folder)

    def run(*words):
        return CliRunner().invoke(app, ["water", *words, "--data", "city"])

    return run


def day(back):
    return f"{local(midnight() - timedelta(days=back)):%Y-%m-%d}"


def test_a_network_is_loaded_listed_and_asked_for_a_closure(dalgu):
    loaded = dalgu("network", "load", "town.inp", "--name", "town", "--dma", AREA)
    assert "34 pipes" in loaded.output, loaded.output
    assert AREA in dalgu("network", "list").output
    closed = dalgu("closure", "b0")
    assert "customers" in closed.output
    assert "Without water: b1" in closed.output
    assert dalgu("leaks").output == "No leak is suspected now.\n"


def test_days_are_validated_again_and_written_only_when_asked(dalgu):
    span = ("--from", day(2), "--to", day(1))
    looked = dalgu("validate", *span)
    assert f"{day(1)}  {AREA}  new -> 0.240 m³, 1 meters differ" in looked.output
    assert "version" not in looked.output
    assert "-> version 1" in dalgu("validate", *span, "--write").output
    assert dalgu("validate", *span).output.startswith("0 days differ")


def test_the_balance_of_a_period_has_its_limits(dalgu):
    found = dalgu("balance", AREA, "--from", day(2), "--to", day(1))
    assert "System input volume" in found.output, found.exception
    assert (
        "유수량" in dalgu("balance", AREA, "--from", day(2), "--to", day(1), "--lang", "ko").output
    )


def test_the_roll_out_is_planned(dalgu):
    assert "year 1  Hill  100 meters, 0 % in reach, 1 gateways" in dalgu("plan").output


REFUSED = {
    "a pipe that is not": ("closure", "nowhere"),
    "days to come": ("validate", "--from", "2200-01-01", "--to", "2200-01-02"),
    "a day never validated": ("compare", AREA, "2020-01-01", "1", "2"),
    "a period without data": ("balance", AREA, "--from", "2020-01-01", "--to", "2020-01-31"),
    "a month that is not over": ("bill", "run", "2200-01"),
    "a bill that is not": ("bill", "show", "urn:ngsi-ld:WaterBill:none"),
    "a bill to replay that is not": ("bill", "replay", "urn:ngsi-ld:WaterBill:none"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_by_name(dalgu, case):
    answer = dalgu(*REFUSED[case])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, DalguError)


def test_a_file_that_is_no_network_is_refused(dalgu, folder):
    (folder / "odd.inp").write_text("[JUNCTIONS]\n a b c\n")
    answer = dalgu("network", "load", "odd.inp", "--name", "odd")
    assert isinstance(answer.exception, DalguError)


def test_a_month_without_accounts_gives_no_bills(dalgu):
    last = local(midnight()).replace(day=1) - timedelta(days=1)
    assert "0 drafted" in dalgu("bill", "run", f"{last:%Y-%m}").output
    assert "0 bills are issued" in dalgu("bill", "issue", f"{last:%Y-%m}").output
