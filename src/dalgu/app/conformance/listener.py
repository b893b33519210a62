"""What robot loads to tell, line by line in JSON, how far a run has come.

It runs in robot's own environment, which need not hold our packages: it uses none.
"""

import json
import os
from typing import Any


class listener:  # noqa: N801  # robot takes the class that has the name of its file
    """Writes to a file that is open already: first the number of cases, then each that ended."""

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, descriptor: str) -> None:
        self._descriptor = int(descriptor)

    def start_suite(self, data: Any, result: Any) -> None:
        """Tell how many cases there are, once."""
        if data.parent is None:
            self._tell({"total": data.test_count})

    def end_test(self, data: Any, result: Any) -> None:
        """Tell what came of a case."""
        self._tell({"case": result.name, "status": result.status})

    def _tell(self, what: dict[str, Any]) -> None:
        os.write(self._descriptor, json.dumps(what).encode() + b"\n")
