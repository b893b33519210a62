"""The process that vendors' codecs run in; it knows nothing of the city.

    python -I worker.py

QuickJS stops most loops and most greed by itself, but not all: a regular expression that
backtracks, `Array.prototype.indexOf` on a made-up length, or a power of BigInt pass its limits
or end the process. So codecs run here, the operating system bounds the whole, and whoever asks
(`host.py`) starts another one. A request is one line, a reply is one line; calls come in
batches, parted by tabs, and so do their replies:

    load <digest> <source, as JSON text>         O | F<failure>
    call <digest> <function> <now, ms> <input>   O<result> | F<failure>
    drop <digest>                                O

A failure is JSON text, `[kind, message]`: time, memory, recursion, output, threw, absent.
"""

import json
import re
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar, cast

T = TypeVar("T")

CALL_CPU_S = 0.1  # QuickJS stops a call after it; the slowest public codec takes 0.01
LOAD_CPU_S = 0.4  # the largest public codec takes 0.1
KILL_CPU_S = 0.25  # and the kernel stops this process, where QuickJS does not
MEMORY_BYTES = 32 << 20  # of one codec; the largest public one takes 4 MiB
STACK_BYTES = 512 << 10
OUTPUT_CHARACTERS = 256 << 10
ADDRESS_SPACE_BYTES = 2 << 30  # of this process; a backstop, as codecs are bounded one by one
MESSAGE_CHARACTERS = 300
ENGINE_ABSENT_CODE = 3
ASSIGNED_NAMES = 16
READ_ONLY = re.compile(r"TypeError: '([^']+)' is read-only")

Call = Callable[[str, float, str], str]


class Context(Protocol):
    """What we use of `quickjs.Context`, which brings no types."""

    def eval(self, text: str) -> Callable[[str, int, bool, object], Call]:
        """Run a text and return its last value."""
        ...

    def parse_json(self, text: str) -> object:
        """Return a JSON text as an object of the context."""
        ...

    def set_memory_limit(self, limit: int) -> None:
        """Bound the memory of this context's runtime, in bytes."""
        ...

    def set_time_limit(self, limit: float) -> None:
        """Bound the CPU time of each call, in seconds."""
        ...

    def set_max_stack_size(self, limit: int) -> None:
        """Bound the depth of calls, in bytes of stack."""
        ...


class Failure(Exception):
    """A codec gave no result; `kind` says how."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message[:MESSAGE_CHARACTERS]

    def told(self) -> str:
        """Return the failure as a reply."""
        return "F" + json.dumps([self.kind, self.message])


class Loaded:
    """One codec, ready to be called."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._assigned: list[str] = []  # names of the language that the codec assigns to
        self._is_fresh = False  # gets a context for each call
        self._call: Call | None = None
        self._open()

    def call(self, function: str, now_ms: float, text: str) -> str:
        """Return the result as JSON text; raise `Failure`."""
        while not self._is_fresh:
            try:
                reply = self._run(function, now_ms, text)
            except Failure as failure:
                if failure.kind != "threw":
                    self._call = None  # what was stopped half-way is not called again
                    raise
                if self._learns(failure):
                    continue
                break
            if reply.startswith("C"):
                break
            return _result(reply)
        # It threw among frozen objects, or something stays behind: once more in a new context.
        call = _opened(self._source)
        reply = _guarded(lambda: call(function, now_ms, text))
        self._is_fresh = True
        return _result(reply)

    def _run(self, function: str, now_ms: float, text: str) -> str:
        call = self._call or self._open()
        return _guarded(lambda: call(function, now_ms, text))

    def _open(self) -> Call:
        try:
            self._call = _opened(self._source, self._assigned)
        except Failure as failure:
            if failure.kind != "threw":
                raise
            self._call = _opened(self._source)
            self._is_fresh = True
        return self._call

    def _learns(self, failure: Failure) -> bool:
        """Return whether the failure tells one more name that must look assignable."""
        named = READ_ONLY.match(failure.message)
        if named is None or named[1] in self._assigned or len(self._assigned) >= ASSIGNED_NAMES:
            return False
        self._assigned.append(named[1])
        self._call = None
        return True


def _opened(source: str, assigned: Sequence[str] | None = None) -> Call:
    """Return the call of a codec in a new context, frozen where there are assigned names."""
    import quickjs

    context = cast("Context", quickjs.Context())
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    context.set_time_limit(LOAD_CPU_S)
    text = source.replace("\0", "\\u0000")  # a C string ends at a NUL
    names = context.parse_json(json.dumps(assigned or []))
    sandbox = context.eval(_sandbox())
    call = _guarded(lambda: sandbox(text, OUTPUT_CHARACTERS, assigned is not None, names))
    context.set_time_limit(CALL_CPU_S)
    return call


@cache
def _sandbox() -> str:
    return (Path(__file__).parent / "sandbox.js").read_text(encoding="utf-8")


def _result(reply: str) -> str:
    if reply.startswith("O"):
        return reply[1:]
    if reply.startswith("L"):
        raise Failure("output", f"{reply[1:]} characters")
    raise Failure("absent", "")


def _guarded(run: Callable[[], T]) -> T:
    """Return what QuickJS gives; its ways of giving up become failures."""
    import quickjs

    try:
        return run()
    except quickjs.StackOverflow:
        raise Failure("recursion", "") from None
    except quickjs.JSException as error:
        text = str(error).strip()
        if text.startswith("InternalError: interrupted"):
            raise Failure("time", "") from None
        if text in ("", "null") or text.startswith("InternalError: out of memory"):
            raise Failure("memory", "") from None
        raise Failure("threw", text.partition("\n")[0]) from None
    except MemoryError:
        raise Failure("memory", "") from None
    except (UnicodeError, ValueError, TypeError) as error:
        raise Failure("output", str(error)) from None


class Desk:
    """Answers the requests, one line each."""

    def __init__(self) -> None:
        self._codecs: dict[str, Loaded] = {}

    def answer(self, line: str) -> str:
        """Return the reply to a request; SIGPROF ends the process that thinks too long."""
        verb, _, rest = line.partition(" ")
        if verb == "call":
            return "\t".join([self._called(call) for call in rest.split("\t")])
        digest, _, text = rest.partition(" ")
        self._codecs.pop(digest, None)
        if verb == "drop":
            return "O"
        signal.setitimer(signal.ITIMER_PROF, LOAD_CPU_S + KILL_CPU_S)
        try:
            self._codecs[digest] = Loaded(json.loads(text))
        except Failure as failure:
            return failure.told()
        return "O"

    def _called(self, call: str) -> str:
        digest, function, now_ms, text = call.split(" ", 3)
        signal.setitimer(signal.ITIMER_PROF, KILL_CPU_S)
        try:
            return "O" + self._codecs[digest].call(function, float(now_ms), text)
        except Failure as failure:
            return failure.told()


def bound_process() -> None:
    """Give up what a codec could misuse; no file can be written, no core dumped."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for who asked


def main() -> None:
    """Answer requests until the input ends."""
    if find_spec("quickjs") is None:
        raise SystemExit(ENGINE_ABSENT_CODE)
    bound_process()
    desk = Desk()
    for line in sys.stdin:
        reply = desk.answer(line.rstrip("\n"))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(reply + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
