import shutil
import tomllib

import pytest

from dalgu.center.incidents import procedures
from dalgu.center.incidents.desk import CATEGORIES
from dalgu.center.incidents.procedures import FOLDER, Procedures, load
from dalgu.center.incidents.work import ProcedureChosen
from dalgu.kernel.ids import iri_part

ALL = load().all
REQUIRED = {
    "fire", "flood", "power", "water", "network", "traffic", "missing", "weather", "tamper",
    "general",
}  # fmt: skip
ROOMS = {None, "warnings", "cameras", "links"}


def test_there_is_a_procedure_for_every_kind_that_a_center_must_know():
    assert set(ALL) >= REQUIRED
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(ALL)


@pytest.mark.parametrize("procedure", ALL.values(), ids=ALL)
def test_versions_count_up_and_steps_can_be_followed(procedure):
    assert [one.version for one in procedure.versions] == list(
        range(1, len(procedure.versions) + 1)
    )
    assert [one.since for one in procedure.versions] == sorted(v.since for v in procedure.versions)
    for version in procedure.versions:
        keys = [step.key for step in version.steps]
        assert len(keys) == len(set(keys))
        assert all(key == iri_part(key) for key in keys)
        assert any(step.mandatory for step in version.steps)
        assert {step.room for step in version.steps} <= ROOMS
        assert all(step.limit_s is None or step.limit_s >= 60 for step in version.steps)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_kind_that_a_person_can_raise_finds_a_procedure(category):
    assert load().fitting(category, "byHand").newest.steps


def test_the_narrowest_procedure_fits():
    assert load().fitting("devices", "gatewaySilent").name == "network"
    assert load().fitting("devices", "tamper").name == "tamper"
    assert load().fitting("nobody", "knows").name == "general"


def test_an_incident_keeps_the_version_with_which_it_began(room, tmp_path):
    room.raise_one()
    before = room.incidents.procedures.of(room.incidents.get(1))
    folder = tmp_path / "later"
    shutil.copytree(FOLDER, folder)
    later = folder / "fire.toml"
    told = tomllib.loads(later.read_text("utf-8"))
    assert told["versions"][-1]["version"] == before.version
    added = (
        f'\n[[versions]]\nversion = {before.version + 1}\nsince = "2026-12-01"\n'
        'changed = { ko = "줄임", en = "Shortened" }\n'
        'steps = [{ key = "only", ko = "하나", en = "One", mandatory = true }]\n'
    )
    later.write_text(later.read_text("utf-8") + added, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(procedures, "load", lambda: load(folder))
        room.again()
    assert room.incidents.procedures.of(room.incidents.get(1)) == before
    later_one = room.raise_one()
    newest = room.incidents.procedures.of(later_one)
    assert (newest.version, [step.key for step in newest.steps]) == (before.version + 1, ["only"])
    assert room.deeds(1, ProcedureChosen) == [ProcedureChosen("fire", before.version)]


def test_procedures_can_be_given_by_hand():
    assert Procedures([ALL["general"]]).fitting("fire", "").name == "general"
