"""`dalgu traffic`: what its commands print, write and refuse, over real files and a real folder."""

import asyncio

import pytest
from tests.services.traffic.network.corners import crossroads
from tests.services.traffic.network.test_sumo_import import NET
from typer.testing import CliRunner

from dalgu.app.commands.opening import any_city
from dalgu.cli import app
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.services.traffic.network.importing import read_network
from dalgu.services.traffic.network.table_writing import tables_of, zipped


def run(*words):
    return CliRunner().invoke(app, ["traffic", *map(str, words)])


@pytest.fixture
def streets(tmp_path):
    file = tmp_path / "streets.zip"
    file.write_bytes(zipped(tables_of(crossroads(2))))
    return file


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "city"

    async def begin():
        async with any_city(Settings(data_dir=str(data))):
            pass

    asyncio.run(begin())
    return data


def test_a_sumo_net_becomes_tables_with_its_findings_told(tmp_path):
    file, out = tmp_path / "town.net.xml", tmp_path / "town.zip"
    file.write_text(NET)
    done = run("import", file, "--out", out)
    assert done.exit_code == 0
    assert "1 signals, 6 links" in done.output
    assert "Program 'half' of signal 'j'" in done.output
    assert read_network("town.zip", out.read_bytes()).network.signals[0].id == "j"
    assert run("check", out).exit_code == 0


def test_errors_make_the_check_fail_and_forbid_taking(tmp_path, folder):
    files = tables_of(crossroads(1))
    files["links.txt"] = files["links.txt"].replace(b"380.0", b"-1", 1)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(zipped(files))
    done = run("check", broken)
    assert done.exit_code == 1
    assert "length_m -1" in done.output
    with pytest.raises(DalguError, match="cannot be put in force"):
        raise run("take", broken, "--data", folder).exception


def test_what_is_taken_is_exported_as_it_was(streets, folder, tmp_path):
    taken = run("take", streets, "--data", folder)
    assert taken.exit_code == 0, taken.exception
    assert "In force." in taken.output
    out = tmp_path / "out.zip"
    assert run("export", out, "--data", folder).exit_code == 0
    assert read_network("out.zip", out.read_bytes()).network == crossroads(2)
    into = tmp_path / "tables"
    assert run("export", into, "--data", folder).exit_code == 0
    assert (into / "signals.txt").read_text("utf-8").startswith("signal_id,nodes")


def test_without_streets_there_is_nothing_to_export(folder, tmp_path):
    done = run("export", tmp_path / "out.zip", "--data", folder)
    assert done.exit_code == 1
    assert "dalgu traffic take FILE" in done.output


def test_the_tables_are_told_in_both_languages():
    assert "saturation_veh_h" in run("tables", "lanes").output
    assert "포화 교통량" in run("tables", "lanes", "--lang", "ko").output
    assert "links" not in run("tables", "lanes").output.split("\n", 3)[1]
    assert run("tables", "unknown").exit_code == 2
