"""Reads what others publish of payload codecs, and compares ours with it."""

import json
import math
from functools import cache
from pathlib import Path

from dalgu.devices.codecs.host import Call, Codec
from dalgu.kernel.clock import iso

NATIVE = {
    "kamstrup/flowiq2200-02k73a": "kamstrup-flowiq2200",
    "sensus/iperl": "sensus-iperl",
    "elvaco/cmi4110": "elvaco-cmi4110",
    "elvaco/cmi4111": "elvaco-cmi4111",
    "elvaco/cmi4130": "elvaco-cmi4130",
    "elvaco/cmi4140": "elvaco-cmi4140",
    "elvaco/cmi4160": "elvaco-cmi4160",
    "acrios/acr-cv-101l-m-d": "acrios-mbus",
    "acrios/acr-cv-101l-m-eac": "acrios-mbus",
    "aquascope/aqm": "aquascope-aqm",
    "aquascope/aqs": "aquascope-aqs",
    "quandify/cubicmeter-1-1-copper": "quandify-cubicmeter",
    "quandify/cubicmeter-1-1-plastic": "quandify-cubicmeter",
    "dragino/sw3l": "dragino-sw3l",
    "talkpool/oy1320": "talkpool-oy1320",
}
# A snapshot has ps-lb and s31-lb examples that are those of another Dragino device, the LHT65.
FOREIGN = frozenset(("dragino/ps-lb", "dragino/s31-lb"))
RELATIVE_TOLERANCE = 1e-12  # a power in another mathematics library ends in other bits


def without_nulls(value):
    """Return a value without nulls: JSON has no undefined, which some runners make null."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def same(ours, theirs):
    """Tell whether two JSON values are equal, floats to a last bit or two."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) or isinstance(theirs, float):
        numbers = all(isinstance(one, int | float) for one in (ours, theirs))
        return numbers and math.isclose(ours, theirs, rel_tol=RELATIVE_TOLERANCE)
    return ours == theirs


def equal(result, expected):
    """Tell whether a codec's result is the expected one."""
    result = result if isinstance(result, dict) else {}
    parts = [part for part in ("data", "errors", "warnings") if expected.get(part)]
    return all(same(without_nulls(result.get(p)), without_nulls(expected[p])) for p in parts)


def examples(data, codecs, now):
    """Return what is well-formed, as (device, call, expected), and what is not, by its reason."""
    well, ill = [], []
    for device, rows in json.loads((data / "ttn-examples.json").read_text("utf-8")).items():
        source = (codecs / device / "reference/upstream-codec.js").read_text("utf-8")
        codec = Codec(device, source)
        for index, row in enumerate(rows):
            given = row["input"] or {}
            if given.get("bytes") is None:
                ill.append((device, index, "carries no bytes"))
            elif device in FOREIGN:
                ill.append((device, index, "belongs to another device"))
            elif not _parses(source):
                ill.append((device, index, "codec snapshot does not parse as JavaScript"))
            else:
                told = {
                    "bytes": given["bytes"],
                    "fPort": given.get("fPort"),
                    "recvTime": given.get("recvTime") or iso(now),
                    "variables": {},
                }
                well.append((device, Call(codec, "decodeUplink", told, now), row["output"]))
    return well, ill


def vectors(package, now):
    """Return the normalised vectors of the npm package, as (device, call, expected)."""
    rows = []
    for file in sorted(package.glob("codecs/*/*/vectors.json")):
        device = "/".join(file.parts[-3:-1])
        codec = Codec(device, (file.parent / "codec.js").read_text("utf-8"))
        rows += [
            (device, Call(codec, "decodeUplink", row["input"], now), row["expected"])
            for row in json.loads(file.read_text("utf-8"))["uplink"]
        ]
    return rows


def meets(result, expected):
    """Tell whether a result meets a vector: the same data, and texts that hold those expected."""
    told = {part: "\n".join(map(str, result.get(part) or ())) for part in ("errors", "warnings")}
    texts = all(text in told[part] for part in told for text in expected.get(part, ()))
    return texts and same(
        without_nulls(result.get("data") or {}), without_nulls(expected.get("data") or {})
    )


def total_l(expected):
    """Return the register in litres that a vector asks for, `None` where there is none."""
    data = expected.get("data") or {}
    if "metering.water.total" in data:
        return data["metering.water.total"]
    return ((data.get("metering") or {}).get("water") or {}).get("total")


@cache
def _parses(source):
    """Tell whether a text is JavaScript at all."""
    import quickjs

    try:
        quickjs.Context().eval(f"new Function({json.dumps(source)})")
    except quickjs.JSException:
        return False
    return True


def package_folder(path):
    """Return the folder of an unpacked npm package."""
    folder = Path(path)
    return folder / "package" if (folder / "package").is_dir() else folder
