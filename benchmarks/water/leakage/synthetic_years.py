"""Generated years of a town like L-TOWN, on which the parameters for it were fixed.

Nothing of the real year 2019 is in them: the week of the nominal model, a season of three
harmonics of random size and phase, demand noise, and leaks of the sizes and durations of the
published configuration of 2018 (a quarter more of them).
"""

import numpy as np

HOURS = 8_760
HEAD_M = 46.0  # mean pressure of the nominal model
DISCHARGE = 0.75 * np.sqrt(2 * 9.81) * 3_600  # m³/h per m² and root metre: WNTR's leak model
RUNNING_AT_FIRST = 4


def autoregressive(random, n, persistence, sd):
    from scipy.signal import lfilter

    steps = random.normal(0, sd * np.sqrt(1 - persistence**2), n)
    steps[0] = random.normal(0, sd)
    return lfilter([1], [1, -persistence], steps)


def season(random):
    at = np.arange(HOURS) / HOURS
    parts = [
        size * random.uniform(0.3, 1.3) * np.sin(2 * np.pi * (k * at + random.uniform()))
        for k, size in ((1, 0.1), (2, 0.05), (3, 0.025))
    ]
    return 1 + sum(parts)


def demand(random, week_m3h):
    hour = np.arange(HOURS) % 24
    week = np.resize(week_m3h, HOURS)
    mean = week_m3h.mean()
    bumps = sum(
        random.normal(0, 0.006) * np.sin(2 * np.pi * (k * hour / 24 + random.uniform()))
        for k in (1, 2, 3)
    )
    shape = mean + (week - mean) * (1 + random.normal(0, 0.01)) + mean * bumps
    day = np.repeat(autoregressive(random, HOURS // 24, 0.6, 0.015), 24)
    noise = mean * autoregressive(random, HOURS, 0.6, 0.03) + random.normal(0, 2, HOURS)
    return shape * season(random) * random.normal(1, 0.02) * (1 + day) + noise


def leak(hours, diameter_m, grows_h):
    """Flow of one leak: its diameter grows evenly, its area with the square."""
    grown = np.minimum(1.0, np.arange(hours) / grows_h) if grows_h else np.ones(hours)
    return np.pi / 4 * (diameter_m * grown) ** 2 * DISCHARGE * np.sqrt(HEAD_M)


def leaks(random):
    """Total leakage by the hour, m³/h, and the day on which each leak of the year began."""
    total = np.zeros(HOURS)
    for _ in range(RUNNING_AT_FIRST):
        total += leak(HOURS, random.uniform(0.0085, 0.012), 0)
    starts = []
    for _ in range(random.integers(12, 20)):
        began = int(random.uniform(5 * 24, HOURS - 20 * 24))
        lasts = HOURS if random.random() < 0.5 else int(random.uniform(10, 60) * 24)
        lasts = min(lasts, HOURS - began)
        grows_h = int(min(random.uniform(3, 80) * 24, lasts)) if random.random() < 0.5 else 0
        flow = leak(lasts, random.uniform(0.009, 0.023), grows_h)
        night_h = np.arange(began, began + lasts) - 3
        total[began : began + lasts] += flow * (1 + 0.01 * np.cos(2 * np.pi * night_h / 24))
        starts.append(began / 24)
    return total, sorted(starts)


def year(random, week_m3h):
    """Inflow and leakage by the hour, m³/h, and the starts in days."""
    leakage, starts = leaks(random)
    return demand(random, week_m3h) + leakage, leakage, starts
