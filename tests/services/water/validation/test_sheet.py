import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.kernel.ids import entity_id
from dalgu.services.water.validation.sheet import (
    Sheet,
    SheetDamaged,
    Standing,
    decode,
    encode,
    is_same,
)


def a_sheet(n=3, seed=1, largest=90):
    random = np.random.default_rng(seed)
    use_l = random.integers(-1, largest, (n, 24), dtype=np.int32)
    return Sheet(
        area=entity_id("DistrictMeteredArea", "서쪽"),
        day=date(2026, 3, 2),
        meters=tuple(entity_id("WaterMeter", f"{i:04d}") for i in range(n)),
        start_register_l=random.integers(-1, 10**9, n),
        end_register_l=random.integers(-1, 10**9, n),
        use_l=use_l,
        standing=np.where(use_l < 0, 0, random.integers(1, 5, (n, 24))).astype(np.uint8),
        raised=random.integers(0, 2**32, n, dtype=np.uint32),
        first_message=random.integers(0, 2**60, n),
        last_message=random.integers(0, 2**60, n),
    )


@settings(max_examples=30)
@given(n=st.integers(0, 40), seed=st.integers(0, 99), largest=st.sampled_from([2, 90, 2**31 - 1]))
def test_a_sheet_survives_its_bytes_and_they_are_always_the_same(n, seed, largest):
    sheet = a_sheet(n, seed, largest)
    body = encode(sheet)
    assert is_same(decode(body), sheet)
    assert encode(decode(body)) == body
    assert decode(body).use_l.dtype == np.int32


def test_a_sheet_is_found_by_meter_and_counted():
    sheet = a_sheet(5)
    assert [sheet.row_of(meter) for meter in sheet.meters] == [0, 1, 2, 3, 4]
    assert sheet.row_of(entity_id("WaterMeter", "9")) is None
    assert sheet.count(*Standing) == 5 * 24
    assert sheet.total_l == sheet.use_l[sheet.use_l > 0].sum()


def test_numpy_reads_it_too():
    sheet = a_sheet()
    with np.load(io.BytesIO(encode(sheet)), allow_pickle=False) as columns:
        np.testing.assert_array_equal(columns["use_l"], sheet.use_l)


@settings(max_examples=80)
@given(
    cut=st.integers(0, 3000),
    flips=hnp.arrays(np.int64, 4, elements=st.integers(0, 10**6)),
    is_cut=st.booleans(),
)
def test_damaged_bytes_are_refused_or_say_the_same_kind_of_thing(cut, flips, is_cut):
    body = bytearray(encode(a_sheet()))
    for flip in flips:
        body[flip % len(body)] ^= 1 + flip % 255
    damaged = bytes(body[:cut]) if is_cut else bytes(body)
    with suppress(SheetDamaged):
        assert isinstance(decode(damaged), Sheet)


@pytest.mark.parametrize(
    "shape", [b"(99999999999, 24)", b"(3, 25)", b"(3,, 24)", b"(-3, 24)", b"(" * 200, b"(3, 24, 1)"]
)
def test_a_column_of_another_shape_is_refused(shape):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(encode(a_sheet()))) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"(3, 24)", shape))
    with pytest.raises(SheetDamaged):
        decode(file.getvalue())


@pytest.mark.parametrize(
    "otherwise",
    [
        {"meters": tuple(reversed(a_sheet().meters))},
        {"standing": np.full((3, 24), 9, np.uint8)},
        {"standing": np.zeros((3, 24), np.uint8)},
        {"use_l": np.full((3, 24), -7, np.int32)},
        {"raised": np.zeros(2, np.uint32)},
        {"raised": np.zeros((3, 2), np.uint32)},
    ],
)
def test_a_sheet_that_none_can_be_is_refused(otherwise):
    with pytest.raises(SheetDamaged):
        decode(encode(replace(a_sheet(), **otherwise)))
