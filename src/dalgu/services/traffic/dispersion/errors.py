"""What the thinking about dispersion refuses."""

from dalgu.kernel.errors import InvalidInput


class AssignmentShapeInvalid(InvalidInput):
    """Arrays of an assignment do not fit together."""

    slug = "assignment-shape-invalid"
    title = "Arrays of an assignment do not fit"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(
            f"The part '{part}' of the assignment is invalid: {why}. "
            "Check the network and the demand it was read from.",
            part=part,
            why=why,
        )


class DestinationUnreachable(InvalidInput):
    """Demand has no open way to where it goes."""

    slug = "destination-unreachable"
    title = "No open way leads to a destination"

    def __init__(self, node: int, destination: int, demand_vph: float) -> None:
        super().__init__(
            f"No open way leads from node {node} to node {destination} for {demand_vph:.1f} "
            "vehicles an hour. Leave one lane open or take the demand out.",
            node=node,
            destination=destination,
            demand_vph=demand_vph,
        )


class SignTextEmpty(InvalidInput):
    """A sign text has no line."""

    slug = "sign-text-empty"
    title = "The sign text is empty"

    def __init__(self) -> None:
        super().__init__("The sign text has no line. Write one, or withdraw the message.")


class SignTextTooLong(InvalidInput):
    """A line is wider than the sign."""

    slug = "sign-text-too-long"
    title = "A line is wider than the sign"

    def __init__(self, line: str, cells: int, columns: int) -> None:
        super().__init__(
            f"The line '{line}' takes {cells} columns and the sign has {columns}. "
            "Shorten it or break it in two.",
            line=line,
            cells=cells,
            columns=columns,
        )


class SignTextTooTall(InvalidInput):
    """A text has more lines or phases than the sign can show."""

    slug = "sign-text-too-tall"
    title = "The text has more lines than the sign"

    def __init__(self, lines: int, most: int) -> None:
        super().__init__(
            f"The text has {lines} lines and the sign shows {most}, in two phases at most. "
            "Leave a line out.",
            lines=lines,
            most=most,
        )


class SignCharacterUnknown(InvalidInput):
    """A letter is not among those that signs can show."""

    slug = "sign-character-unknown"
    title = "The sign does not know a letter"

    def __init__(self, letter: str, line: str) -> None:
        shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
        super().__init__(
            f"The letter '{shown}' in '{line}' is not in KS X 1001, so signs cannot show it. "
            "Write it in other letters.",
            letter=shown,
            line=line,
        )
