import pytest
from tests.center.incidents.around import Room


@pytest.fixture
def room(tmp_path):
    opened = Room(tmp_path)
    yield opened
    opened.run(opened.store.close())
    opened.loop.close()
