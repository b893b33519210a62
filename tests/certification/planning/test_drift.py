import pytest
from tests.certification.scoring.frameworks import framework, measured, quantitative

from dalgu.certification.planning.drift import Alarm, drift
from dalgu.certification.planning.errors import SheetsDiffer
from dalgu.certification.scoring.basis import Basis

ONE = framework([quantitative("A", "I1", 60), quantitative("B", "G1", 40)])


def sheet(a, b, city_type="large"):
    return Basis(city_type, {"A": measured("A", a), "B": measured("B", b)}).score(ONE)


@pytest.mark.parametrize(
    ("official", "live", "alarm", "passes"),
    [
        (75, 72, Alarm.STEADY, True),
        (75, 69, Alarm.BELOW_CRITERIA, False),
        (85, 75, Alarm.LOWER_GRADE, True),
        (75, 95, Alarm.BETTER_GRADE, True),
        (50, 55, Alarm.NOT_CERTIFIED, False),
        (50, 75, Alarm.NOW_PASSES, True),
    ],
)
def test_the_alarm_says_what_the_live_score_means(official, live, alarm, passes):
    found = drift(sheet(official, official), sheet(live, live))
    assert (found.alarm, found.would_still_pass) == (alarm, passes)
    assert found.alarm.text.say("ko")


def test_gaps_name_where_it_fell_the_deepest_first():
    found = drift(sheet(80, 80), sheet(70, 90))
    assert [(gap.code, gap.change) for gap in found.indicators] == [("A", -6), ("B", 4)]
    assert [(gap.code, gap.change) for gap in found.areas] == [("INN", -6), ("GOV", 4), ("SVC", 0)]
    assert (found.total.official, found.total.live, found.total.change) == (80, 78, -2)
    assert (found.official_grade, found.live_grade) == (2, 3)


def test_sheets_of_other_types_are_refused():
    with pytest.raises(SheetsDiffer, match="small"):
        drift(sheet(80, 80), sheet(40, 40, "small"))
