import numpy as np

from dalgu.services.water.flags.backflow import back_flow
from dalgu.services.water.hourly import Reads


def reads(*registers):
    meter = np.concatenate([np.full(len(one), row) for row, one in enumerate(registers)])
    at_s = np.concatenate([3600.0 * np.arange(len(one)) for one in registers])
    return Reads(meter, at_s, np.concatenate(registers).astype(float))


def test_minor_and_major_back_flow_are_told_apart():
    found = back_flow(reads([5.0, 4.95, 5.2], [5.0, 4.9, 5.2, 5.1, 5.3], [5.0, 5.1]), 3)
    assert found.is_minor.tolist() == [True, False, False]
    assert found.is_major.tolist() == [False, True, False]
    np.testing.assert_allclose(found.volume_m3, [0.05, 0.2, 0.0])


def test_a_new_meter_is_no_back_flow():
    assert back_flow(reads([4_321.0, 0.0, 0.2]), 1).volume_m3[0] == 0.0


def test_the_last_read_of_one_meter_and_the_first_of_the_next_are_strangers():
    assert back_flow(reads([9.0, 9.1], [3.0, 3.1]), 2).volume_m3.tolist() == [0.0, 0.0]


def test_a_meter_without_reads_is_not_known():
    assert back_flow(reads([1.0, 2.0]), 2).is_known.tolist() == [True, False]
