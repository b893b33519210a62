import pytest
from tests.certification.scoring.frameworks import framework, measured, qualitative, quantitative

from dalgu.certification.measurement import Maturity
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.sheet import State

ONE = framework([quantitative("A", "I1", 40), qualitative("L", "G1")])


def test_a_replaced_value_or_level_is_no_longer_refused():
    refused = Basis("large", {"A": measured("A", 10)}, {}, rejected=["A", "L"])
    again = refused.with_measurement(measured("A", 50)).with_maturity(
        Maturity("L", levels=(2, 2, 2))
    )
    assert again.rejected == []
    assert again.score(ONE).total == 40
    assert refused.score(ONE).line("A").state is State.REJECTED


def test_chance_and_sheet_stand_on_the_same_basis():
    basis = Basis("small", {"A": measured("A", 25)}, {}, not_applicable=["L"])
    assert basis.chances(ONE).sheet == basis.score(ONE)


def test_a_sheet_is_asked_by_code():
    sheet = Basis("large", {"A": measured("A", 25)}).score(ONE)
    assert sheet.item("I1").points == sheet.area("INN").points == sheet.line("A").points == 10
    with pytest.raises(KeyError):
        sheet.line("Z")
