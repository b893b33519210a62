from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.water.billing.conftest import HAND_TARIFF
from tests.services.water.billing.district import an_account

from dalgu.services.water.billing.errors import PeriodInvalid, UseInvalid
from dalgu.services.water.billing.period import month_of, term_days
from dalgu.services.water.billing.tariff import Charge, read_tariff

HAND = read_tariff(HAND_TARIFF)
APRIL = month_of("2026-04")


def days(account, month=APRIL):
    return [(d.first.day, d.last.day, d.terms.diameter_mm) for d in term_days(account, HAND, month)]


def test_a_month_is_split_where_rates_and_terms_change():
    earlier = [{"until": "2026-04-09", "diameter": 20}]
    assert days(an_account(1, earlier_terms=earlier)) == [(1, 9, 20), (10, 15, 15), (16, 30, 15)]


def test_an_account_pays_from_its_first_to_its_last_day():
    account = an_account(1, closed_on="2026-04-20")
    assert days(account) == [(1, 15, 15), (16, 20, 15)]
    assert days(an_account(1, closed_on="2026-03-20")) == []


def test_terms_of_months_before_do_not_count():
    assert days(an_account(1, earlier_terms=[{"until": "2026-03-09", "diameter": 20}])) == [
        (1, 15, 15),
        (16, 30, 15),
    ]


def test_an_account_may_owe_some_charges_only():
    account = an_account(1, charges=["levy", "sewerage"])
    assert term_days(account, HAND, APRIL)[0].terms.charges == (Charge.SEWERAGE, Charge.LEVY)


@pytest.mark.parametrize(
    "terms",
    [
        {"usage_class": None},
        {"diameter": None},
        {"charges": ["air"]},
        {"closed_on": "tomorrow"},
        {"earlier_terms": [{"until": "2026-04-09", "households": "many"}]},
    ],
)
def test_terms_that_are_none_are_refused(terms):
    with pytest.raises(UseInvalid):
        term_days(an_account(1, **terms), HAND, APRIL)


def test_the_month_before_january_is_december():
    assert str(month_of("2026-01").before()) == "2025-12"
    assert str(month_of("2026-03").before(15)) == "2024-12"


@given(st.text(max_size=12))
def test_any_text_is_a_month_or_refused(text):
    try:
        month = month_of(text)
    except PeriodInvalid:
        return
    assert str(month) == text


def test_a_month_that_goes_on_is_not_over():
    with pytest.raises(PeriodInvalid):
        month_of("2026-04", date(2026, 4, 30))
    assert month_of("2026-04", date(2026, 5, 1)).days == 30
