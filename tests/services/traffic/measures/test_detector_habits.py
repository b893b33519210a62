"""Synthetic weeks in which one detector lies, a holiday comes, or nothing is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from tests.services.traffic.measures.weeks import LANES, a_day, changed, days

from dalgu.services.traffic.measures.detector_habits import LEAST_DAYS, Ailment, Verdict, judge
from dalgu.services.traffic.measures.detector_words import NAMES, described, name_of

ON = np.arange(len(LANES)) == LANES.index("c")


def found(day, past):
    judged = judge(day, past)
    return {day.detectors[one.place]: one.ailment for one in judged.findings}


@pytest.mark.parametrize("seed", range(3))
def test_in_ordinary_weeks_every_detector_is_well(seed):
    *past, day = days(seed=seed)
    judged = judge(day, past)
    assert judged.findings == ()
    assert set(judged.verdicts) == {Verdict.WELL}


@pytest.mark.parametrize(
    ("counts", "ailment"),
    [
        (np.zeros_like, Ailment.SILENT),
        (lambda told: np.full_like(told, 90), Ailment.UNVARYING),
        (lambda told: told // 3, Ailment.FEW),
        (lambda told: told * 3 + 40, Ailment.MANY),
    ],
)
def test_a_detector_that_lies_for_a_day_is_found_alone(counts, ailment):
    *past, day = days()
    assert found(changed(day, "c", counts), past) == {"c": ailment}


def test_one_that_went_on_and_never_off_is_told_from_a_dead_one():
    *past, day = days()
    assert found(changed(day, "c", np.zeros_like, is_on=ON), past) == {"c": Ailment.STUCK_ON}


def test_all_detectors_of_a_cabinet_that_fail_together_are_found():
    *past, day = days()
    dead = replace(day, counts=np.zeros_like(day.counts))
    assert found(dead, past) == dict.fromkeys(LANES, Ailment.SILENT)


def test_a_holiday_empties_all_and_condemns_none():
    past = days(34)
    assert found(a_day(34, np.random.default_rng(7), size=0.4), past) == {}


def test_a_slow_drift_is_found_in_weeks_though_no_single_day_is_odd():
    made = [
        changed(day, "b", lambda told, n=n: np.rint(told * 0.975 ** max(n - 12, 0)).astype(int))
        for n, day in enumerate(days())
    ]
    judged = judge(made[-1], made[:-1])
    [finding] = judged.findings
    assert (finding.place, finding.ailment) == (1, Ailment.DRIFTS)
    assert -0.5 < finding.drift < -0.3
    assert not judged.lies.any()  # its days still teach the habit


def test_a_season_that_moves_all_of_them_is_no_drift():
    rng = np.random.default_rng(3)
    made = [a_day(number, rng, size=0.975 ** max(number - 12, 0)) for number in range(35)]
    assert found(made[-1], made[:-1]) == {}


def test_a_dead_detector_stays_found_night_after_night_and_is_well_once_it_counts_again():
    made = days(35)
    past = made[:24]
    for day in made[24:34]:
        dead = changed(day, "c", np.zeros_like)
        judged = judge(dead, past)
        assert judged.verdicts[2] is Verdict.LIES
        past.append(dead.having(judged.lies))
    assert judge(made[34], past).verdicts[2] is Verdict.WELL


def test_before_three_weeks_nothing_is_said_and_of_hours_not_heard_neither():
    *past, day = days(LEAST_DAYS - 1)
    judged = judge(changed(day, "c", np.zeros_like), past)
    assert set(judged.verdicts) == {Verdict.UNKNOWN}
    *past, day = days()
    unheard = replace(day, heard=np.zeros((1, 24), bool), counts=np.zeros_like(day.counts))
    judged = judge(unheard, past)
    assert judged.findings == ()
    assert set(judged.verdicts) == {Verdict.UNKNOWN}


def test_every_ailment_is_told_in_both_languages_with_its_figures():
    *past, day = days()
    [finding] = judge(changed(day, "c", np.zeros_like), past).findings
    for ailment in Ailment:
        one = replace(finding, ailment=ailment, drift=-0.34)
        name, text = name_of(one, "c", is_advance=False), described(one, "2026-11-29")
        assert ailment in NAMES
        assert "c" in name.ko
        assert "{" not in name.ko + name.en + text.ko + text.en
        assert ("34 % less" if ailment is Ailment.DRIFTS else f"{one.expected:,}") in text.en
