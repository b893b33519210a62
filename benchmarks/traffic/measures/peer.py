"""What package atspm makes of its own sample events; run by its own interpreter, not by ours.

`python peer.py FOLDER` writes the sample and each measure as Parquet, and `seconds.json`. Where
the folder holds `given_events.csv` and `given_detectors.csv`, these are taken instead of the
sample. All times are whole milliseconds since 1970, absent values are null.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas
from atspm import SignalDataProcessor, sample_data
from traffic_anomaly import sample_data as traffic_samples

BIN_MIN = 15
EVERY = {
    "has_data": {"no_data_min": 5, "min_data_points": 3},
    "actuations": {"fill_in_missing": True},
    "arrival_on_green": {"latency_offset_seconds": 0},
    "platoon_ratio": {},
    "yellow_red": {"latency_offset_seconds": 1.5, "min_red_offset": -8},
    "split_failures": {
        "red_time": 5,
        "red_occupancy_threshold": 0.80,
        "green_occupancy_threshold": 0.80,
        "by_approach": True,
        "by_cycle": False,
    },
    "terminations": {},
    "splits": {},
    "ped": {},
    "unique_ped": {"seconds_between_actuations": 15},
    "full_ped": {"seconds_between_actuations": 15, "return_volumes": True},
    "communications": {"event_codes": "400,503,502"},
    "coordination": {},
    "coordination_agg": {},
    "timeline": {"min_duration": 0.2, "cushion_time": 60, "maxtime": True},
    "ped_delay": {},
    "phase_wait": {},
}
HEALTH = {
    "": (
        {"rolling_window_days": 7, "drop_days": 7, "min_rolling_window_samples": 96},
        {"GEH": True, "MAD": True, "log_adjust_negative": True},
    ),
    ".otherwise": (
        {"rolling_window_days": 3, "drop_days": 3, "min_rolling_window_samples": 96 * 2},
        {"entity_threshold": 2.0, "group_threshold": 1.0},
    ),
}
OTHERWISE = {
    "split_failures": {"by_cycle": True},
    "actuations": {"fill_in_missing": False},
    "full_ped": {"return_volumes": False},
    "arrival_on_green": {"latency_offset_seconds": 1.5},
    "yellow_red": {"latency_offset_seconds": 0, "min_red_offset": -30},
    "timeline": {"min_duration": 0, "max_event_gap_seconds": None},
}


def _given(folder):
    """The events and detectors to be measured."""
    if not (folder / "given_events.csv").exists():
        return sample_data.data.df(), sample_data.config.df()
    events = pandas.read_csv(folder / "given_events.csv")
    events["TimeStamp"] = pandas.to_datetime(events.pop("at_ms"), unit="ms")
    return events, pandas.read_csv(folder / "given_detectors.csv")


def _run(settings, controller, given):
    processor = SignalDataProcessor(
        raw_data=given[0],
        detector_config=given[1],
        bin_size=BIN_MIN,
        controller_type=controller,
        verbose=0,
        aggregations=[{"name": name, "params": dict(given)} for name, given in settings.items()],
    )
    processor.load()
    processor.aggregate()
    return processor


def _lanes(folder, given):
    """Split failures of single lanes: the package's own way to them returns nothing.

    (Its phase events carry detector 0 and meet no detector.) So it is given one detector at a
    time, which makes an approach of one lane.
    """
    events, every = given
    settings = {**EVERY["split_failures"], "by_cycle": True}
    parts = []
    for row in every[every.Function == "Presence"].itertuples():
        one = every[every.index == row.Index]
        processor = _run({"split_failures": settings}, "maxtime", (events, one))
        parts.append(processor.conn.execute("SELECT * FROM split_failures").df())
        parts[-1]["Detector"] = row.Parameter
    lanes = pandas.concat(parts)
    connection = duckdb.connect()
    connection.register("lanes", lanes)
    target = folder / "split_failures.lanes.parquet"
    query = _select(connection, "lanes")
    connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


def _select(connection, table):
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    columns = [
        f'epoch_ms("{name}") AS "{name}"' if kind.startswith("TIMESTAMP") else f'"{name}"'
        for name, kind, *_ in described
    ]
    return f"SELECT {', '.join(columns)} FROM {table}"


def _write(processor, folder, names, suffix):
    for name in names:
        target = folder / f"{name}{suffix}.parquet"
        query = _select(processor.conn, name)
        processor.conn.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


def _health(folder):
    """Detector health of the counts that package traffic-anomaly, which atspm uses, ships."""
    counts = traffic_samples.vehicle_counts.copy()
    counts = counts.rename(columns={"timestamp": "TimeStamp", "total": "Total"})
    counts = counts.rename(columns={"intersection": "DeviceId", "detector": "Detector"})
    connection = duckdb.connect()
    connection.register("counts", counts)
    connection.execute(f"COPY ({_select(connection, 'counts')}) TO '{folder}/counts.parquet'")
    groups = counts[["DeviceId"]].drop_duplicates()
    groups["group"] = groups["DeviceId"] % 2
    for name, (decomposing, judging) in HEALTH.items():
        who = {"datetime_column": "TimeStamp", "value_column": "Total"}
        who["entity_grouping_columns"] = ["DeviceId", "Detector"]
        params = {
            "data": counts,
            "device_groups": groups,
            "return_last_n_days": 99,
            "decompose_params": {**who, **decomposing},
            "anomaly_params": {**who, "group_grouping_columns": ["group"], **judging},
        }
        processor = _run({"detector_health": params}, "maxtime", _given(folder))
        _write(processor, folder, ["detector_health"], name)


def main(folder):
    """Write all that the package makes of its sample into the folder."""
    given = _given(folder)
    first = _run(EVERY, "maxtime", given)
    _write(first, folder, (*EVERY, "raw_data", "detector_config"), "")
    otherwise = {name: {**EVERY[name], **given} for name, given in OTHERWISE.items()}
    second = _run({"has_data": EVERY["has_data"], **otherwise}, "maxtime", given)
    _write(second, folder, OTHERWISE, ".otherwise")
    _lanes(folder, given)
    _health(folder)
    seconds = {**first.runtimes, **{f"{k}.otherwise": v for k, v in second.runtimes.items()}}
    versions = {name: version(name) for name in ("atspm", "duckdb")}
    (folder / "seconds.json").write_text(json.dumps({"seconds": seconds, "versions": versions}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
