"""Where in a TOML file a field stands: for errors that name the line.

The TOML reader keeps no lines, so the few forms that our files use are looked for in the text.
"""

import re

_INDEX = re.compile(r"^([A-Za-z_]+)\[(\d+)\]$")


def field_of(message: str) -> str:
    """Return the path of the field that a validation message speaks of.

    >>> field_of("Object missing required field `points` - at `$.indicators[3]`")
    'indicators[3].points'
    >>> field_of("Expected `float`, got `str` - at `$.indicators[0].points`")
    'indicators[0].points'
    """
    path = (
        message.rpartition(" - at `$")[2].rstrip("`").lstrip(".") if " - at `$" in message else ""
    )
    named = re.search(r"(?:field|unknown field) `([^`]+)`", message)
    return ".".join(part for part in (path, named.group(1) if named else "") if part)


def reason_of(message: str) -> str:
    """Return a validation message without its path.

    >>> reason_of("Expected `float`, got `str` - at `$.points`")
    'expected float, got str'
    """
    text = message.partition(" - at `$")[0].replace("`", "")
    return text[:1].lower() + text[1:]


def line_of(text: str, path: str) -> int:
    """Return the line, from 1, where the field of a path stands, or the table it should be in.

    >>> line_of("[[indicators]]\\ncode = 1\\n[[indicators]]\\ncode = 3", "indicators[1].code")
    4
    >>> line_of('item = "G1"', "total_points")
    1
    """
    lines = text.splitlines() or [""]
    begin, end = 0, len(lines)
    found = 0
    for part in path.split("."):
        array = _INDEX.match(part)
        if array:
            begin, end = _table(lines, begin, end, array.group(1), int(array.group(2)))
            found = begin
            continue
        key = re.compile(rf"^\s*(?:{re.escape(part)}\s*[=.]|\[\[?[^\]]*\b{re.escape(part)}\b)")
        hit = next((n for n in range(begin, end) if key.match(lines[n])), None)
        if hit is not None:
            found, begin = hit, hit
    return found + 1


def _table(lines: list[str], begin: int, end: int, name: str, place: int) -> tuple[int, int]:
    header = re.compile(rf"^\s*\[\[(?:[\w.]+\.)?{re.escape(name)}\]\]")
    heads = [n for n in range(begin, end) if header.match(lines[n])]
    if place >= len(heads):
        return begin, end
    return heads[place], heads[place + 1] if place + 1 < len(heads) else end
