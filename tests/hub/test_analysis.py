import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from benchmarks.history.twins import Twins

from dalgu.hub.analysis import Part, ask, export
from dalgu.hub.local import LocalHub
from dalgu.hub.sealing import Sealing
from dalgu.kernel.clock import ManualClock
from dalgu.store.analysis import Analysis, AskRefused, AskTooCostly

NOON = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
CUT = datetime(2026, 5, 13, tzinfo=UTC)
ALL = Part()


def a_well(name: str, at: datetime, depth_m: float) -> dict:
    stamp = at.isoformat().replace("+00:00", "Z")
    depth = {"type": "Property", "value": depth_m, "unitCode": "MTR", "observedAt": stamp}
    return {"id": f"urn:ngsi-ld:Well:{name}", "type": "Well", "depth": depth}


def asked(folder: Path, work):
    """Run work on a hub with twenty days of two wells, the older ones sealed."""

    async def life():
        hub = LocalHub.open(folder / "city.db", ManualClock(NOON))
        try:
            days = [NOON - timedelta(days=n) for n in range(20)]
            await hub.upsert([a_well(name, at, 2.5) for at in days for name in "ab"])
            await Sealing(hub.store).run(CUT)
            await hub.upsert([a_well("a", NOON - timedelta(days=15, hours=1), 100.0)])  # late
            return await work(hub)
        finally:
            await hub.close()

    return asyncio.run(life())


def silent(count: int) -> None:
    """Nobody looks."""


def answer_to(folder: Path, question: str, part: Part = ALL) -> list[tuple]:
    found = asked(folder, lambda hub: ask(hub.store, question, part, silent))
    return found.rows


def test_hot_and_sealed_rows_are_one_table(tmp_path):
    question = (
        "SELECT entity[-1:], count(*), sum(number), any_value(unit) FROM history "
        "WHERE attribute = 'depth' GROUP BY 1 ORDER BY 1"
    )

    assert answer_to(tmp_path, question) == [("a", 21, 150.0, "MTR"), ("b", 20, 50.0, "MTR")]


def test_entities_join_the_history(tmp_path):
    question = (
        "WITH deep AS (SELECT entity FROM history WHERE number > 50) SELECT id, "
        "document -> 'depth' ->> 'value' FROM entities JOIN deep ON id = entity"
    )

    assert answer_to(tmp_path, question) == [("urn:ngsi-ld:Well:a", "2.5")]


def test_a_part_is_what_was_named(tmp_path):
    part = Part("Well", "depth", NOON - timedelta(days=16), NOON - timedelta(days=14))

    assert answer_to(tmp_path, "SELECT count(*) FROM history", part) == [(5,)]
    assert answer_to(tmp_path / "2", "FROM history", Part("Lake")) == []
    assert answer_to(tmp_path / "3", "FROM history", Part(attribute="level")) == []


@pytest.mark.parametrize("seed", [3, 4])
def test_a_table_of_a_sealed_hub_is_that_of_an_unsealed_one(tmp_path, seed):
    async def life():
        rng, twins = np.random.default_rng(seed), Twins(tmp_path)
        try:
            await twins.tell(rng, 10)
            await twins.seal(rng)
            await twins.tell(rng, 5)
            question = "FROM history ORDER BY ALL"
            return [
                await ask(hub.store, question, Part(tenant=tenant), silent)
                for tenant in ("", "busan")
                for hub in (twins.sealed, twins.plain)
            ]
        finally:
            await twins.close()

    first, first_plain, second, second_plain = asyncio.run(life())

    assert len(first.rows) > 50
    assert first == first_plain
    assert second == second_plain


@pytest.mark.parametrize(
    "question",
    [
        "DELETE FROM history",
        "SELECT 1; SELECT 2",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM history, glob('/*')",
        "SELECT (SELECT count(*) FROM hot)",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM information_schema.tables",
        "COPY history TO '/tmp/history.csv'",
        "SET memory_limit = '100GB'",
        "SELECT depth FROM history",
        "SELECT",
        "",
    ],
)
def test_anything_but_a_select_of_the_two_views_is_refused(tmp_path, question):
    with pytest.raises(AskRefused):
        answer_to(tmp_path, question)


def test_even_duckdb_itself_reaches_no_other_file(tmp_path):
    analysis = Analysis(tmp_path / "city.history")
    try:
        with pytest.raises(AskRefused, match="disabled"):
            analysis.answer("SELECT * FROM read_text('/etc/passwd')", most_rows=1, most_s=5)
    finally:
        analysis.close()


def test_an_endless_question_ends(tmp_path):
    analysis = Analysis(tmp_path / "city.history")
    question = "SELECT count(*) FROM range(10000000) a, range(10000000) b"
    try:
        with pytest.raises(AskTooCostly, match=r"more than 0\.1 s"):
            analysis.answer(question, most_rows=1, most_s=0.1)
    finally:
        analysis.close()


def test_an_answer_is_cut_and_says_so(tmp_path):
    analysis = Analysis(tmp_path / "city.history")
    try:
        found = analysis.answer("SELECT * FROM range(9)", most_rows=3, most_s=5)
    finally:
        analysis.close()

    assert (found.rows, found.is_cut) == ([(0,), (1,), (2,)], True)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_an_export_holds_each_row_once(tmp_path, format):
    target = tmp_path / f"depth.{format}"
    part = Part("Well", "depth", NOON - timedelta(days=16), NOON - timedelta(days=14))

    count = asked(tmp_path, lambda hub: export(hub.store, target, format, part, silent))

    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT entity, number FROM '{target}'").fetchall()
    assert count == len(found) == 5
    assert [number for entity, number in found if entity.endswith("a")] == [2.5, 100.0, 2.5]
