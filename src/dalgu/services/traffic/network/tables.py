"""A network as tables and back, without loss: a folder or a zip of CSV files, as GTFS has it.

What each column holds stands in `tables.toml`; `dalgu traffic tables` prints it.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import (
    Corridor,
    Crossing,
    Detector,
    DetectorKind,
    Inflow,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
    Turn,
    Zone,
)
from dalgu.services.traffic.network.refusals import NetworkFileTooLarge, NetworkFileUnreadable
from dalgu.services.traffic.network.table_cells import Row, read_rows, tables
from dalgu.services.traffic.network.table_rows import hours_of, numbered, of_signal

MOST_MB: Final = 300
VERSION: Final = 1
Rows = Mapping[str, list[Row]]


def network_of_tables(files: Mapping[str, bytes], name: str = "network") -> Network:
    """Return the network of some tables, by file name (`nodes.txt` ...).

    Raises
    ------
    NetworkFileUnreadable
        When a table that is needed is not there, or their version is another.
    TableInvalid
        When a cell cannot be, with file, line and column.

    """
    for needed, table in tables().items():
        if table.is_needed and f"{needed}.txt" not in files:
            raise NetworkFileUnreadable(name, f"table '{needed}.txt' is missing.")
    rows = {
        one: read_rows(one, files[f"{one}.txt"]) if f"{one}.txt" in files else []
        for one in tables()
    }
    info = rows["feed_info"][0].values if rows["feed_info"] else {}
    if info.get("format_version", VERSION) != VERSION:
        raise NetworkFileUnreadable(name, f"feed_info.txt says another version than {VERSION}.")
    return Network(
        name=info.get("name", name),
        nodes=_each(rows["nodes"], _node),
        links=_each(rows["links"], _link),
        lanes=_each(rows["lanes"], _lane),
        movements=_each(rows["movements"], _movement),
        signals=_signals(rows),
        crossings=_each(rows["crossings"], _crossing),
        detectors=_each(rows["detectors"], _detector),
        corridors=_each(rows["corridors"], _corridor),
        inflows=tuple(Inflow(link, veh_h) for link, veh_h in hours_of(rows["inflows"])),
        is_geographic=info.get("is_geographic", True),
        source=info.get("source", ""),
    )


def unzipped(file: str, body: bytes) -> dict[str, bytes]:
    """Return the tables of a zip by their file name, whatever folder they lie in.

    Raises
    ------
    NetworkFileUnreadable, NetworkFileTooLarge
        When it is no zip, or unpacks to too much.

    """
    known = {f"{name}.txt" for name in tables()}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            members = [one for one in packed.infolist() if _base(one.filename) in known]
            if sum(one.file_size for one in members) > MOST_MB * 1_000_000:
                raise NetworkFileTooLarge(file, MOST_MB)
            return {_base(one.filename): _member(packed, one) for one in members}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise NetworkFileUnreadable(file, "it is no zip that can be opened.") from None


def _member(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """Return a member; no more than its directory says is unpacked."""
    with packed.open(one) as opened:
        return opened.read(one.file_size)


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _each(rows: Sequence[Row], make: Callable[[Row], Any]) -> tuple[Any, ...]:
    return tuple(make(row) for row in rows)


def _name(row: Row) -> Text:
    return Text(row["name_ko"], row["name_en"])


def _node(row: Row) -> Node:
    return Node(row["node_id"], row["lon"], row["lat"], _name(row), row["district"])


def _link(row: Row) -> Link:
    return Link(
        row["link_id"],
        row["start_node"],
        row["end_node"],
        row["length_m"],
        row["lanes"],
        row["free_speed_kmh"],
        _name(row),
        row["road_class"],
        row["geometry"],
    )


def _lane(row: Row) -> Lane:
    return Lane(
        row["lane_id"],
        row["link_id"],
        row["index"],
        row["length_m"],
        row["saturation_veh_h"],
        row["share"],
    )


def _movement(row: Row) -> Movement:
    return Movement(
        row["movement_id"],
        row["lane_id"],
        row["exit_link"],
        Turn(row["turn"]),
        row["signal_id"],
        row["group"],
        row["permissive"],
        row["share"],
    )


def _crossing(row: Row) -> Crossing:
    return Crossing(
        row["crossing_id"],
        row["node_id"],
        row["over_links"],
        row["length_m"],
        row["signal_id"],
        row["group"],
        Zone(row["zone"]),
    )


def _detector(row: Row) -> Detector:
    kind = DetectorKind(row["kind"])
    return Detector(row["detector_id"], row["lane_id"], kind, row["from_m"], row["to_m"])


def _corridor(row: Row) -> Corridor:
    return Corridor(row["corridor_id"], _name(row), row["signals"])


def _signals(rows: Rows) -> tuple[Signal, ...]:
    known = {row["signal_id"] for row in rows["signals"]}
    groups = of_signal(rows["groups"], known)
    stages = of_signal(rows["stages"], known)
    plans = of_signal(rows["plans"], known)
    steps = of_signal(rows["plan_steps"], known)
    between = of_signal(rows["intergreens"], known)
    made = []
    for row in rows["signals"]:
        name = row["signal_id"]
        own = numbered(groups.get(name, []), "group")
        plan_rows = numbered(plans.get(name, []), "plan")
        signal = Signal(
            id=name,
            nodes=row["nodes"],
            groups=tuple(_group(one) for one in own),
            intergreen_s=_matrix(between.get(name, []), len(own)),
            stages=tuple(
                Stage(one["name"], one["groups"]) for one in numbered(stages.get(name, []), "stage")
            ),
            plans=_plans(plan_rows, steps.get(name, [])),
            name=_name(row),
        )
        made.append(signal)
    return tuple(made)


def _group(row: Row) -> Group:
    kind = GroupKind(row["kind"])
    return Group(row["name"], kind, row["min_green_s"], row["max_red_s"], row["amber_s"])


def _matrix(rows: Sequence[Row], groups: int) -> tuple[tuple[float, ...], ...]:
    table = [[0.0] * groups for _ in range(groups)]
    for row in rows:
        for column in ("from_group", "to_group"):
            if not 0 <= row[column] < groups:
                raise row.refuse(column, f"the signal has groups 0 to {groups - 1}")
        table[row["from_group"]][row["to_group"]] = row["intergreen_s"]
    return tuple(tuple(row) for row in table)


def _plans(plans: Sequence[Row], steps: Sequence[Row]) -> tuple[Plan, ...]:
    own: dict[int, list[Row]] = {row["plan"]: [] for row in plans}
    for step in steps:
        if step["plan"] not in own:
            raise step.refuse("plan", "plans.txt has no such plan of this signal")
        own[step["plan"]].append(step)
    return tuple(
        Plan(
            row["name"],
            tuple(Step(s["stage"], s["green_s"]) for s in numbered(own[row["plan"]], "step")),
            row["offset_s"],
        )
        for row in plans
    )
