import asyncio

import pytest
from tests.center.alarms.around import House


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    yield built
    asyncio.run(built.store.close())
