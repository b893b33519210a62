from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.billing.adopted import FOLDER
from dalgu.services.water.billing.charging import charge
from dalgu.services.water.billing.errors import (
    ClassNotPriced,
    DiameterNotPriced,
    ReductionNotPriced,
    TariffNotInForce,
    UseInvalid,
)
from dalgu.services.water.billing.lines import LineKind, line_from_json, total_won
from dalgu.services.water.billing.tariff import Charge, read_tariff
from dalgu.services.water.billing.use import Terms, Use

POHANG = read_tariff((FOLDER / "pohang.toml").read_bytes())
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
CLASSES = st.sampled_from(sorted(POHANG.editions[0].classes))
LITRES = st.integers(0, 3_000_000)
# A bill of two parts instead of one is cut more often: each line of each part by less than a
# won, widths of tiers by half a litre of the dearest cubic metre, each charge and bill by 10.
ROUNDING_WON = 100


def terms(usage_class="household", households=1):
    return Terms(usage_class, 20, households)


def a_use(litres, of=None, first=FIRST, last=LAST, start_l=500_000):
    return Use(first, last, of or terms(), start_l, start_l + litres)


@given(a=LITRES, b=LITRES, usage_class=CLASSES, households=st.integers(1, 400))
def test_who_uses_more_never_pays_less(a, b, usage_class, households):
    less, more = sorted((a, b))
    of = terms(usage_class, households)
    assert (
        charge(POHANG, 31, [a_use(less, of)]).amount_won
        <= charge(POHANG, 31, [a_use(more, of)]).amount_won
    )


@given(litres=LITRES, cut=st.integers(1, 30), part=st.floats(0, 1), usage_class=CLASSES)
def test_a_split_where_nothing_changes_makes_no_difference(litres, cut, part, usage_class):
    of, middle = terms(usage_class), FIRST + timedelta(days=cut)
    before_l = round(litres * part)
    two = [
        a_use(before_l, of, FIRST, middle - timedelta(days=1)),
        a_use(litres - before_l, of, middle, LAST, start_l=500_000 + before_l),
    ]
    assert charge(POHANG, 31, two) == charge(POHANG, 31, [a_use(litres, of)])


@given(cubic=st.integers(0, 300), days=st.sampled_from([6, 10, 15, 20, 24]), usage_class=CLASSES)
def test_two_bills_of_an_even_use_differ_by_rounding_only(cubic, days, usage_class):
    # 30 m³ × cubic in 30 days is even: `days` × cubic litres are whole cubic metres.
    of, middle = terms(usage_class), date(2026, 4, 1) + timedelta(days=days)
    daily_l = cubic * 1000
    one = charge(
        POHANG, 30, [a_use(30 * daily_l, of, date(2026, 4, 1), date(2026, 4, 30))]
    ).amount_won
    first = a_use(days * daily_l, of, date(2026, 4, 1), middle - timedelta(days=1))
    second = a_use((30 - days) * daily_l, of, middle, date(2026, 4, 30))
    two = charge(POHANG, 30, [first]).amount_won + charge(POHANG, 30, [second]).amount_won
    assert abs(one - two) <= ROUNDING_WON


@given(litres=LITRES, usage_class=CLASSES, households=st.integers(1, 50))
def test_the_tiers_of_each_charge_add_up_to_the_use_and_the_lines_to_the_bill(
    litres, usage_class, households
):
    charged = charge(POHANG, 31, [a_use(litres, terms(usage_class, households))])
    for one in Charge:
        tiers = [x for x in charged.lines if x.charge is one and x.kind is LineKind.TIER]
        assert sum((x.quantity_m3 for x in tiers), Decimal(0)) == charged.consumption_m3
    assert total_won(charged.lines) == charged.amount_won
    assert charged.amount_won % 10 == 0
    assert charged.amount_won >= 0


@given(litres=LITRES, usual=st.decimals(0, 3000, places=3), usage_class=CLASSES)
def test_a_leak_allowance_never_costs_anything(litres, usual, usage_class):
    use = a_use(litres, terms(usage_class))
    allowed = charge(POHANG, 31, [use], usual_m3=usual).amount_won
    assert 0 <= allowed <= charge(POHANG, 31, [use]).amount_won


@given(start_l=st.integers(0, 10**9), a=LITRES, b=LITRES)
def test_no_litre_is_lost_between_two_months(start_l, a, b):
    def counted(start, end):
        return charge(POHANG, 31, [Use(FIRST, LAST, terms(), start, end)]).consumption_m3

    two = counted(start_l, start_l + a) + counted(start_l + a, start_l + a + b)
    assert two == counted(start_l, start_l + a + b)


@given(litres=LITRES, usage_class=CLASSES)
def test_lines_survive_being_kept(litres, usage_class):
    lines = charge(POHANG, 31, [a_use(litres, terms(usage_class))]).lines
    assert [line_from_json(line.to_json()) for line in lines] == lines


@pytest.mark.parametrize(
    ("uses", "error"),
    [
        ([], UseInvalid),
        ([a_use(-1)], UseInvalid),
        ([a_use(1, first=LAST, last=FIRST)], UseInvalid),
        ([a_use(1, start_l=-5)], UseInvalid),
        ([a_use(1), a_use(1)], UseInvalid),
        ([a_use(1, Terms("household", 20, households=0))], UseInvalid),
        ([a_use(1, Terms("castle", 20))], ClassNotPriced),
        ([a_use(1, Terms("household", 19))], DiameterNotPriced),
        ([a_use(1, Terms("household", 20, reductions=("none",)))], ReductionNotPriced),
        ([a_use(1, first=date(2001, 1, 1), last=date(2001, 1, 31))], TariffNotInForce),
    ],
)
def test_what_cannot_be_charged_is_refused_by_name(uses, error):
    with pytest.raises(error):
        charge(POHANG, 31, uses)
