"""A network written as tables: reading them again gives the same network."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import Network, Signal
from dalgu.services.traffic.network.table_cells import tables, write_rows
from dalgu.services.traffic.network.tables import VERSION

Written = Iterator[dict[str, Any]]
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # of a zip's members: the same network, the same bytes


def tables_of(network: Network) -> dict[str, bytes]:
    """Return the tables of a network by file name."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables()}
    rows["feed_info"] = [
        {
            "format_version": VERSION,
            "name": network.name,
            "source": network.source,
            "is_geographic": network.is_geographic,
        }
    ]
    rows["nodes"] = [
        {"node_id": o.id, "lon": o.lon, "lat": o.lat, "district": o.district} | _name(o.name)
        for o in network.nodes
    ]
    rows["links"] = list(_links(network))
    rows["lanes"] = [_renamed(o, {"id": "lane_id", "link": "link_id"}) for o in network.lanes]
    rows["movements"] = [
        _renamed(
            o, {"id": "movement_id", "lane": "lane_id", "exit": "exit_link", "signal": "signal_id"}
        )
        for o in network.movements
    ]
    rows["crossings"] = [
        _renamed(
            o, {"id": "crossing_id", "node": "node_id", "over": "over_links", "signal": "signal_id"}
        )
        for o in network.crossings
    ]
    rows["detectors"] = [
        _renamed(o, {"id": "detector_id", "lane": "lane_id"}) for o in network.detectors
    ]
    rows["corridors"] = [
        {"corridor_id": o.id, "signals": o.signals} | _name(o.name) for o in network.corridors
    ]
    rows["inflows"] = [
        {"link_id": o.link, "hour": hour, "veh_h": veh_h}
        for o in network.inflows
        for hour, veh_h in enumerate(o.veh_h)
    ]
    for signal in network.signals:
        for name, row in _signal(signal):
            rows[name].append(row)
    return {f"{name}.txt": write_rows(name, own) for name, own in rows.items()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, EPOCH), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _links(network: Network) -> Written:
    names = {"id": "link_id", "start": "start_node", "end": "end_node"}
    for link in network.links:
        yield _renamed(link, names) | _name(link.name)


def _renamed(one: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(field, field): getattr(one, field) for field in one.__struct_fields__}


def _name(name: Text) -> dict[str, str]:
    return {"name_ko": name.ko, "name_en": name.en}


def _signal(signal: Signal) -> Iterator[tuple[str, dict[str, Any]]]:
    own = {"signal_id": signal.id}
    yield "signals", own | {"nodes": signal.nodes} | _name(signal.name)
    for n, group in enumerate(signal.groups):
        yield "groups", own | {"group": n} | _renamed(group, {})
    for i, row in enumerate(signal.intergreen_s):
        for j, seconds in enumerate(row):
            if seconds:
                between = {"from_group": i, "to_group": j, "intergreen_s": seconds}
                yield "intergreens", own | between
    for n, stage in enumerate(signal.stages):
        yield "stages", own | {"stage": n, "name": stage.name, "groups": stage.groups}
    for n, plan in enumerate(signal.plans):
        yield "plans", own | {"plan": n, "name": plan.name, "offset_s": plan.offset_s}
        for k, step in enumerate(plan.steps):
            steps = {"plan": n, "step": k, "stage": step.stage, "green_s": step.green_s}
            yield "plan_steps", own | steps
