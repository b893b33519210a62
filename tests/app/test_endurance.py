"""A disk that fails holds the works behind the pages up; it does not end them."""

import asyncio

import pytest

from dalgu.app import endurance
from dalgu.app.endurance import enduring
from dalgu.store.errors import DiskFull


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(endurance, "PAUSE_S", 0)


@pytest.mark.parametrize("is_grouped", [False, True])
def test_a_work_begins_again_after_the_disk_failed_it(is_grouped):
    runs = []

    async def fail():
        raise DiskFull("no room")

    async def work():
        runs.append(1)
        if len(runs) == 3:
            return
        if not is_grouped:
            await fail()
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

    asyncio.run(enduring("work", work))
    assert len(runs) == 3


def test_a_fault_of_ours_is_loud():
    async def work():
        raise KeyError("ours")

    with pytest.raises((KeyError, BaseExceptionGroup)):
        asyncio.run(enduring("work", work))
