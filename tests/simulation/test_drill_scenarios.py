import pytest

from dalgu.kernel.geo import distance_m
from dalgu.simulation.drill_scenarios import SCENARIOS, ScenarioUnknown, drill_alerts

PLACE = (128.58, 35.87)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_unfolds_in_time_order_around_its_place(scenario):
    told = drill_alerts(scenario, PLACE, 3)
    assert [after for after, _ in told] == sorted(after for after, _ in told)
    assert told[0][0] <= 30
    assert len({alert["id"] for _, alert in told}) == len(told)
    for _, alert in told:
        at = alert["location"]["value"]["coordinates"]
        assert distance_m(PLACE, (at[0], at[1])) < 4_000
        assert alert["origin"]["value"] == "synthetic"
        assert set(alert["name"]["languageMap"]) == {"ko", "en"}


def test_the_same_seed_unfolds_in_the_same_way_and_another_in_another():
    assert drill_alerts("power-cut", PLACE, 1) == drill_alerts("power-cut", PLACE, 1)
    assert drill_alerts("power-cut", PLACE, 1) != drill_alerts("power-cut", PLACE, 2)


def test_the_storm_floods_an_operator():
    within_ten_minutes = [
        after for after, _ in drill_alerts("alarm-storm", PLACE, 1) if after < 600
    ]
    assert len(within_ten_minutes) > 100  # EEMUA 191 calls more than 10 a flood


def test_a_scenario_that_does_not_exist_is_refused():
    with pytest.raises(ScenarioUnknown):
        drill_alerts("earthquake", PLACE, 1)
