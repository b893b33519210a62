"""A made district: an hourly week of demand, weather noise, and leaks put in on purpose."""

import numpy as np

WEEK_M3H = np.resize(
    60 + 25 * np.sin((np.arange(24) - 9) / 24 * 2 * np.pi) + 8 * np.cos(np.arange(24) / 3), 168
)


def expected_of(days):
    return np.resize(WEEK_M3H, (1, days, 24)).copy()


def demand_of(days, seed=0, season=0.0):
    random = np.random.default_rng(seed)
    slow = 1 + season * np.sin(2 * np.pi * np.arange(days) / 365)[:, None]
    day = 1 + 0.01 * random.normal(size=(days, 1))
    hour = 1 + 0.03 * random.normal(size=(days, 24))
    return expected_of(days) * slow * day * hour
