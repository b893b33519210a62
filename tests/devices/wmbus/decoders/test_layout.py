"""Layouts as data: values come from their place, whatever stands around them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import (
    Form,
    Layout,
    Place,
    Words,
    day_month_year,
    read_layout,
    read_place,
)
from dalgu.devices.wmbus.values import write_date

METER = "ABC.12345678"
SIZES = st.integers(1, 4)


def a_layout(**parts):
    return Layout(name="test", source="a test", **parts)


@given(before=st.binary(max_size=9), after=st.binary(max_size=9), number=st.integers(0, 65_535))
def test_a_number_comes_from_its_place_only(before, after, number):
    layout = a_layout(values={"volume_m3": Place(at=len(before), size=2, divisor=1_000)})
    data = before + number.to_bytes(2, "little") + after
    assert read_layout(layout, data, METER) == {"volume_m3": pytest.approx(number / 1_000)}


@given(number=st.integers(-32_768, 32_767))
def test_a_signed_number_keeps_its_sign(number):
    place = Place(at=1, size=2, form=Form.SIGNED)
    assert read_place(place, b"\xff" + number.to_bytes(2, "little", signed=True), METER) == number


@given(size=SIZES, data=st.data())
def test_digits_say_what_they_show(size, data):
    number = data.draw(st.integers(0, 100**size - 1))
    content = bytes.fromhex(f"{number:0{2 * size}}")[::-1]
    assert read_place(Place(at=0, size=size, form=Form.DIGITS), content, METER) == number


@given(day=st.dates(date(2000, 1, 1), date(2127, 12, 31)))
def test_every_day_of_the_years_survives_its_sixteen_bits(day):
    number = day.day | day.month << 5 | day.year - 2000 << 9
    assert day_month_year(number, METER) == day


@given(day=st.dates(date(2000, 1, 1), date(2079, 12, 31)))
def test_every_day_of_type_g_is_read(day):
    place = Place(at=0, size=2, form=Form.DATE)
    assert read_place(place, write_date(day), METER) == day.isoformat()


@pytest.mark.parametrize("content", [b"\xff\xff", b"\x00\x00"])
def test_a_day_that_is_not_set_is_none(content):
    assert read_place(Place(at=0, size=2, form=Form.DATE), content, METER) is None


@pytest.mark.parametrize(
    ("form", "content"),
    [
        (Form.DATE, "1f1f"),
        (Form.DAY_MONTH_YEAR, "0000"),
        (Form.DIGITS, "1a00"),
        (Form.CLOCK, "000025310320"),
        (Form.CLOCK, "000010310220"),
        (Form.CLOCK, "0000ff31032f"),
    ],
)
def test_what_is_no_value_is_refused_by_name(form, content):
    data = bytes.fromhex(content)
    with pytest.raises(DecoderLayoutBroken, match=METER):
        read_place(Place(at=0, size=len(data), form=form), data, METER)


@given(data=st.binary(max_size=4))
def test_missing_bytes_are_refused(data):
    layout = a_layout(values={"volume_m3": Place(at=1, size=4)})
    with pytest.raises(DecoderLayoutBroken, match="needs 5"):
        read_layout(layout, data, METER)


def test_a_sign_that_does_not_hold_is_refused():
    layout = a_layout(signs=((0, 0x10),), values={"volume_m3": Place(at=1, size=1)})
    assert read_layout(layout, b"\x10\x02", METER) == {"volume_m3": 2}
    with pytest.raises(DecoderLayoutBroken, match="0x11 for 0x10"):
        read_layout(layout, b"\x11\x02", METER)


@given(target=st.integers(0, 65_535), since=st.integers(0, 65_535))
def test_a_sum_is_rounded_once_and_its_hidden_part_not_shown(target, since):
    part = {"size": 2, "factor": 10, "divisor": 36}
    layout = a_layout(
        values={"target_kwh": Place(at=0, **part), "since_kwh": Place(at=2, **part)},
        sums={"total_kwh": ("target_kwh", "since_kwh")},
        hidden=("since_kwh",),
    )
    found = read_layout(layout, target.to_bytes(2, "little") + since.to_bytes(2, "little"), METER)
    assert list(found) == ["target_kwh", "total_kwh"]
    assert found["total_kwh"] == round((target + since) / 3.6, 6)


def test_flags_become_words_and_unknown_ones_stay_numbers():
    words = Words(at=0, size=2, bits={"1": "DRY", "80": "LEAK"}, prefix="FLAGS")
    layout = a_layout(words={"status": words})
    said = [read_layout(layout, bytes.fromhex(text), METER) for text in ("0000", "8100", "8003")]
    assert [fields["status"] for fields in said] == ["OK", "DRY LEAK", "FLAGS_300 LEAK"]
