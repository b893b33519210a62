from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.certification.office.rounds import House, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A platform on which nothing has happened yet."""
    with a_house(tmp_path / "city") as built:
        yield built


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A platform with an issuer, and a case that was granted and not issued yet."""
    with a_house(tmp_path_factory.mktemp("city")) as built:
        built.with_issuer()
        yield built.until_decided()
