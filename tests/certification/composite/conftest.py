"""COINr's own example and small made datasets."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dalgu.certification.composite.chain import Result, run_chain
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.reading import read_dataset
from dalgu.certification.composite.structure import Element, Structure

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def asem() -> Dataset:
    return read_dataset(DATA / "ASEM_iData.csv", DATA / "ASEM_iMeta.csv")


@pytest.fixture(scope="session")
def result() -> Result:
    return run_chain(DATA / "ASEM_iData.csv", DATA / "ASEM_iMeta.csv", DATA / "recipe.toml")


@pytest.fixture
def flat() -> Callable[..., Dataset]:
    """A dataset of one group over the columns given, units named a, b, c …"""

    def make(*columns: list[float], directions: tuple[int, ...] = (), **options) -> Dataset:
        values = np.array(columns, dtype=float).T
        ways = directions or (1,) * len(columns)
        elements = [Element(f"x{place}", 1, "All", direction=way) for place, way in enumerate(ways)]
        units = [chr(ord("a") + row) for row in range(len(values))]
        structure = Structure.of([*elements, Element("All", 2)])
        return Dataset.of(units, values, structure, **options)

    return make
