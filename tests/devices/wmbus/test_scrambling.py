"""Scrambled telegrams of Diehl meters: one published one with its values."""

import pytest

from dalgu.devices.wmbus.drivers.reading import choose, read
from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.telegram import Security, decode

# A heat meter of Hydrometer, from a public test suite, where its values stand beside it
SCRAMBLED = bytes.fromhex(
    "534424232004256092687a370045752235854deeea5939fad81c25feef5a23c38fb9168493c563f08db10baf87f6"
    "60fba91296ba2397e8f4220b86d3a192fb51e0bfcf24dce72118e0c75a9e89f43bdfe370824b"
)


def test_a_scrambled_telegram_is_read_without_a_key():
    telegram = decode(SCRAMBLED)
    assert (telegram.device, telegram.security) == ("HYD.68926025", Security.SCRAMBLED)
    said = read(telegram, choose(telegram))
    assert said["total_energy_consumption_kwh"] == 2651
    assert said["total_volume_m3"] == 150.347
    assert (said["flow_temperature_c"], said["return_temperature_c"]) == (42.3, 28.1)


def test_records_are_those_of_the_standard():
    kinds = [record.quantity for record in decode(SCRAMBLED).records]
    assert kinds[:2] == [Quantity.ENERGY, Quantity.ENERGY]
    assert kinds[-1] is Quantity.TEMPERATURE_DIFFERENCE


@pytest.mark.parametrize("place", [12, 20, 40, len(SCRAMBLED) - 1])
def test_a_damaged_byte_is_found_by_the_sum(place):
    damaged = bytearray(SCRAMBLED)
    damaged[place] ^= 0x01
    with pytest.raises(TelegramInvalid):
        decode(bytes(damaged))
