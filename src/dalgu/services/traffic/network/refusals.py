"""What networks refuse, and why."""

from dalgu.kernel.errors import InvalidInput, NotExisting, TooLarge

SHOWN = 200  # signs of what was sent that a sentence repeats


class NetworkNotKept(NotExisting):
    """The shelf has no network of that digest, or its file was changed."""

    slug = "traffic-network-not-kept"
    title = "The street network is not kept"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"Street network {digest[:12]} is not on the shelf, or its file was changed. Restore "
            "the folder traffic/networks from a backup, or import the network again.",
            digest=digest[:64],
        )


class NetworkUnsound(InvalidInput):
    """A network has findings that forbid to run signals by it."""

    slug = "traffic-network-unsound"
    title = "The street network is unsound"

    def __init__(self, name: str, first: str, errors: int) -> None:
        super().__init__(
            f"Street network '{name[:SHOWN]}' cannot be put in force; it has {errors} errors. "
            f"The first: {first}",
            name=name[:SHOWN],
            first=first,
            errors=errors,
        )


class NetworkFileUnreadable(InvalidInput):
    """A file is no street network in the format it is read as."""

    slug = "traffic-network-file-unreadable"
    title = "The street network file is not readable"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"File '{file[:SHOWN]}' cannot be read as a street network: {reason[:SHOWN]}",
            file=file[:SHOWN],
            reason=reason[:SHOWN],
        )


class NetworkFormatUnknown(InvalidInput):
    """What a file holds cannot be told from it."""

    slug = "traffic-network-format-unknown"
    title = "The format of the street network is unknown"

    def __init__(self, file: str) -> None:
        super().__init__(
            f"What '{file[:SHOWN]}' holds cannot be told. Name its format: sumo (.net.xml), osm "
            "(.osm) or tables (a folder or .zip of CSV files).",
            file=file[:SHOWN],
        )


class TableInvalid(InvalidInput):
    """A table of a network has a value that cannot be."""

    slug = "traffic-table-invalid"
    title = "A table of the street network is invalid"

    def __init__(self, file: str, line: int, column: str, reason: str) -> None:
        where = f"Line {line} of {file}" + (f", column '{column}'" if column else "")
        super().__init__(
            f"{where}: {reason[:SHOWN]}. `dalgu traffic tables` tells what each column holds.",
            file=file,
            line=line,
            column=column,
            reason=reason[:SHOWN],
        )


class NetworkFileTooLarge(TooLarge):
    """A file of a network unpacks to more than is read."""

    slug = "traffic-network-file-too-large"
    title = "The street network file is too large"

    def __init__(self, file: str, most_mb: int) -> None:
        super().__init__(
            f"File '{file[:SHOWN]}' holds more than {most_mb} MB unpacked. Cut the area out that "
            "is needed.",
            file=file[:SHOWN],
            most_mb=most_mb,
        )


class NetworkNotSent(InvalidInput):
    """A form to import a network has no file."""

    slug = "traffic-network-not-sent"
    title = "No street network was sent"

    def __init__(self) -> None:
        super().__init__(
            "The form has no file. Choose a SUMO net, an OpenStreetMap extract, or a zip of tables."
        )
