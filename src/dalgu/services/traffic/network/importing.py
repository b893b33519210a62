"""Reads a street network from whatever holds it: a SUMO net, an OpenStreetMap extract, tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from dalgu.services.traffic.network.identifiers import with_plain_ids
from dalgu.services.traffic.network.imported import Imported
from dalgu.services.traffic.network.osm_file import PBF
from dalgu.services.traffic.network.osm_import import network_of_osm
from dalgu.services.traffic.network.refusals import NetworkFormatUnknown
from dalgu.services.traffic.network.sumo_import import network_of_sumo
from dalgu.services.traffic.network.tables import network_of_tables, unzipped
from dalgu.services.traffic.network.xml_file import GZIP, unpacked

Format = Literal["sumo", "osm", "tables"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
ZIP: Final = b"PK\x03\x04"
LOOK: Final = 20_000  # bytes that a comment may take before the root element


def read_network(
    file: str, body: bytes, format_: Format | None = None, additional: Sequence[bytes] = ()
) -> Imported:
    """Read a network.

    Parameters
    ----------
    file
        Name of the file, for its name and for sentences.
    body
        What it holds.
    format_
        What it is; where not told, it is seen from the content.
    additional
        SUMO's additional files with detectors.

    Raises
    ------
    NetworkFormatUnknown, NetworkFileUnreadable, NetworkFileTooLarge, TableInvalid
        When it cannot be read.

    """
    kind = format_ or format_of(file, body)
    if kind == "tables":
        name = file.rsplit("/", 1)[-1].split(".")[0]
        return Imported(network_of_tables(unzipped(file, body), name), "tables")
    read = network_of_osm(file, body) if kind == "osm" else network_of_sumo(file, body, additional)
    return Imported(with_plain_ids(read.network), read.format, read.notes)


def read_folder(folder: Path) -> Imported:
    """Read the tables of a folder; raise `NetworkFileUnreadable`, `TableInvalid`."""
    files: Mapping[str, bytes] = {one.name: one.read_bytes() for one in folder.glob("*.txt")}
    return Imported(network_of_tables(files, folder.name), "tables")


def format_of(file: str, body: bytes) -> Format:
    """Return what a file holds; raise `NetworkFormatUnknown`."""
    if body.startswith(ZIP):
        return "tables"
    if PBF in body[:64]:
        return "osm"
    head = (unpacked(file, body) if body.startswith(GZIP) else body)[:LOOK]
    if b"<osm" in head:
        return "osm"
    if b"<net" in head:
        return "sumo"
    raise NetworkFormatUnknown(file)
