"""What every target is watched for: an error of no kind of ours, a wrong answer, too much time."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dalgu.kernel.errors import DalguError

MOST_CPU_S = 2.0  # a collection of garbage in a large process takes a part of it


class Fault(AssertionError):
    """The code under test did what it must not."""


@dataclass(frozen=True)
class Target:
    """Code that reads foreign bytes.

    `run` reads them and holds the answer to an oracle; deliberate refusals (`DalguError`) are
    fine. `seeds` are good inputs, `tokens` the words of the language.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...]

    def __call__(self, data: bytes) -> None:
        """Read one input; raise `Fault` when anything but a good answer or a refusal comes."""
        try:
            with bounded():
                self.run(data)
        except DalguError:
            return
        except Fault:
            raise
        except Exception as error:
            raise Fault(f"{self.name} {data[:200]!r} fails: {error!r}") from error


@contextmanager
def bounded() -> Iterator[None]:
    """Raise `Fault` in what takes more processor time than any input is worth."""

    def stop(*_: object) -> None:
        raise Fault(f"more than {MOST_CPU_S} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def must(holds: bool, what: str) -> None:
    """Raise `Fault` with what does not hold."""
    if not holds:
        raise Fault(what)
