"""How far a run has come, as robot tells it while it plays."""

from dataclasses import dataclass, field

import msgspec


@dataclass(slots=True)
class Progress:
    """Cases that have ended, of all that are played.

    >>> now = Progress(total=3)
    >>> now.hear(b'{"case": "001_01 Create", "status": "PASS"}')
    >>> now.hear(b'{"case": "001_02 Again", "status": "FAIL"}')
    >>> str(now)
    '2 of 3 cases, 1 passed, 1 failed (last: 001_02 Again)'
    """

    total: int = 0
    done: int = 0
    failed: list[str] = field(default_factory=list)

    def hear(self, line: bytes) -> None:
        """Take one line of the listener."""
        told = msgspec.json.decode(line, type=dict[str, str | int])
        if "total" in told:
            self.total = int(told["total"])
            return
        self.done += 1
        if told["status"] == "FAIL":
            self.failed.append(str(told["case"]))

    def __str__(self) -> str:
        failed = len(self.failed)
        last = f" (last: {self.failed[-1]})" if self.failed else ""
        passed = self.done - failed
        return f"{self.done} of {self.total} cases, {passed} passed, {failed} failed{last}"
