"""TOML of files that people write: whatever is wrong with one is one kind of error."""

import tomllib
from typing import Any


def read_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text; raise `tomllib.TOMLDecodeError` for all that is none.

    The library alone fails by other kinds where values are nested without end or numbers have
    thousands of digits.

    >>> read_toml("a = 1")
    {'a': 1}
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("Values are nested too deep") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as odd:
        raise tomllib.TOMLDecodeError(str(odd)) from None
