"""The table of drivers: what is written is what is read, and what is wrong is named."""

from importlib.resources import files

import pytest

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.decoders import DECODERS
from dalgu.devices.wmbus.drivers.driver import Meter
from dalgu.devices.wmbus.drivers.errors import DriverTableInvalid, DriverUnknown
from dalgu.devices.wmbus.drivers.table import driver_named, drivers, read_table, speaking_for
from dalgu.devices.wmbus.quantities import Quantity

FILE = """
source = "a test"
[[driver]]
name = "own"
meters = ["KAM 1B 16"]
fields = [
  { field = "history_{n:02}_m3", count = [2, 6, 2], quantity = "volume", storage = "2n-1" },
]
"""


def test_a_row_with_a_count_stands_for_many():
    [driver] = read_table(FILE, "own.toml")
    assert [(field.name, field.match.storage) for field in driver.fields] == [
        ("history_02_m3", 3),
        ("history_04_m3", 7),
        ("history_06_m3", 11),
    ]
    assert driver.meters == (Meter("KAM", 0x1B, 0x16),)
    assert driver.fields[0].match.quantity is Quantity.VOLUME


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"volume"', '"wolume"', "wolume"),
        ("_m3", "_furlong", "'furlong' is no unit"),
        ('"2n-1"', '"two"', "'two' is no term in n"),
        ("KAM 1B 16", "KAM 1B", "not enough values"),
        ('quantity = "volume"', "nth = 2", "needs a header or a quantity"),
        ('quantity = "volume"', 'header = "0g"', "hex"),
        ("count", "cuont", "unknown field `cuont`"),
        ("[[driver]]", "[[driver", "Expected"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old, new, said):
    with pytest.raises(DriverTableInvalid, match=r"own\.toml") as refused:
        read_table(FILE.replace(old, new.replace("\\n", "\n")), "own.toml")
    assert said in str(refused.value)


def test_every_decoder_that_a_driver_names_exists_and_is_named():
    named = {driver.decoder for driver in drivers().values()} - {""}
    assert named == DECODERS.keys()


def test_every_driver_is_found_by_every_kind_of_meter_it_names():
    for driver in drivers().values():
        for meter in driver.meters:
            kind = Address(meter.manufacturer, "12345678", meter.version, meter.type_code)
            assert driver in speaking_for(kind)


def test_every_driver_says_its_source_and_has_something_to_read():
    for driver in drivers().values():
        assert driver.source
        assert driver.fields or driver.decoder


def test_a_driver_is_known_by_all_its_names():
    assert driver_named("multical21") is driver_named("kamwater")


def test_a_driver_of_another_name_does_not_exist():
    with pytest.raises(DriverUnknown, match="nobody"):
        driver_named("nobody")


def test_nobody_speaks_for_an_unknown_kind_of_meter():
    assert speaking_for(Address("ZZZ", "12345678", 1, 7)) == ()
    assert speaking_for(Address("SEN", "12345678", 0x68, 7)) == (driver_named("iperl"),)


def test_drivers_read_one_by_one_are_those_of_the_whole_files():
    folder = files("dalgu.devices.wmbus.drivers").joinpath("table")
    whole = [
        driver
        for file in folder.iterdir()
        for driver in read_table(file.read_text("utf-8"), file.name)
    ]
    assert {driver.name: driver for driver in whole} == {
        driver.name: driver for driver in drivers().values()
    }
