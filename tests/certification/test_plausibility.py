"""The verifier's questions, put to numbers that a real report could hold."""

from dalgu.certification.framework.loading import load
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.plausibility import Outcome, findings, worst

U4SSC = load("u4ssc")
INTERNET, BROADBAND = "EC: ICT: ICT: 1C", "EC: ICT: ICT: 2C"


def measured(**by_name):
    codes = {"internet": INTERNET, "broadband": BROADBAND}
    return {
        codes[name]: Measurement(
            indicator=codes[name],
            status=Status.NOT_AVAILABLE if value is None else Status.MEASURED,
            value=value,
        )
        for name, value in by_name.items()
    }


def variables(internet=97_000.0, broadband=84_510.0, households=100_000.0):
    return {
        INTERNET: {"households_with_internet": internet, "households": households},
        BROADBAND: {"fixed_broadband": broadband, "households": households},
    }


def test_a_report_that_holds_together_raises_no_question():
    # Karmøy, verification report of 2020: 97.00 % and 84.51 %
    assert findings(U4SSC, measured(internet=97.0, broadband=84.51), variables()) == []


def test_broadband_above_internet_access_is_asked_about():
    found = findings(U4SSC, measured(internet=80.0, broadband=84.51), variables(80_000.0))
    assert [(one.id, one.outcome, one.severity) for one in found] == [
        ("EC: ICT: ICT: 2C#1", Outcome.VIOLATED, "warning")
    ]
    assert found[0].numbers == {"value": 84.51, INTERNET: 80.0}
    assert found[0].question.en.endswith("?")
    assert worst(found) == "warning"


def test_inhabitants_in_the_denominator_are_asked_about():
    found = findings(
        U4SSC, measured(internet=97.0, broadband=22.0), variables(households=100_000.0)
    )
    assert [one.check for one in found] == ["value >= 25"]


def test_more_households_with_internet_than_households_is_an_error():
    found = findings(U4SSC, measured(internet=104.0), variables(internet=104_000.0))
    assert [one.id for one in found] == ["EC: ICT: ICT: 1C#1"]
    assert worst(found) == "error"


def test_a_rule_on_an_unreported_number_is_told_of_as_unchecked():
    found = findings(U4SSC, measured(internet=None, broadband=84.51), variables())
    assert [(one.id, one.outcome) for one in found] == [("EC: ICT: ICT: 2C#1", Outcome.UNCHECKED)]
    assert found[0].numbers[INTERNET] is None
    assert worst(found) is None


def test_an_indicator_without_a_value_is_asked_nothing():
    assert findings(U4SSC, measured(internet=None), variables()) == []
    assert findings(U4SSC, {}, {}) == []
