"""The wall clock jumps; what the city is told of time stays in its order."""

from datetime import UTC, datetime, timedelta

import pytest

from dalgu.kernel.clock import LARGEST_SLEW, SystemClock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def wall():
    class Wall:
        at = NOON

        def __call__(self):
            return self.at

    return Wall()


def test_a_small_step_back_is_not_seen_and_time_goes_on(wall):
    clock = SystemClock(wall)
    before = clock.now()
    wall.at -= timedelta(minutes=10)
    seen = [clock.now() for _ in range(1_000)]
    assert seen == sorted(seen)
    assert before <= seen[0] < seen[-1] < before + timedelta(seconds=10)
    wall.at = before + timedelta(minutes=1)
    assert clock.now() == wall.at  # they have met


def test_a_step_forward_is_followed(wall):
    clock = SystemClock(wall)
    clock.now()
    wall.at += timedelta(days=2)
    assert clock.now() == wall.at


def test_a_large_step_back_is_followed_since_somebody_set_the_clock_right(wall):
    clock = SystemClock(wall)
    clock.now()
    wall.at -= LARGEST_SLEW + timedelta(minutes=1)
    assert clock.now() == wall.at
