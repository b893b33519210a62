import pytest

from dalgu.services.citizens.people.levels import Level, LevelTooLow, TooYoung


def test_a_person_is_known_at_the_step_they_reached_also_after_a_restart(town):
    reader, resident = town.citizen(Level.EMAIL), town.citizen(birth_year=1990)
    rooms = town.again()
    assert rooms.people.person(reader).level is Level.EMAIL
    assert rooms.people.require(resident, Level.RESIDENT, least_age=19).birth_year == 1990
    with pytest.raises(LevelTooLow):
        rooms.people.require(reader, Level.RESIDENT)
    with pytest.raises(TooYoung):
        rooms.people.require(resident, Level.RESIDENT, least_age=40)
