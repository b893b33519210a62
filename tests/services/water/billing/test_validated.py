"""Days sheets laid out as a month: what a meter counted, whatever its dial did."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.services.water.billing.conftest import HAND_TARIFF
from tests.services.water.billing.district import AREA, a_month, an_account, sheets_of

from dalgu.services.water.billing.drafting import draft
from dalgu.services.water.billing.errors import UseInvalid
from dalgu.services.water.billing.period import month_of
from dalgu.services.water.billing.tariff import read_tariff
from dalgu.services.water.billing.validated import Manifest, lay_out
from dalgu.services.water.validation.sheet import Standing

MARCH = month_of("2026-03")
HAND = read_tariff(HAND_TARIFF)
NINTH, TENTH = 8, 9


def a_bill(sheets):
    hours = lay_out(Manifest(AREA, "2026-03", ()), MARCH, sheets)
    return draft(an_account(0), HAND, hours)


@pytest.fixture
def month():
    """A meter that counted 1,000 litres a day but for the rest of its last hour, from 100 m³."""
    use_l = np.full((1, 31 * 24), 41)
    use_l[:, 23::24] = 1_000 - 23 * 41
    return sheets_of(use_l, np.array([100_000]))


def test_a_plain_month(month):
    bill = a_bill(month)
    assert (bill.consumption, bill.register_from, bill.register_to) == (31.0, 100.0, 131.0)


def test_an_exchanged_meter_is_billed_for_both_dials(month):
    # On the 10th the dial goes from 109,000 over a new meter that ends the day at 300.
    sheets = [
        replace(
            sheet,
            start_register_l=sheet.start_register_l - (109_700 if day > TENTH else 0),
            end_register_l=sheet.end_register_l - (109_700 if day >= TENTH else 0),
        )
        for day, sheet in enumerate(month)
    ]
    bill = a_bill(sheets)
    assert bill.consumption == 31.0
    assert bill.register_to == pytest.approx(21.3)


def test_hours_that_a_person_set_are_what_is_billed(month):
    edited = month[TENTH].use_l.copy()
    edited[0, :10] = 541  # 5,000 litres more than the dial says
    standing = month[TENTH].standing.copy()
    standing[0, :10] = Standing.EDITED
    month[TENTH] = replace(month[TENTH], use_l=edited, standing=standing)
    bill = a_bill(month)
    assert (bill.consumption, bill.estimated_share) == (36.0, 0.0)


def test_registers_that_no_read_is_near_are_told_by_the_hours(month):
    unknown = np.array([-1])
    month[0] = replace(month[0], start_register_l=unknown)
    month[NINTH] = replace(month[NINTH], end_register_l=unknown)
    month[TENTH] = replace(month[TENTH], start_register_l=unknown)
    month[30] = replace(month[30], end_register_l=unknown)
    bill = a_bill(month)
    assert (bill.consumption, bill.register_from, bill.register_to) == (31.0, 100.0, 131.0)


def test_missing_hours_between_known_registers_are_billed_and_told_as_estimated(month):
    use_l, standing = month[TENTH].use_l.copy(), month[TENTH].standing.copy()
    use_l[0, 5:15], standing[0, 5:15] = -1, Standing.MISSING
    month[TENTH] = replace(month[TENTH], use_l=use_l, standing=standing)
    bill = a_bill(month)
    assert bill.consumption == 31.0
    assert bill.estimated_share == pytest.approx(410 / 31_000, abs=1e-6)


def test_a_dial_that_goes_back_in_hours_nobody_read_is_not_guessed(month):
    use_l, standing = month[TENTH].use_l.copy(), month[TENTH].standing.copy()
    use_l[0, 5:15], standing[0, 5:15] = -1, Standing.MISSING
    low = [month[day].end_register_l - 109_700 for day in range(TENTH, 31)]
    month[TENTH] = replace(month[TENTH], use_l=use_l, standing=standing, end_register_l=low[0])
    for day, end in enumerate(low[1:], start=TENTH + 1):
        month[day] = replace(
            month[day], start_register_l=month[day].start_register_l - 109_700, end_register_l=end
        )
    with pytest.raises(UseInvalid):
        a_bill(month)


def test_every_meter_s_month_adds_up(month):
    use_l, start_l = a_month(5), np.arange(5) * 999
    hours = lay_out(Manifest(AREA, "2026-03", ()), MARCH, sheets_of(use_l, start_l))
    counted = hours.counted_l[:, -1] - hours.counted_l[:, 0]
    assert counted.tolist() == use_l.sum(axis=1).tolist()
    assert hours.midnight(date(2026, 3, 1)) == 0
    assert not hours.estimated_l.any()
