"""The simulated side of a city: its state is kept, its history goes on where it was cut."""

import asyncio
import shutil
from contextlib import contextmanager
from datetime import timedelta

import apsw
import pytest
from tests.app.conftest import a_house

from dalgu.app.model_city import NOTE_EVERY, CityOtherwise, ModelCity, State, agreed, held
from dalgu.services.water.leakage.loading import loaded
from dalgu.simulation import Simulation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_HOURS = 2 / 24  # of days; one of the city's takes seconds


@pytest.fixture(scope="module")
def stood(tmp_path_factory, cheap_hashes):
    """A folder in which a city stands, and what was said while it was set up."""
    folder = tmp_path_factory.mktemp("stood") / "city"
    with a_house(folder) as house, model_of(house) as (city, said):
        house.run(city.stand())
    return folder, said


@pytest.fixture
def fresh(stood, tmp_path):
    """A platform of the test's own, in which the city stands."""
    shutil.copytree(stood[0], tmp_path / "city")
    with a_house(tmp_path / "city") as house:
        house.run(house.platform.registry.load())
        yield house


@pytest.fixture
def model(fresh, stood):
    with model_of(fresh) as (city, said):
        said += stood[1]
        yield city, said


@pytest.fixture
def unsettled(monkeypatch):
    """Leave out the run of every job that ends a history: one test looks at it."""

    async def nothing(self):
        return None

    monkeypatch.setattr(ModelCity, "settle", nothing)


@contextmanager
def model_of(house, seed=1):
    platform, said = house.platform, []
    state = agreed(platform.store, "daegu", seed)
    simulation = Simulation(platform.city, platform.clock, seed)
    yield ModelCity(platform, simulation, platform.clock, state, said.append), said


def rows(house):
    tables = apsw.Connection(str(house.folder / "city.db"), flags=apsw.SQLITE_OPEN_READONLY)
    return tables.execute("SELECT count(*) FROM series").fetchone()[0]


def spoken_between(house, since, until):
    messages = house.run(house.platform.hub.messages(limit=1_000_000))
    return [one for _, one in messages if since <= one.received_at < until]


def test_the_registers_are_loaded_once(fresh, model):
    city, said = model
    assert said[0] == (
        f"{len(city.simulation.registers()):,} register entries and devices are in the hub."
    )
    assert said[1].endswith("entries of the administration's registers are in the hub.")
    assert len(fresh.platform.registry) == len(city.simulation.devices())
    head = fresh.run(fresh.platform.hub.head())
    with model_of(fresh) as (again, said_again):
        fresh.run(again.stand())
    assert fresh.run(fresh.platform.hub.head()) == head
    assert said_again == []
    assert held(fresh.platform.store) == State(
        "daegu", 1, has_registers=True, has_papers=True, has_networks=True
    )


def test_the_pipe_networks_are_loaded_with_their_areas(fresh, model):
    networks = fresh.run(loaded(fresh.platform.hub))
    assert [network.dma for network in networks] == [
        f"urn:ngsi-ld:DistrictMeteredArea:gachang:{number}" for number in (1, 2, 3, 4)
    ]
    kept = [fresh.run(fresh.platform.hub.kept(network.digest)) for network in networks]
    assert kept == [inp for _, _, inp in model[0].simulation.networks()]


@pytest.mark.parametrize(("city", "seed"), [("daegu", 2), ("busan", 1)])
def test_another_city_is_refused(fresh, model, city, seed):
    with pytest.raises(CityOtherwise, match="daegu of seed 1"):
        agreed(fresh.platform.store, city, seed)
    assert agreed(fresh.platform.store, "daegu", 1).has_registers


def test_a_fresh_folder_takes_any_city(tmp_path):
    with a_house(tmp_path / "empty") as house:
        assert held(house.platform.store) is None
        assert agreed(house.platform.store, "daegu", 7) == State("daegu", 7)


def test_history_goes_on_where_it_was_cut(fresh, model):
    city, said = model
    now = fresh.clock.now()
    fresh.run(city._remember(history_until=now, history_reached=now - HOUR))
    fresh.run(city.remember_history(TWO_HOURS))
    assert city.progress is None
    assert said[-1].startswith("History since 2026-11-22T01:00:00Z")
    assert spoken_between(fresh, now - HOUR, now) == []
    expected = city.simulation.messages(now - 2 * HOUR, now - HOUR)
    assert len(spoken_between(fresh, now - 2 * HOUR, now - HOUR)) == len(list(expected))
    assert held(fresh.platform.store).history_reached == now - 2 * HOUR
    runs = fresh.platform.runner.last_runs()
    assert {name: one.outcome for name, one in runs.items()} == dict.fromkeys(runs, "done")
    assert set(runs) == set(fresh.platform.runner.jobs)


def test_history_that_was_interrupted_ends_as_if_it_was_not(fresh, model, unsettled):
    city, _ = model

    async def interrupt():
        building = asyncio.create_task(city.remember_history(TWO_HOURS))
        for _ in range(3):
            await asyncio.wait_for(fresh.platform.store.next_commit(), 5)
        building.cancel()
        with pytest.raises(asyncio.CancelledError):
            await building

    fresh.run(interrupt())
    assert held(fresh.platform.store).history_reached is None
    partly = rows(fresh)
    fresh.run(city.remember_history(TWO_HOURS))
    whole = rows(fresh)
    assert partly < whole
    stored = fresh.platform.intake.counters.stored
    now = fresh.clock.now()
    fresh.run(city.simulation.backfill(fresh.platform.intake, days=TWO_HOURS, until=now))
    assert fresh.platform.intake.counters.stored == stored  # nothing was left out


async def lived(city, clock, span):
    """Let the city live for a while, then end it as a stop does."""
    living = asyncio.create_task(city.live())
    until = clock.now() + span
    while clock.now() < until:
        await clock.advance(timedelta(seconds=20))
        await asyncio.sleep(0.001)  # planning and storing run in threads
    living.cancel()
    with pytest.raises(asyncio.CancelledError):
        await living


def test_what_was_said_while_the_city_was_away_is_heard_later(fresh, model, unsettled):
    city, _ = model
    left = fresh.clock.now() - HOUR
    fresh.run(city._remember(heard_until=left, history_until=left, history_reached=left - DAY))
    fresh.run(city.remember_history(1))
    expected = list(city.simulation.messages(left, fresh.clock.now()))
    assert len(spoken_between(fresh, left, fresh.clock.now())) == len(expected)


def test_a_city_notes_how_far_it_heard_once_nothing_is_owed(fresh, model, unsettled):
    city, _ = model
    left = fresh.clock.now() - HOUR
    fresh.run(city._remember(heard_until=left))
    fresh.run(lived(city, fresh.clock, timedelta(minutes=1)))
    assert held(fresh.platform.store).heard_until == left  # the hour before is owed still
    fresh.run(city.remember_history(0))
    fresh.run(lived(city, fresh.clock, timedelta(minutes=1)))
    assert held(fresh.platform.store).heard_until == fresh.clock.now()


def test_a_killed_city_lost_count_of_minutes_only(fresh, model, unsettled):
    city, _ = model
    fresh.run(city.remember_history(0))
    begun = fresh.clock.now()

    async def killed():
        noting = asyncio.create_task(city._keep_noting())
        await asyncio.sleep(0)
        commit = fresh.platform.store.next_commit()  # taken before what leads to it
        await fresh.clock.advance(NOTE_EVERY)
        await asyncio.wait_for(commit, 5)
        noting.cancel()

    fresh.run(killed())
    assert held(fresh.platform.store).heard_until == begun + NOTE_EVERY
