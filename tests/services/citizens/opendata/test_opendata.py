import csv
import json

import duckdb
import pytest

from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.box import Box
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.opendata.opendata import kinds
from dalgu.services.citizens.opendata.refusals import ExportFileNotExisting
from dalgu.services.citizens.opendata.tables import entity_table
from dalgu.services.citizens.people.levels import Level


@pytest.fixture
def lively(town):
    """A town with residents, a counted vote and a text that was taken off."""
    for year in range(1960, 1984):
        town.citizen(birth_year=year, district="22060")
    writer = town.citizen(Level.EMAIL, nickname="강바람")
    town.rooms.moderation.things.offer(
        "essays", lambda subject: Thing(subject, Text("벤치", "Bench"), "/e/1", "글", writer.id)
        if subject == "essay:1" else None,
    )  # fmt: skip
    town.run(town.rooms.moderation.hide(town.staff, "essay:1", "abuse", "an insult"))
    ballots = town.rooms.ballots
    town.run(ballots.open(town.staff, Box("v", Text("길", "Road"), "choice", ("a", "b"))))
    token = town.run(ballots.token("v", "voice"))
    town.run(ballots.cast("v", token, {"a": 1}))
    town.run(ballots.close(town.staff, "v"))
    town.writer = writer
    return town


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_table_is_there_in_every_form_and_described(lively, tmp_path):
    files = lively.run(lively.rooms.opendata.export(tmp_path / "out"))
    names = {kind.__name__ for kind in kinds()} | {
        "ModerationLog", "BallotCount", "Terms", "Residents",
    }  # fmt: skip
    assert {f"{name}.{end}" for name in names for end in ("csv", "parquet", "jsonld")} <= set(files)
    schema = json.loads((tmp_path / "out" / "schema.csvw.json").read_text("utf-8"))
    assert {table["url"] for table in schema["tables"]} == {f"{name}.csv" for name in names}
    for table in schema["tables"]:
        with (tmp_path / "out" / table["url"]).open(encoding="utf-8") as file:
            assert next(csv.reader(file)) == [
                one["name"] for one in table["tableSchema"]["columns"]
            ]
        assert all(one["dc:description"]["ko"] for one in table["tableSchema"]["columns"])


def test_the_three_forms_say_the_same(lively, tmp_path):
    lively.run(lively.rooms.opendata.export(tmp_path / "out"))
    for name in ("ModerationLog", "BallotCount", "Residents"):
        written = rows(tmp_path / "out" / f"{name}.csv")
        with duckdb.connect() as connection:
            path = str(tmp_path / "out" / f"{name}.parquet")
            read = connection.execute("SELECT * FROM read_parquet(?)", [path]).fetchall()
        linked = json.loads((tmp_path / "out" / f"{name}.jsonld").read_text("utf-8"))["@graph"]
        assert len(written) == len(read) == len(linked) > 0
        assert [["" if one is None else str(one) for one in row] for row in read] == [
            list(row.values()) for row in written
        ]


def test_what_was_taken_off_leaves_its_line(lively, tmp_path):
    lively.run(lively.rooms.opendata.export(tmp_path / "out"))
    [line] = rows(tmp_path / "out" / "ModerationLog.csv")
    assert (line["subject"], line["step"], line["rule"]) == ("essay:1", "hidden", "abuse")


def test_nobody_is_in_any_file(lively, tmp_path):
    lively.run(lively.rooms.opendata.export(tmp_path / "out"))
    whole = b"".join(one.read_bytes() for one in (tmp_path / "out").iterdir())
    for person in lively.rooms.people.known.values():
        assert person.account.encode() not in whole
        assert person.voice.encode() not in whole
    assert "강바람".encode() not in whole


def test_residents_are_counted_without_small_cells(lively, tmp_path):
    lively.run(lively.rooms.opendata.export(tmp_path / "out"))
    cells = {(row["district"], row["age"]): row["people"]
             for row in rows(tmp_path / "out" / "Residents.csv")}  # fmt: skip
    assert cells["all", "all"] == "24"
    assert not any(value in ("1", "2", "3", "4") for value in cells.values())


def test_a_hidden_entity_keeps_its_line_and_loses_its_words():
    kind = next(one for one in kinds() if any(a.kind == "LanguageProperty" for a in one.attributes))
    label = next(a for a in kind.attributes if a.kind == "LanguageProperty")
    one = kind(id=f"urn:ngsi-ld:{kind.__name__}:7", **{label.field: Text("나쁜 말", "bad words")})
    stands = entity_table(kind, [one.to_document()], {})
    taken = entity_table(kind, [one.to_document()], {f"{kind.__name__.lower()}:7": "abuse"})
    assert "bad words" in str(stands.rows)
    assert "bad words" not in str(taken.rows)
    assert taken.rows[0]["removed_by_rule"] == "abuse"


def test_old_nights_go_and_firsts_of_months_stay(lively):
    room = lively.rooms.opendata
    for day in ("2026-09-30", "2026-10-01", "2026-10-30", "2026-11-01", "2026-11-29"):
        (room.folder / day).mkdir(parents=True)
    lively.run(room.nightly(lively.ground.hub, lively.clock))
    days = room.days()
    assert days == ["2026-11-30", "2026-11-29", "2026-11-01", "2026-10-30", "2026-10-01"]
    assert {one.name for one in room.files(days[0])} >= {"LICENSE.md", "catalog.dcat.jsonld"}


@pytest.mark.parametrize("name", ["../../dalgu.key", "nothing.csv", ".."])
def test_only_files_of_an_export_are_given(lively, name):
    room = lively.rooms.opendata
    lively.run(room.nightly(lively.ground.hub, lively.clock))
    with pytest.raises(ExportFileNotExisting):
        room.file(room.days()[0], name)
    with pytest.raises(ExportFileNotExisting):
        room.file("..", "city.db")
