"""A file goes into the history whole: each row is stored, a duplicate, or refused and named."""

import asyncio
import csv
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dalgu.devices.importer import ImportReport, ReportUnwritable, import_file
from dalgu.devices.mapping import load_mapping, parse_mapping
from dalgu.devices.progress import Progress, TerminalProgress
from dalgu.hub.model import Entity, Quantity, quantity

MAPPING = parse_mapping("""
[entity]
type = "WaterMeter"
id = "urn:ngsi-ld:WaterMeter:{meter}"
[instant]
column = "at"
[attributes.volume]
column = "litres"
unit = "LTR"
as = "MTQ"
max = 100
[constants]
origin = "register"
""")
HEADER = "meter,at,litres\n"
LONG_AGO, FAR_AHEAD = datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


class WaterMeter(Entity):
    """As the water service declares it."""

    volume: Quantity = quantity("MTQ")


async def load(city, folder: Path, text: str, mapping=MAPPING) -> tuple[ImportReport, list]:
    file = folder / "reads.csv"
    file.write_text(text)
    moments: list[Progress] = []
    report = await import_file(
        city.hub,
        file,
        mapping,
        progress=moments.append,
        clock=city.clock,
        report=folder / "report.csv",
    )
    with report.path.open(newline="") as lines:
        return report, list(csv.reader(lines))[1:]


def a_row(n: int, meter: str = "m1") -> str:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n)
    return f"{meter},{at.isoformat()},{n}\n"


def test_each_history_row_leads_to_its_source_lines(city, tmp_path) -> None:
    async def story() -> None:
        async with city() as c:
            text = HEADER + "".join(a_row(n) for n in range(4500))
            report, named = await load(c, tmp_path, text)
            assert (report.rows, report.stored, named) == (4500, 4500, [])
            assert report.values == 4500 + 1  # the constant, once
            series = await c.hub.series("urn:ngsi-ld:WaterMeter:m1", "volume", LONG_AGO, FAR_AHEAD)
            assert series.value.tolist() == [n / 1000 for n in range(4500)]
            message = await c.hub.message(int(series.message_id[4321]))
            assert a_row(4321).encode() in message.body
            assert (message.transport, message.device) == ("import", "import:reads.csv")
            kept = [body.body for _, body in reversed(await c.hub.messages(limit=10))]
            assert HEADER + b"".join(kept).decode() == text

    asyncio.run(story())


def test_a_second_run_stores_nothing_and_names_every_row(city, tmp_path) -> None:
    async def story() -> None:
        async with city() as c:
            text = HEADER + "".join(a_row(n, f"m{n % 7}") for n in range(50))
            await load(c, tmp_path, text)
            before = await c.hub.retrieve("urn:ngsi-ld:WaterMeter:m1")
            report, named = await load(c, tmp_path, text)
            assert (report.stored, report.duplicates, report.values) == (0, 50, 0)
            assert [int(line) for line, *_ in named] == list(range(2, 52))
            assert await c.hub.retrieve("urn:ngsi-ld:WaterMeter:m1") == before

    asyncio.run(story())


def test_a_duplicate_row_is_named_whether_it_stands_near_or_far(city, tmp_path) -> None:
    async def story() -> None:
        async with city() as c:
            rows = [a_row(n) for n in range(2500)]
            rows += [rows[10], rows[2400], rows[2400]]
            report, named = await load(c, tmp_path, HEADER + "".join(rows))
            assert (report.rows, report.stored, report.duplicates) == (2503, 2500, 3)
            assert [(line, outcome) for line, outcome, *_ in named] == [
                ("2502", "duplicate"),
                ("2503", "duplicate"),
                ("2504", "duplicate"),
            ]

    asyncio.run(story())


def test_two_values_of_one_instant_are_both_kept(city, tmp_path) -> None:
    async def story() -> None:
        async with city() as c:
            report, _ = await load(
                c, tmp_path, HEADER + a_row(1) + a_row(1).replace(",1\n", ",2\n")
            )
            assert (report.stored, report.duplicates) == (2, 0)

    asyncio.run(story())


def test_a_refused_row_is_named_with_line_reason_and_text(city, tmp_path) -> None:
    async def story() -> None:
        async with city() as c:
            bad = ["m1,yesterday,1\n", "m1\n", "m1,2026-01-01T00:00:00Z,200000\n"]
            report, named = await load(c, tmp_path, HEADER + a_row(1) + "".join(bad) + a_row(2))
            assert (report.rows, report.stored, report.refused) == (5, 2, 3)
            assert named == [
                ["3", "refused", "column 'at': 'yesterday' is not as 'iso'", "m1,yesterday,1"],
                ["4", "refused", "it has 1 columns and the header 3", "m1"],
                ["5", "refused", "'volume' is 200.0; plausible is at most 100.0", bad[2].strip()],
            ]
            [(_, kept)] = await c.hub.messages(refused=True)
            assert kept.body == "".join(bad).encode()
            assert "3 × " not in str(report)
            assert "refused              3" in str(report)

    asyncio.run(story())


def test_constants_are_state_of_every_entity(city, tmp_path) -> None:
    async def story() -> None:
        async with city() as c:
            await load(c, tmp_path, HEADER + a_row(1, "a") + a_row(1, "b"))
            for meter in "ab":
                found = await c.hub.retrieve(f"urn:ngsi-ld:WaterMeter:{meter}")
                assert found["origin"]["value"] == "register"
                assert WaterMeter.from_document(found).volume == 0.001

    asyncio.run(story())


def test_progress_reaches_the_end_and_a_file_gets_plain_lines() -> None:
    stream = io.StringIO()
    show = TerminalProgress(stream)
    show(Progress(done=50, total=100, rows=5, refused=0, duplicates=0, elapsed_s=1.0))
    show(Progress(done=100, total=100, rows=10, refused=1, duplicates=2, elapsed_s=2.0))
    assert stream.getvalue() == "100%  10 rows, 1 refused, 2 duplicates, 5 rows/s, 0 s to go\n"


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_with_the_time_to_go() -> None:
    screen = Screen()
    show = TerminalProgress(screen)
    show._shown_s -= 1  # the bar was last drawn a second ago
    show(Progress(done=50, total=100, rows=5, refused=0, duplicates=0, elapsed_s=65.0))
    assert "█" * 15 + "·" * 15 in screen.getvalue()
    assert "1 min 5 s to go" in screen.getvalue()


@pytest.mark.slow
def test_the_daiad_reads_are_loaded_and_none_is_lost(city, tmp_path) -> None:
    data = os.environ.get("DALGU_TEST_DATA")
    if data is None:
        pytest.skip("set DALGU_TEST_DATA; swm_trialA.zip is in github.com/DAIAD/data")
    file = Path(data) / "water-daiad" / "swm_trialA.zip"
    guide = Path(__file__).parents[2] / "docs/guide/examples/daiad.toml"

    async def story() -> None:
        async with city() as c:
            report = await import_file(
                c.hub,
                file,
                load_mapping(guide),
                progress=lambda _: None,
                clock=c.clock,
                report=tmp_path / "report.csv",
            )
            columns = await c.hub.columns("WaterMeter", "volume", LONG_AGO, FAR_AHEAD)
            independent = independent_reads(file)
            assert report.rows == 674_019 == sum(len(reads) for reads in independent.values())
            assert report.rows == report.stored + report.duplicates + report.refused
            assert (report.duplicates, report.refused, len(columns.ids)) == (0, 0, 92)
            assert len(columns.value) == report.stored
            steps = []
            for place, entity in enumerate(columns.ids):
                mine = columns.value[columns.entity == place]
                assert mine.tolist() == independent[entity.rpartition(":")[2]]
                steps += np.diff(mine).round(3).tolist()
            # The defects are in the data, not for an importer to mend.
            assert sum(step < 0 for step in steps) == 203
            assert max(steps) == 248.541

    asyncio.run(story())


def independent_reads(file: Path) -> dict[str, list[float]]:
    """The registers of each meter in m³, in the file's order, read without our importer."""
    reads: dict[str, list[float]] = {}
    with zipfile.ZipFile(file) as archive, archive.open(archive.namelist()[0]) as lines:
        next(lines)
        for line in lines:
            meter, _, register, _ = line.decode().split(";")
            reads.setdefault(meter, []).append(float(register) / 1000)
    return reads


def test_nothing_is_stored_when_refused_rows_could_not_be_named(city, tmp_path):
    file = tmp_path / "reads.csv"
    file.write_text(HEADER + a_row(1))

    async def scene():
        async with city() as c:
            with pytest.raises(ReportUnwritable, match="nowhere"):
                await import_file(
                    c.hub,
                    file,
                    MAPPING,
                    progress=lambda moment: None,
                    clock=c.clock,
                    report=tmp_path / "nowhere" / "report.csv",
                )
            assert await c.hub.types() == {}

    asyncio.run(scene())
