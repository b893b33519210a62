"""Cities under the test framework, as profiles, for the tests of comparison."""

import numpy as np
from tests.certification.scoring.frameworks import a_city

from dalgu.certification.comparison.profile import CityProfile, profile
from dalgu.certification.framework.model import Framework
from dalgu.certification.scoring.basis import Basis
from dalgu.kernel.text import Text


def a_profile(
    framework: Framework, n: int, middle: float = 70.0, city_type: str = "large"
) -> CityProfile:
    basis = Basis(city_type, *a_city(framework, np.random.default_rng(n), middle))
    return profile(framework, f"city-{n:02}", Text(f"도시{n}", f"City {n}"), basis)
