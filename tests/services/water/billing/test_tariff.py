from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.billing.adopted import FOLDER, shipped
from dalgu.services.water.billing.errors import (
    ClassNotPriced,
    EditionsApart,
    EditionsOverlap,
    TariffInvalid,
    TariffNotInForce,
    TiersApart,
    TiersOverlap,
)
from dalgu.services.water.billing.tariff import read_tariff

HAND = (Path(__file__).parent / "hand.toml").read_text("utf-8")


def broken(old, new):
    assert old in HAND
    return read_tariff(HAND.replace(old, new).encode())


@pytest.mark.parametrize("name", shipped())
def test_every_tariff_that_comes_along_can_be_read_and_says_how_sure_it_is(name):
    tariff = read_tariff((FOLDER / f"{name}.toml").read_bytes())
    assert tariff.id == name
    assert {edition.standing for edition in tariff.editions} <= {"verified", "recalled", "example"}
    assert all(edition.source for edition in tariff.editions)
    assert tariff.note.ko
    assert tariff.note.en


def test_daegu_s_says_that_it_is_an_example():
    tariff = read_tariff((FOLDER / "daegu.toml").read_bytes())
    assert "Example" in tariff.title.en
    assert tariff.edition(date(2026, 3, 1)).standing == "example"


def test_one_byte_makes_another_version():
    assert read_tariff(HAND.encode()).digest != read_tariff((HAND + "\n").encode()).digest


def test_a_month_is_split_where_the_edition_changes():
    tariff = read_tariff(HAND.encode())
    days = [(a, b) for a, b, _ in tariff.stretches(date(2026, 4, 1), date(2026, 4, 30))]
    assert days == [
        (date(2026, 4, 1), date(2026, 4, 15)),
        (date(2026, 4, 16), date(2026, 4, 30)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("over_m3 = 20, to_m3 = 30", "over_m3 = 15, to_m3 = 30", TiersOverlap),
        ("over_m3 = 20, to_m3 = 30", "over_m3 = 22, to_m3 = 30", TiersApart),
        ("over_m3 = 20, to_m3 = 30", "over_m3 = 20, to_m3 = 20", TiersOverlap),
        ("{ over_m3 = 0, to_m3 = 20", "{ over_m3 = 5, to_m3 = 20", TiersApart),
        ("over_m3 = 30, rate_won = 900", "over_m3 = 30, to_m3 = 99, rate_won = 900", TiersApart),
        ("effective_to = 2026-04-15", "effective_to = 2026-04-16", EditionsOverlap),
        ("effective_to = 2026-04-15", "effective_to = 2026-04-10", EditionsApart),
        ("effective_to = 2026-04-15", "effective_to = 2025-04-15", TariffInvalid),
        ("effective_from = 2026-04-16", "effective_from = 2025-04-16", EditionsOverlap),
        ('"15" = 1200', '"half an inch" = 1200', TariffInvalid),
        ("levy_won = 170", 'levy_won = "NaN"', TariffInvalid),
        ("levy_won = 170", "levy_won = -170", TariffInvalid),
        ("levy_won = 170", 'levy_won = "a lot"', TariffInvalid),
        ("levy_won = 170", "levy_wan = 170", TariffInvalid),
        ('share_charged = "0.5"', 'share_charged = "1.5"', TariffInvalid),
        ("line_won = 1", "line_won = 0", TariffInvalid),
        ('quantity_m3 = "1"', 'quantity_m3 = "0"', TariffInvalid),
        ('id = "hand"', 'id = "../hand"', TariffInvalid),
        ('method = "first-tier"', 'method = "mercy"', TariffInvalid),
        ("effective_from = 2026-01-01", "effective_from = soon", TariffInvalid),
    ],
)
def test_a_tariff_that_says_two_things_or_nothing_is_refused_by_name(old, new, error):
    with pytest.raises(error):
        broken(old, new)


def test_a_mixed_class_must_name_one_that_is_there():
    mixed = 'by_household = true\nmixed = { as_class = "castle", m3_per_household = 15 }'
    with pytest.raises(ClassNotPriced):
        broken("by_household = true", mixed)


def test_a_day_before_the_first_edition_has_no_rates():
    with pytest.raises(TariffNotInForce, match="2025-12-31"):
        read_tariff(HAND.encode()).edition(date(2025, 12, 31))


@pytest.mark.parametrize("body", [b"", b"\xff", b"editions = []", b"a = 1", b"x" * 2_000_000])
def test_what_is_no_tariff_is_refused(body):
    with pytest.raises(TariffInvalid):
        read_tariff(body)


@given(at=st.integers(0, len(HAND.encode()) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_gives_a_tariff_or_a_typed_error(at, byte):
    body = bytearray(HAND.encode())
    body[at] = byte
    try:
        tariff = read_tariff(bytes(body))
    except (TariffInvalid, ClassNotPriced):
        return
    assert tariff.body == bytes(body)
