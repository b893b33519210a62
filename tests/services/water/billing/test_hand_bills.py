"""Bills computed by hand, to the won: the working stands in the comment above each.

`HAND` is the tariff of `hand.toml`: base fee 15 mm 1,200, 20 mm 3,000; household water 400 to
20 m³, 600 to 30, 900 above; sewerage 300, 450, 700; levy 170; lines cut to 1 won, the bill to 10.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dalgu.services.water.billing.adopted import FOLDER
from dalgu.services.water.billing.charging import charge
from dalgu.services.water.billing.lines import LineKind
from dalgu.services.water.billing.tariff import Charge, read_tariff
from dalgu.services.water.billing.use import Terms, Use

HERE = Path(__file__).parent
HAND = read_tariff((HERE / "hand.toml").read_bytes())
PUBLISHED = read_tariff((HERE / "published.toml").read_bytes())
POHANG = read_tariff((FOLDER / "pohang.toml").read_bytes())
DAEGU = read_tariff((FOLDER / "daegu.toml").read_bytes())

HOME = Terms("household", 15)
SHOP = Terms("general", 15)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def used(m3, terms=HOME, first=FIRST, last=LAST, start_l=100_000):
    return Use(first, last, terms, start_l, start_l + round(m3 * 1000))


def won(charged, charge_of=None, kind=None):
    return sum(
        line.won
        for line in charged.lines
        if (charge_of is None or line.charge is charge_of) and (kind is None or line.kind is kind)
    )


MARCH = [
    # 1. inside the first tier: 1,200 + 18×400=7,200 + 18×300=5,400 + 18×170=3,060
    ("18 m³", used(18), 16_860),
    # 2. at the first boundary: 1,200 + 20×400=8,000 + 20×300=6,000 + 20×170=3,400
    ("20 m³", used(20), 18_600),
    # 3. one above: 1,200 + 8,000 + 1×600 + 6,000 + 1×450 + 21×170=3,570
    ("21 m³", used(21), 19_820),
    # 4. at the second: 1,200 + 8,000 + 10×600=6,000 + 6,000 + 10×450=4,500 + 30×170=5,100
    ("30 m³", used(30), 30_800),
    # 5. in the third: water 8,000 + 6,000 + 17×900=15,300 = 29,300; sewerage 6,000 + 4,500 +
    #    17×700=11,900 = 22,400; levy 47×170=7,990; 1,200 + 29,300 + 22,400 + 7,990
    ("47 m³", used(47), 60_890),
    # 6. nothing used: the base fee alone
    ("zero use", used(0), 1_200),
    # 7. three households at 20 mm: tiers to 60 and 90 m³. 3,000 + 60×400=24,000 + 5×600=3,000 +
    #    60×300=18,000 + 5×450=2,250 + 65×170=11,050
    ("three households", used(65, Terms("household", 20, households=3)), 61_300),
    # 8. below the minimum: 1,200 + 2×800=1,600 is 2,800, made up to 5,000 by 2,200;
    #    + 2×500=1,000 + 2×170=340
    ("minimum", used(2, SHOP), 6_340),
    # 9. a shop that used nothing pays the minimum
    ("minimum, zero use", used(0, SHOP), 5_000),
    # 10. a bath at 100 mm: 90,000 + 500×600=300,000 + 734×900=660,600 + 1,234×400=493,600 +
    #     1,234×170=209,780
    ("bath", used(1_234, Terms("bath", 100)), 1_753_980),
    # 11. a large meter: 480,000 + 50×800=40,000 + 50×1,000=50,000 + 12,245×1,300=15,918,500 +
    #     50×500=25,000 + 12,295×900=11,065,500 + 12,345×170=2,098,650
    ("300 mm", used(12_345, Terms("general", 300)), 29_677_650),
    # 12. a well: sewerage alone. 20×300=6,000 + 5×450=2,250
    ("sewerage only", used(25, Terms("household", 15, charges=(Charge.SEWERAGE,))), 8_250),
    # 13. opened on the 17th, 15 of 31 days, 12 m³. Base 1,200×15/31=580.6: 580. The first tier
    #     reaches to 20×15/31=9.677 m³, the second to 14.516. Water 9.677×400=3,870.8: 3,870 and
    #     2.323×600=1,393.8: 1,393. Sewerage 9.677×300=2,903.1: 2,903 and 2.323×450=1,045.35:
    #     1,045. Levy 2,040. 580 + 3,870 + 1,393 + 2,903 + 1,045 + 2,040 = 11,831, cut to
    ("opened mid-month", used(12, first=date(2026, 3, 17)), 11_830),
    # 14. living aid, 8 m³: the first 10 m³ of water free. 1,200 + 3,200 − 3,200 + 2,400 + 1,360
    ("welfare by volume", used(8, Terms("household", 15, reductions=("living_aid",))), 4_960),
    # 15. the same with 24 m³: water 8,000 + 4×600=2,400 less 10×400=4,000; sewerage 6,000 +
    #     4×450=1,800; levy 4,080. 1,200 + 6,400 + 7,800 + 4,080
    ("welfare, above", used(24, Terms("household", 15, reductions=("living_aid",))), 19_480),
    # 16. many children, 33 m³: sewerage 6,000 + 4,500 + 3×700=2,100 = 12,600 less 30 %=3,780;
    #     water 8,000 + 6,000 + 2,700 = 16,700; levy 5,610. 1,200 + 16,700 + 8,820 + 5,610
    ("welfare by share", used(33, Terms("household", 15, reductions=("many_children",))), 32_330),
    # 17. registers are cut first: 100.999 to 121.000 m³ counts 121 − 100 = 21 m³, as bill 3
    ("register above a step", Use(FIRST, LAST, HOME, 100_999, 121_000), 19_820),
    # 18. and 100.000 to 120.999 counts 20 m³, as bill 2
    ("register below a step", Use(FIRST, LAST, HOME, 100_000, 120_999), 18_600),
]


@pytest.mark.parametrize(("use", "amount"), [one[1:] for one in MARCH], ids=[m[0] for m in MARCH])
def test_a_month_is_charged_as_by_hand(use, amount):
    assert charge(HAND, 31, [use]).amount_won == amount


def test_19_the_tariff_changes_on_the_16th_of_april():
    # 100.000 to 112.600 counts 12 m³ in 15 days, to 128.400 counts 16 m³ in 15 days of 30;
    # tiers to 10 and 15 m³ in each.
    # before: 600 + 10×400=4,000 + 2×600=1,200 + 10×300=3,000 + 2×450=900 + 12×170=2,040 = 11,740
    # after: 660 + 10×440=4,400 + 5×660=3,300 + 990 + 10×330=3,300 + 5×495=2,475 + 770 +
    #        16×180=2,880 = 18,775
    # 30,515, cut to 30,510
    uses = [
        Use(date(2026, 4, 1), date(2026, 4, 15), HOME, 100_000, 112_600),
        Use(date(2026, 4, 16), date(2026, 4, 30), HOME, 112_600, 128_400),
    ]
    charged = charge(HAND, 30, uses)
    assert charged.amount_won == 30_510
    assert won(charged, kind=LineKind.ROUNDING) == -5
    assert charged.consumption_m3 == 28


def test_20_a_house_becomes_a_shop_with_a_larger_meter_on_the_11th():
    # 10 days of a home, 7 m³: base 1,200×10/31=387; to 6.452 m³ 2,580, 0.548 m³ 328; sewerage
    #   1,935 + 246; levy 1,190 = 6,666
    # 21 days of a shop at 50 mm, 42 m³: base 22,500×21/31=15,241; to 33.871 m³ 27,096, 8.129 m³
    #   8,129; sewerage 16,935 + 7,316; levy 7,140 = 81,857
    # 88,523, cut to 88,520
    uses = [
        Use(FIRST, date(2026, 3, 10), HOME, 0, 7_000),
        Use(date(2026, 3, 11), LAST, Terms("general", 50), 7_000, 49_000),
    ]
    assert charge(HAND, 31, uses).amount_won == 88_520


def test_21_a_leak_of_44_m3_above_a_usual_of_18():
    # water 18×400=7,200 and 44×0.5×400=8,800; sewerage 18×300=5,400 and 44×0.5×300=6,600; the
    # levy is not allowed for: 62×170=10,540. 1,200 + 16,000 + 12,000 + 10,540
    charged = charge(HAND, 31, [used(62)], usual_m3=Decimal(18))
    assert charged.amount_won == 39_740
    assert won(charged, kind=LineKind.LEAK) == 15_400


def test_22_the_same_leak_where_half_the_charge_is_let_off():
    # Pohang, 13 mm, 35 m³, usual 15. Water 11,700 + 9,900 + 6,325 = 27,925, as usual 8,775:
    # half of 19,150 = 9,575 off; 780 + 18,350 = 19,130. Sewerage 10,660, as usual 3,555: half of
    # 7,105 = 3,552 off; 7,108 cut to 7,100. Levy 35×117.5=4,112.5: 4,112 cut to 4,110.
    charged = charge(POHANG, 31, [used(35, Terms("household", 13))], usual_m3=Decimal(15))
    assert charged.amount_won == 19_130 + 7_100 + 4_110


def test_23_no_leak_is_allowed_for_below_the_usual():
    assert charge(HAND, 31, [used(18)], usual_m3=Decimal(20)).amount_won == 16_860


def test_24_each_charge_is_cut_to_ten_won_at_pohang():
    # 780 + 11,700 + 9,900 + 6,325 = 28,705: 28,700; 4,740 + 3,550 + 2,370 = 10,660; 4,110
    charged = charge(POHANG, 31, [used(35, Terms("household", 13))])
    assert [won(charged, one) for one in Charge] == [28_700, 10_660, 4_110]
    assert charged.amount_won == 43_470


def test_25_two_homes_and_a_shop_on_one_meter():
    # Pohang's mixed class, 20 mm, 97 m³: 2×15=30 m³ at a home's first tier, 67 as a shop.
    # 3,180 + 30×585=17,550 + 67×950=63,650 = 84,380; 30×237=7,110 + 67×431=28,877 = 35,987:
    # 35,980; 97×117.5=11,397.5: 11,390
    charged = charge(POHANG, 31, [used(97, Terms("mixed", 20, households=2))])
    assert charged.amount_won == 84_380 + 35_980 + 11_390


def test_26_daegu_has_one_rate_for_a_home():
    # 1,000 + 14×550=7,700 + 14×340=4,760 + 14×170=2,380
    assert charge(DAEGU, 31, [used(14)]).amount_won == 15_840


def test_27_closed_on_the_10th_of_february():
    # 10 of 28 days, 5 m³. 1,200×10/28=428; to 20×10/28=7.143 m³: 5×400=2,000, 1,500, 850: 4,778
    use = used(5, first=date(2026, 2, 1), last=date(2026, 2, 10))
    assert charge(HAND, 28, [use]).amount_won == 4_770


def test_28_an_estimated_quarter_is_told_and_costs_the_same():
    charged = charge(HAND, 31, [replace(used(20), estimated_l=5_000)])
    assert charged.estimated_share == Decimal("0.25")
    assert charged.amount_won == 18_600


def test_29_value_added_tax_is_on_water_alone():
    # bill 1 with 10 %: 16,860 + (1,200 + 7,200)×0.1=840
    taxed = variant('base_fee_clause = "§1"', 'base_fee_clause = "§1"\nvat_share = "0.1"')
    assert charge(taxed, 31, [used(18)]).amount_won == 17_700


def test_30_where_days_do_not_cut_the_last_terms_bear_the_whole_base_fee():
    # bill 20 with whole fees and tiers: base 22,500; home 7×400=2,800, shop 42×800=33,600;
    # sewerage 7×300=2,100 + 42×500=21,000; levy 49×170=8,330. The minimum is met.
    whole = variant(
        'source = "tests"', 'source = "tests"\nbase_fee_by = "whole"\ntiers_by = "whole"'
    )
    uses = [
        Use(FIRST, date(2026, 3, 10), HOME, 0, 7_000),
        Use(date(2026, 3, 11), LAST, Terms("general", 50), 7_000, 49_000),
    ]
    assert charge(whole, 31, uses).amount_won == 90_330


def variant(old, new):
    return read_tariff((HERE / "hand.toml").read_text("utf-8").replace(old, new, 1).encode())


PUBLISHED_BILLS = [
    # Ansan: household, 13 mm, 50 m³: 29,300 + 22,200 + 8,500 + 570
    ("ansan household", used(50, Terms("ansan_household", 13), *[date(2020, 3, 1)] * 2), 60_570),
    # Ansan: general, 20 mm, 350 m³: water 298,500
    ("ansan general", used(350, Terms("ansan_general", 20), *[date(2020, 3, 1)] * 2), 298_500),
    # Gimhae: 13 mm, 57 m³: 91,120 + 53,600 + 1,100 + 9,690
    ("gimhae", used(57, Terms("gimhae_general", 13), *[date(2025, 3, 1)] * 2), 155_510),
    # Gimhae: two homes and a shop, 13 mm, 97 m³: 138,220 + 91,200 + 1,100 + 16,490
    ("gimhae mixed", used(97, Terms("gimhae_mixed", 13, 2), *[date(2025, 3, 1)] * 2), 247_010),
]


@pytest.mark.parametrize(
    ("use", "amount"), [one[1:] for one in PUBLISHED_BILLS], ids=[one[0] for one in PUBLISHED_BILLS]
)
def test_a_utility_s_own_worked_example_is_met(use, amount):
    assert charge(PUBLISHED, 1, [use]).amount_won == amount
