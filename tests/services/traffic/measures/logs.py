"""Small logs written by hand: seconds since a full hour, code, parameter."""

import numpy as np

from dalgu.services.traffic.measures.events import (
    ControllerEvents,
    DetectorAssignments,
    DetectorFunction,
    distinct,
)

START_S = 1_713_182_400.0  # a full hour


def log(*rows, device=1):
    """Events of one device."""
    at, code, parameter = (np.array(column) for column in zip(*rows, strict=True))
    events = ControllerEvents(START_S + at, np.full(len(at), device), code, parameter)
    return distinct(events)


def cycle(at, phase, *, green=20.0, yellow=3.0, red_clearance=2.0):
    """One green of a phase and its clearance."""
    ends = at + green
    return [
        (at, 1, phase),
        (ends, 7, phase),
        (ends, 8, phase),
        (ends + yellow, 9, phase),
        (ends + yellow, 10, phase),
        (ends + yellow + red_clearance, 11, phase),
    ]


def detector(channel, phase, function, device=1):
    """One assignment."""
    return DetectorAssignments(
        np.array([device]), np.array([phase]), np.array([channel]), (DetectorFunction(function),)
    )


def offset_s(at_ms):
    """Seconds since the start of the log."""
    return (np.asarray(at_ms) / 1000 - START_S).tolist()
