"""Makes the index of Smart Data Models that ships with the package.

    pip download --no-deps pysmartdatamodels
    python tools/smart_data_models.py pysmartdatamodels-0.8.2.0-py3-none-any.whl

Only the data inside of the wheel is read, none of its code. Models that name a licence of their
origin other than those in `LICENCES` stay out; NOTICE.md beside the index tells the rest.
"""

import argparse
import gzip
import lzma
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_args

from msgspec import json

from dalgu.hub.smart_data_models.catalogue import (
    INDEX,
    Catalogue,
    Kind,
    Model,
    ModelAttribute,
    Type,
)

ASSETS = "pysmartdatamodels/model-assets/"
GEOJSON = "https://purl.org/geojson/"
LICENCES = re.compile(
    r"|MIT|https://creativecommons\.org/licenses/by/4\.0"
    r"|https://opensource\.org/licenses/(MIT|BSD-3-Clause)"
    r"|http://www\.opendatacommons\.org/licenses/pddl/1\.0|https://smart-data-models\.github\.io/.*"
)
RANGES = (  # how the tables say what numbers there may be: pattern -> lowest and highest
    (re.compile(r"(?i)number between (-?[\d.]+) and (-?\d+(?:\.\d+)?)"), None),
    (re.compile(r"(?i)allowed values:? (-?[\d.]+) ?(?:-|to) ?(\d+(?:\.\d+)?)"), None),
    (re.compile(r"(?i)allowed values:? (?:any|a) positive integer number or 0"), (0.0, None)),
)
MAX_DESCRIPTION = 600  # signs; a few tables hold whole pages

Row = dict[str, Any]


def main() -> None:
    """Read a wheel and write the index."""
    options = argparse.ArgumentParser(description="Make the index of Smart Data Models.")
    options.add_argument("wheel", type=Path)
    wheel: Path = options.parse_args().wheel
    with zipfile.ZipFile(wheel) as archive:
        rows: list[Row] = json.decode(
            gzip.decompress(archive.read(ASSETS + "smartdatamodels.json.gz"))
        )
        about = json.decode(archive.read(ASSETS + "datamodels_metadata.json"))
        listed = json.decode(archive.read(ASSETS + "official_list_data_models.json"))
    domains = {one["repoName"]: tuple(one["domains"]) for one in listed["officialList"]}
    made = index("-".join(wheel.name.split("-")[:2]), rows, about, domains)
    INDEX.write_bytes(lzma.compress(json.encode(made), preset=9 | lzma.PRESET_EXTREME))
    attributes = sum(len(one.attributes) for one in made.models)
    print(f"{len(made.models)} models, {attributes} attributes, {INDEX.stat().st_size} bytes")


def index(
    source: str, rows: list[Row], about: list[Row], domains: dict[str, tuple[str, ...]]
) -> Catalogue:
    """Return the catalogue of what may be shipped."""
    told = {(one["subject"], one["dataModel"]): one for one in about}
    by_model: dict[tuple[str, str], list[Row]] = {}
    inner: dict[str, dict[str, str]] = {}
    for row in rows:
        by_model.setdefault((row["repoName"], row["dataModel"]), []).append(row)
    models = []
    for key, its in by_model.items():
        if not LICENCES.fullmatch((told[key].get("license") or "").strip()):
            continue
        model = model_of(told[key], its, domains.get(key[0], ()))
        models.append(model)
        inner.setdefault(key[0], {}).update(inner_terms(its, model))
    models.sort(key=lambda one: (one.subject, one.name))
    return Catalogue(source=source, models=tuple(models), inner_terms=inner)


def model_of(told: Row, rows: list[Row], domains: tuple[str, ...]) -> Model:
    """Return one model."""
    attributes = [attribute_of(row) for row in own(rows) if row["property"] not in ("id", "type")]
    names = {one.name for one in attributes}
    return Model(
        name=told["dataModel"],
        subject=told["subject"],
        version=told["version"],
        description=words(told["description"]),
        tags=words(told.get("modelTags") or ""),
        domains=domains,
        required=tuple(one for one in told.get("required") or () if one in names),
        attributes=tuple(attributes),
        derived_from=told.get("derivedFrom") or "",
        licence=(told.get("license") or "").strip(),
    )


def own(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the attributes themselves, without those of parts of their values.

    The tables are sorted by name, and the parts of a value follow it; not all of them name their
    parent. What is out of order is a part.
    """
    outer = [row for row in rows if "parentId" not in row and GEOJSON not in row["context"]]
    names = [row["property"] for row in outer]
    orders = (increasing(names), increasing([name.lower() for name in names]))
    return [outer[position] for position in max(orders, key=len)]


def increasing(names: Sequence[str]) -> list[int]:
    """Return the positions of the longest strictly increasing subsequence.

    >>> increasing(["a", "c", "x", "z", "d"])
    [0, 1, 4]
    """
    tails: list[str] = []
    ends: list[int] = []
    before: list[int] = []
    for position, name in enumerate(names):
        length = bisect_left(tails, name)
        tails[length:] = [name, *tails[length + 1 :]]
        ends[length:] = [position, *ends[length + 1 :]]
        before.append(ends[length - 1] if length else -1)
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


def attribute_of(row: Row) -> ModelAttribute:
    """Return one attribute."""
    description = row.get("description") or ""
    low, high = bounds(description)
    kind, type_ = row.get("typeNGSI"), row.get("type")
    return ModelAttribute(
        name=row["property"],
        iri=row["context"],
        kind=kind if kind in get_args(Kind) else "Property",
        type=type_ if type_ in get_args(Type) else "",
        description=words(description),
        enum=tuple(one for one in row.get("enum") or () if isinstance(one, str)),
        format=row.get("format") or "",
        units=words(row.get("units") or ""),
        low=low,
        high=high,
        means=(row.get("model") or "").strip(),
    )


def bounds(description: str) -> tuple[float | None, float | None]:
    """Return the lowest and highest number that a description allows.

    >>> bounds("Occupancy. Allowed values: 0 - 1")
    (0.0, 1.0)
    """
    for pattern, fixed in RANGES:
        said = pattern.search(description)
        if said is not None:
            return fixed or (float(said[1].rstrip(".")), float(said[2]))
    return None, None


def inner_terms(rows: Iterable[Row], model: Model) -> dict[str, str]:
    """Return the terms inside of values that the attributes themselves do not name."""
    outer = {one.name for one in model.attributes} | {"id", "type"}
    return {
        row["property"]: row["context"]
        for row in rows
        if row["property"] not in outer and row["context"][:1] != "@"
    }


def words(text: str) -> str:
    """Return a text in one line, cut where it is a page."""
    return " ".join(text.split())[:MAX_DESCRIPTION]


if __name__ == "__main__":
    main()
