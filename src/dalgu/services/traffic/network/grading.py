"""Level of service of links, by the speed that is left of the free one."""

import numpy as np
from numpy.typing import NDArray

# Share of the base free-flow speed above which a level holds (Highway Capacity Manual, 7th ed.,
# exhibit 18-1, urban street segments); F is what is left.
LEVELS = (("A", 0.80), ("B", 0.67), ("C", 0.50), ("D", 0.40), ("E", 0.30), ("F", -np.inf))


def levels(speed_kmh: NDArray[np.float64], free_kmh: NDArray[np.float64]) -> list[str]:
    """Return the level of each link, empty where no speed is known (NaN).

    >>> levels(np.array([45.0, 12.0, np.nan]), np.array([50.0, 50.0, 50.0]))
    ['A', 'F', '']
    """
    share = speed_kmh / free_kmh
    return ["" if np.isnan(one) else _level(float(one)) for one in share]


def _level(share: float) -> str:
    return next(name for name, above in LEVELS if share > above)


def link_means(
    values: NDArray[np.float64], weights: NDArray[np.float64], link: NDArray[np.int64], links: int
) -> NDArray[np.float64]:
    """Return the weighted mean of lanes' values by link, NaN where no lane has one.

    Parameters
    ----------
    values, weights, link
        Shape (L,): of each lane; `link` is its link's position.
    links
        How many links there are.

    """
    known = ~np.isnan(values)
    weight = np.where(known, np.maximum(weights, 1e-3), 0.0)
    total = np.bincount(link, np.where(known, values, 0.0) * weight, links)
    weighed = np.bincount(link, weight, links)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: NDArray[np.float64] = np.where(weighed > 0, total / weighed, np.nan)
    return means
