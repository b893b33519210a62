"""What people type at the machine: what it answers, and how it refuses."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from dalgu.access.actor import CONSOLE
from dalgu.app.commands.opening import any_city, city
from dalgu.cli import app
from dalgu.hub.document import parse_entity
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import HubSettings, Settings


@pytest.fixture
def dalgu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command in an empty folder, on the city in its `city`."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, city: str = "city") -> Result:
        return CliRunner().invoke(app, [*words, "--data", city])

    return run


def refusal(result: Result) -> str:
    """Return the sentence of a deliberate error."""
    assert isinstance(result.exception, DalguError), result.output
    return str(result.exception)


def guests(result: Result, data: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return role and districts of the account that a printed link makes."""
    secret = result.output.strip().rpartition("/")[2]

    async def come_in():
        async with city(Settings(data_dir=str(data))) as platform:
            await platform.access.redeem_link(secret, "guest", "a-long-Secret-phrase-77")
            found = await platform.access.accounts.every(CONSOLE)
            return [(one.role, one.districts) for one in found]

    return asyncio.run(come_in())


@pytest.mark.parametrize(
    ("asked", "role", "districts"),
    [
        ((), "administrator", ()),
        (("--role", "evaluator"), "evaluator", ()),
        (("--role", "operator", "--district", "22310"), "operator", ("22310",)),
    ],
)
def test_a_link_makes_an_account_of_its_role(dalgu, tmp_path, asked, role, districts):
    assert guests(dalgu("link", *asked), tmp_path / "city") == [(role, districts)]


def test_no_person_is_invited_as_a_program(dalgu):
    assert "tokens create" in refusal(dalgu("link", "--role", "service"))


def test_a_link_to_a_district_that_is_none_names_those_that_are(dalgu):
    told = refusal(dalgu("link", "--role", "operator", "--district", "99"))
    assert "22310 (Dalseong-gun)" in told


def test_a_role_that_is_none_is_refused(dalgu):
    assert dalgu("link", "--role", "king").exit_code == 2


@pytest.mark.parametrize(
    "asked",
    [
        ("camera:x", "--profile", "nonsense", "--asset", "urn:ngsi-ld:TrafficFlowObserved:x"),
        ("camera:x", "--profile", "camera-count", "--asset", "a crossing"),
        ("camera", "--profile", "camera-count"),
    ],
)
def test_a_device_that_could_never_be_understood_is_not_registered(dalgu, asked: tuple[str, ...]):
    assert refusal(dalgu("devices", "add", *asked))
    assert not dalgu("devices", "list").output


def test_a_device_does_not_speak_every_minus_five_seconds(dalgu):
    asked = ("devices", "add", "gateway:g", "--profile", "heartbeat", "--interval-s", "-5")
    assert dalgu(*asked).exit_code == 2


def test_a_backup_replaces_no_file(dalgu, tmp_path):
    dalgu("link")
    kept = tmp_path / "kept.db"
    kept.write_text("what somebody needs")
    assert dalgu("backup", str(kept)).exit_code == 2
    assert kept.read_text() == "what somebody needs"


def test_a_backup_comes_back_in_another_folder(dalgu, tmp_path):
    dalgu("devices", "add", "gateway:g", "--profile", "heartbeat")
    assert dalgu("backup", "kept.db").exit_code == 0
    assert dalgu("restore", "kept.db", "--key", "city/city.key", city="again").exit_code == 0
    assert "gateway:g" in dalgu("devices", "list", city="again").output


def test_what_is_no_backup_leaves_the_folder_empty(dalgu, tmp_path):
    dalgu("devices", "add", "gateway:g", "--profile", "heartbeat")
    dalgu("backup", "kept.db")
    (tmp_path / "letter.db").write_text("dear city")
    dalgu("link", city="other")
    for copy, key in (("letter.db", "city/city.key"), ("kept.db", "other/city.key")):
        refusal(dalgu("restore", copy, "--key", key, city="again"))
        assert not list((tmp_path / "again").glob("city.*"))
    assert dalgu("restore", "kept.db", "--key", "city/city.key", city="again").exit_code == 0


def test_a_file_is_no_data_folder(dalgu, tmp_path):
    (tmp_path / "letter").write_text("dear city")
    assert dalgu("check", city="letter").exit_code == 2


def test_a_model_is_found_and_shown_offline(dalgu):
    run = CliRunner()
    assert "OffStreetParking" in run.invoke(app, ["hub", "models", "search", "주차"]).output
    shown = run.invoke(app, ["hub", "models", "show", "OffStreetParking"]).output
    assert "availableSpotNumber" in shown
    assert "LICENSE.md" in shown
    none = run.invoke(app, ["hub", "models", "search", "parkng"])
    assert none.exit_code == 1
    assert "parking" in none.output
    assert "departs in category" in run.invoke(app, ["hub", "models", "list"]).output


@pytest.mark.parametrize("words", [("search", "parking"), ("list",), ("show", "Alert")])
def test_a_program_reads_models_as_json(words):
    output = CliRunner().invoke(app, ["hub", "models", *words, "--json"]).output
    assert msgspec.json.decode(output)


def test_what_did_not_fit_is_listed(dalgu, tmp_path, monkeypatch):
    async def a_bad_park():
        settings = Settings(data_dir=str(tmp_path / "city"), hub=HubSettings(validation="report"))
        async with any_city(settings) as platform:
            park = {"id": "urn:ngsi-ld:P:1", "type": "OffStreetParking", "occupancy": 7}
            await platform.hub.create(parse_entity(park))

    asyncio.run(a_bad_park())
    told = dalgu("hub", "models", "report").output
    assert "urn:ngsi-ld:P:1  occupancy must be a number from 0 to 1, and is '7'" in told
    assert "location is required" in told
