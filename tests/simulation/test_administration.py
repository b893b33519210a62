"""The papers of the synthetic administration: the same again, whole, and missing where said."""

import asyncio
import csv
import io
from datetime import UTC, datetime

import pytest
from tests.governance.conftest import keyed

from dalgu.cities import load
from dalgu.governance.entities import TYPES
from dalgu.governance.importing import Desk, Options, import_register
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import register, registers
from dalgu.hub.hub import Query
from dalgu.hub.local import LocalHub
from dalgu.hub.schema import Schema
from dalgu.hub.types import Feed
from dalgu.kernel.clock import ManualClock
from dalgu.simulation import Simulation
from dalgu.simulation.administration import PAPERS
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
# These stand with the devices, or are what a survey would bring.
ELSEWHERE = {"departments", "feeds", "water-supply"}
MISSING = {"survey-responses"}


def files(seed=1, now=NOW):
    return dict(Simulation(load("daegu"), ManualClock(now), seed).register_files())


@pytest.fixture(scope="module")
def papers():
    return files()


@pytest.fixture(scope="module")
def filled(tmp_path_factory, papers):
    """All papers in a hub: the reports, and the hub's counts and entities."""

    async def fill():
        clock = ManualClock(NOW)
        store = Store.open(tmp_path_factory.mktemp("city") / "city.db")
        hub = LocalHub(store, clock, schema=Schema((*TYPES, Feed)))
        await hub.upsert(Simulation(load("daegu"), clock, 1).registers())
        desk, options = Desk(hub, Pseudonyms(keyed), clock), Options(origin="synthetic")
        reports = {
            name: await import_register(desk, register(name), name, body, options)
            for name, body in papers.items()
        }
        counts = await hub.types()
        page = await hub.query(Query(types=tuple(t.type for t in TYPES), limit=20_000))
        await store.close()
        return reports, counts, page.entities

    return asyncio.run(fill())


def rows(papers, name):
    return list(csv.reader(io.StringIO(papers[name].decode("utf-8-sig"))))[1:]


def test_the_same_seed_and_day_give_the_same_bytes(papers):
    assert files() == papers
    assert files(seed=2)["staff"] != papers["staff"]


@pytest.mark.parametrize("year", [2020, 2031])
def test_another_day_has_papers_too(year):
    assert set(files(now=datetime(year, 1, 31, tzinfo=UTC))) == set(PAPERS)


def test_every_register_has_papers_but_those_that_are_missing_on_purpose(papers):
    assert set(registers()) - set(papers) == ELSEWHERE | MISSING


def test_no_row_is_rejected_repeated_or_passed_over(filled):
    reports, _, _ = filled
    told = {name: (one.rejected, one.unchanged, one.ignored) for name, one in reports.items()}
    assert set(told.values()) == {(0, 0, ())}
    assert all(one.rows for one in reports.values())


def test_a_laptop_holds_them(filled):
    _, counts, entities = filled
    of_registers = {kind.type for kind in TYPES}
    assert sum(count for kind, count in counts.items() if kind in of_registers) < 8_000
    assert {one["origin"]["value"] for one in entities} == {"synthetic"}


def test_what_is_known_of_the_city_is_in_them(papers):
    assert len(rows(papers, "city-problems")) == 36
    assert len(rows(papers, "municipal-sites")) == 354
    assert len({row[0] for row in rows(papers, "living-labs")}) == 161
    assert sum("AI" in row for row in rows(papers, "intersections")) == 250
    assert sum(not row[0].startswith("wait") for row in rows(papers, "care-households")) > 350


def test_the_smart_city_plan_has_run_out_and_one_core_ordinance_is_missing(papers):
    [plan] = [row for row in rows(papers, "plans") if row[0] == "smart-city-2021"]
    assert "2025-12-31" in plan
    assert not [row for row in rows(papers, "ordinances") if "영상" in "".join(row)]
