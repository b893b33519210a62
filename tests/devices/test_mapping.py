"""A mapping says what is wrong with it by the key."""

from pathlib import Path

import pytest

from dalgu.devices.mapping import MappingInvalid, load_mapping, parse_mapping

GOOD = """
[source]
delimiter = ";"
[entity]
type = "WaterMeter"
id = "urn:ngsi-ld:WaterMeter:{meter}"
[instant]
column = "at"
[attributes.volume]
column = "litres"
unit = "LTR"
as = "MTQ"
min = 0
max = 10
"""


def test_a_good_mapping_names_its_columns_once() -> None:
    assert parse_mapping(GOOD).columns == ("meter", "at", "litres")


def test_the_example_of_the_guide_is_good() -> None:
    guide = Path(__file__).parents[2] / "docs/guide/examples/daiad.toml"
    assert load_mapping(guide).columns == ("user key", "datetime", "meter reading")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[source]", "[source", "(file)"),
        ("[source]", "[sauce]", "(file)"),
        ('delimiter = ";"', 'delimiter = ";;"', "source.delimiter"),
        ('delimiter = ";"', 'delimiter = "\\n"', "source.delimiter"),
        ('delimiter = ";"', 'encoding = "klingon"', "source.encoding"),
        ('delimiter = ";"', 'encoding = "utf-16"', "source.encoding"),
        ('delimiter = ";"', "header = false", "source.columns"),
        ('delimiter = ";"', 'header = false\ncolumns = ["a"]', "source.columns"),
        ('delimiter = ";"', 'columns = ["a", "a"]', "source.columns"),
        ('"WaterMeter"', '"Water Meter"', "entity.type"),
        ("{meter}", "meter", "entity.id"),
        ("urn:ngsi-ld:WaterMeter:", "meters ", "entity.id"),
        ('column = "at"', 'column = "at"\nzone = "Asia/Daegu"', "instant.zone"),
        ('column = "at"', 'column = "at"\nformat = "%Y"', "instant.zone"),
        ('column = "at"', 'column = "at"\nformat = "isoo"', "instant.format"),
        ('column = "at"', 'column = "at"\nrepeated_hour = "third"', "instant.repeated_hour"),
        ('"LTR"', '"GLL"', "attributes.volume.unit"),
        ('"MTQ"', '"SEC"', "attributes.volume.unit"),
        ('unit = "LTR"\n', "", "attributes.volume.unit"),
        ("min = 0", "min = 11", "attributes.volume.min"),
        ("min = 0", 'kind = "text"', "attributes.volume"),
        ("[attributes.volume]", "[attributes.id]", "attributes.id"),
        ("max = 10", "[constants]\nvolume = 1", "constants.volume"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(old: str, new: str, key: str) -> None:
    with pytest.raises(MappingInvalid) as raised:
        parse_mapping(GOOD.replace(old, new))
    found = str(raised.value.parts["key"])
    assert found == key or (key.startswith("attributes.volume") and found.startswith("attributes"))


def test_a_mapping_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingInvalid):
        load_mapping(tmp_path / "none.toml")
