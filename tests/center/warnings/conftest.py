import os
from pathlib import Path

import pytest
from tests.center.warnings.around import Town

WHERE = "set DALGU_TEST_DATA; the messages are the fixtures of willglynn/oasiscap"
FOLDER = Path(os.environ.get("DALGU_TEST_DATA", "/nowhere")) / "center-cap"
VECTORS = sorted(FOLDER.glob("*.xml"))


@pytest.fixture(scope="session")
def vectors():
    """Return the public messages by name."""
    if not VECTORS:
        pytest.skip(WHERE)
    return {file.name: file.read_bytes() for file in VECTORS}


@pytest.fixture
def town(tmp_path):
    opened = Town(tmp_path / "city")
    yield opened
    opened.close()
    opened.runner.close()
