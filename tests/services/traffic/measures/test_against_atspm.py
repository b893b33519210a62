"""Half an hour of a real controller, and what package atspm made of it (data/NOTICE.md)."""

import csv
import json
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest
from benchmarks.traffic.measures.atspm import compared
from benchmarks.traffic.measures.ours import FUNCTIONS, MEASURES, Sample

from dalgu.services.traffic.measures.events import ControllerEvents, DetectorAssignments
from dalgu.services.traffic.measures.importing import read_events

DATA = Path(__file__).parent / "data"
PEER = json.loads((DATA / "atspm_2.6.1.json").read_text())


@pytest.fixture(scope="module")
def sample():
    imported = read_events(DATA / "controller_1136.csv.gz", UTC)
    assert imported.refused == ()
    assert imported.devices == ("1136",)
    one = imported.events
    number = np.full(len(one), 1136)
    rows = list(csv.DictReader((DATA / "detectors_1136.csv").read_text().splitlines()))
    columns = (
        np.array([int(row[name]) for row in rows]) for name in ("DeviceId", "Phase", "Parameter")
    )
    detectors = DetectorAssignments(*columns, tuple(FUNCTIONS[row["Function"]] for row in rows))
    return Sample(ControllerEvents(one.at_s, number, one.code, one.parameter), detectors)


@pytest.mark.parametrize("name", PEER)
def test_a_measure_is_the_peers_row_for_row(name, sample):
    ours = list(zip(*(column.tolist() for column in MEASURES[name].make(sample)), strict=True))
    equal, only_peer, only_ours = compared([tuple(row) for row in PEER[name]], ours)
    assert (only_peer, only_ours) == ([], [])
    assert equal == len(PEER[name])


def test_the_comparison_sees_a_row_that_differs_and_one_that_is_missing():
    peer = [(1, 0.5), (2, 0.25), (3, 1.0)]
    assert compared(peer, peer) == (3, [], [])
    assert compared(peer, [(1, 0.5), (2, 0.2500001)]) == (2, [(3, 1.0)], [])
    assert compared(peer, [(1, 0.5), (2, 0.2501), (3, 1.0)]) == (2, [(2, 0.25)], [(2, 0.2501)])
    assert compared([(1, 0.5)], [(1, 0.5), (1, 0.5)])[0] == 1
