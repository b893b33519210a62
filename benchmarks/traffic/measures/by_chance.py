"""Events of every code drawn by chance, and detectors for them: what a sample does not hold."""

import csv
from pathlib import Path

import numpy as np

DEVICES = (7, 12, 1136)
START_MS = 1_713_182_400_000  # 2024-04-15 12:00, as the sample
HOURS = 6
STEP_MS = 100
PHASES = 4
DETECTORS = 6
PHASE_CODES = (0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 21, 22, 23, 43, 44, 90)
PAIRED_CODES = (
    *(32, 33, 41, 42, 46, 47, 48, 49, 55, 56, 61, 62, 63, 64, 65, 66, 67, 71, 72),
    *(83, 84, 85, 86, 87, 88, 91, 92, 93, 94, 102, 104, 112, 113, 114, 115, 118, 119, 176, 177),
)
STATE_CODES = {150: 8, 173: 9, 174: 64, 175: 4, 178: 2, 180: 2, 202: 2}
RARE_CODES = (131, 132, 133, 179, 181, 182, 184, 316, 318, 300, 301, 400, 502, 503)
FUNCTIONS = ("Advance", "Presence", "Yellow_Red")
MEAN_CYCLE_MS = 60_000


def cycles(random, end_ms):
    """Events of one phase that runs as controllers do: (milliseconds, code)."""
    at, events = int(random.integers(0, MEAN_CYCLE_MS)), []
    while at < end_ms:
        green, red = random.integers(5_000, 60_000), random.integers(5_000, 60_000)
        for code, lasting in ((1, green), (7, 0), (8, 4_000), (9, 0), (10, 1_500), (11, red)):
            events.append((at, code))
            at += int(lasting)
    return events


def device_events(random):
    """Events of one device: (milliseconds, code, parameter)."""
    end_ms = HOURS * 3_600_000
    events = [
        (at, code, phase) for phase in range(1, PHASES + 1) for at, code in cycles(random, end_ms)
    ]

    def scatter(codes, parameters, count):
        chosen = random.choice(np.array(codes), count)
        at = random.integers(0, end_ms, count)
        events.extend(
            zip(
                at.tolist(), chosen.tolist(), random.choice(parameters, count).tolist(), strict=True
            )
        )

    numbers = np.arange(1, PHASES + 1)
    scatter((81, 82), np.arange(1, DETECTORS + 1), 12_000)
    scatter(PHASE_CODES, numbers, 400)
    scatter((43, 44, 90, 21, 22, 23), numbers, 1_500)
    scatter(PAIRED_CODES, numbers, 3_000)
    for code, states in STATE_CODES.items():
        scatter((code,), np.arange(states), 60)
    scatter(RARE_CODES, np.array([0, 60, 90, 120]), 120)
    return events


def draw(folder: Path, random: np.random.Generator):
    """Write events and detectors drawn by chance; no two events of a device at one instant.

    (The peer leaves the order of events at one instant to its database.) One device falls
    silent for four minutes, another for half an hour.
    """
    with (folder / "given_events.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("at_ms", "DeviceId", "EventId", "Parameter"))
        for position, device in enumerate(DEVICES):
            events = sorted(device_events(random))
            at = np.maximum.accumulate(np.array([row[0] for row in events]) // STEP_MS * STEP_MS)
            at = np.maximum.accumulate(at - np.arange(len(at)) * STEP_MS)
            at = START_MS + at + np.arange(len(at)) * STEP_MS
            silent = (at - START_MS) // 60_000
            kept = ~((position == 1) & (silent >= 100) & (silent < 104))
            kept &= ~((position == 2) & (silent >= 200) & (silent < 230))
            for one, (_, code, parameter), keep in zip(at.tolist(), events, kept, strict=True):
                if keep:
                    rows.writerow((one, device, code, parameter))
    with (folder / "given_detectors.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("DeviceId", "Phase", "Parameter", "Function"))
        for device in DEVICES:
            for detector in range(1, DETECTORS + 1):
                function = FUNCTIONS[detector % len(FUNCTIONS)]
                rows.writerow((device, int(random.integers(1, PHASES + 1)), detector, function))
