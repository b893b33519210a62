"""Runs vendors' codecs: asks the worker process, and starts another where a codec ended it.

A call blocks its caller for at most `worker.KILL_CPU_S` of the worker's CPU time. A codec that
is stopped `STRIKES` times in a row is not asked again, so that one bad codec does not slow all.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec

from dalgu.devices.codecs import worker
from dalgu.devices.codecs.errors import (
    CodecEngineAbsent,
    CodecError,
    CodecFunctionAbsent,
    CodecOutputInvalid,
    CodecStopped,
    CodecSuspended,
    CodecThrew,
    CodecUnloadable,
)
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso

STRIKES = 5
LOADED_CODECS = 64  # in the worker at once; the longest unused gives way
BATCH_CALLS = 32
WALL_LIMIT_MS = 20_000  # for a worker that neither answers nor uses CPU time
SOURCE_BYTES = 1 << 20  # the largest public codec has 300 kB
READ_BYTES = 1 << 16
Worker = subprocess.Popen[bytes]
_PASSED = {
    "time": f"it took longer than {worker.CALL_CPU_S * 1000:.0f} ms",
    "memory": f"it asked for more than {worker.MEMORY_BYTES >> 20} MiB of memory",
    "recursion": "its functions call each other without end",
    "output": f"its output passes {worker.OUTPUT_CHARACTERS} characters",
    "crash": "it ended the process it ran in",
}


@dataclass(frozen=True)
class Codec:
    """A vendor's codec: its name in sentences, and its JavaScript text."""

    name: str
    source: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text, as the hub keeps it."""
        return sha256(self.source.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """One function of one codec with what it is given; `at` is the codec's clock."""

    codec: Codec
    function: str
    given: Mapping[str, JSON]
    at: datetime


class Decoded(msgspec.Struct, frozen=True):
    """What a codec made of bytes; where there are `errors`, `data` is not to be used."""

    data: JSON = None
    errors: list[str] = []
    warnings: list[str] = []


class Encoded(msgspec.Struct, frozen=True, rename="camel"):
    """What a codec made of a command: bytes for a port."""

    bytes: list[Annotated[int, msgspec.Meta(ge=0, le=255)]] = []
    f_port: Annotated[int, msgspec.Meta(ge=0, le=255)] | None = None
    errors: list[str] = []
    warnings: list[str] = []


class CodecHost:
    """A worker process and what it holds; started with the first call, ended with this object."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._loaded: OrderedDict[str, None] = OrderedDict()
        self._strikes: dict[str, int] = {}
        self._ending: Callable[[], object] | None = None

    def check(self, codec: Codec) -> None:
        """Return when the codec loads; else raise `CodecUnloadable` or `CodecStopped`."""
        if len(codec.source.encode()) > SOURCE_BYTES:
            raise CodecUnloadable(codec.name, f"it has more than {SOURCE_BYTES >> 10} KiB")
        with self._lock:
            self._need(codec)

    def decode_uplink(
        self, codec: Codec, payload: bytes, *, f_port: int | None, received_at: datetime
    ) -> Decoded:
        """Return the fields of an uplink (TS013-1.0.0, `decodeUplink`).

        Raises
        ------
        CodecUnloadable, CodecFunctionAbsent, CodecThrew, CodecOutputInvalid
            When the codec is none, decodes nothing, throws, or returns another shape.
        CodecStopped, CodecSuspended
            When it passes a limit, now or `STRIKES` times before.
        """
        return decoded(codec.name, self.run(uplink_call(codec, payload, f_port, received_at)))

    def decode_downlink(
        self, codec: Codec, payload: bytes, *, f_port: int, at: datetime
    ) -> Decoded:
        """Return the fields of a downlink (TS013-1.0.0, `decodeDownlink`); raises as above."""
        given: dict[str, JSON] = {"bytes": list(payload), "fPort": f_port}
        return decoded(codec.name, self.run(Call(codec, "decodeDownlink", given, at)))

    def encode_downlink(
        self, codec: Codec, data: JSON, *, at: datetime, f_port: int | None = None
    ) -> Encoded:
        """Return the bytes of a command (TS013-1.0.0, `encodeDownlink`); raises as above."""
        given: dict[str, JSON] = {"data": data, "fPort": f_port, "variables": {}}
        result = self.run(Call(codec, "encodeDownlink", given, at))
        try:
            return msgspec.convert(result, Encoded)
        except msgspec.ValidationError as error:
            raise CodecOutputInvalid(codec.name, str(error)) from None

    def run(self, call: Call) -> JSON:
        """Return what a function of a codec returns, as it is; raises as `decode_uplink`."""
        [result] = self.run_many([call])
        if isinstance(result, CodecError):
            raise result
        return result

    def run_many(self, calls: Sequence[Call]) -> list[JSON | CodecError]:
        """Return what each call gives, or why it gives nothing; asks the worker in batches."""
        results: list[JSON | CodecError] = []
        with self._lock:
            for start in range(0, len(calls), BATCH_CALLS):
                batch = calls[start : start + BATCH_CALLS]
                replies = self._batch(batch)
                results += map(_result, batch, replies)
        return results

    @property
    def worker_pid(self) -> int:
        """The worker's process id, 0 while there is none."""
        return 0 if self._worker is None else self._worker.pid

    def close(self) -> None:
        """End the worker; the next call starts another one."""
        self._loaded.clear()
        self._worker = None
        if self._ending is not None:
            self._ending()

    def _batch(self, calls: Sequence[Call]) -> list[bytes | CodecError]:
        """Return the JSON text that each call gives, or its failure."""
        replies: list[bytes | CodecError] = [b""] * len(calls)
        asked = []
        for index, call in enumerate(calls):
            try:
                self._need(call.codec)
                asked.append(index)
            except CodecError as error:
                replies[index] = error
        told = self._answers([calls[index] for index in asked])
        for index, reply in zip(asked, told, strict=True):
            replies[index] = reply
        return replies

    def _answers(self, calls: Sequence[Call]) -> list[bytes | CodecError]:
        """Return the replies to calls; which of them ends the worker, is found one by one."""
        if not calls:
            return []
        lines: bytes | _Died = _Died(0)
        if all(call.codec.digest in self._loaded for call in calls):
            lines = self._exchange(b"call " + b"\t".join(map(_request, calls)))
        if isinstance(lines, bytes):
            pairs = zip(calls, lines.split(b"\t"), strict=True)
            return [self._judged(call.codec, reply) for call, reply in pairs]
        if len(calls) > 1:
            return [reply for call in calls for reply in self._batch([call])]
        return [self._judged(calls[0].codec, lines.failure)]

    def _need(self, codec: Codec) -> None:
        """Have the worker load a codec that it does not hold."""
        digest = codec.digest
        times = self._strikes.get(digest, 0)
        if times >= STRIKES:
            raise CodecSuspended(codec.name, times)
        if digest in self._loaded:
            self._loaded.move_to_end(digest)
            return
        if len(self._loaded) >= LOADED_CODECS:
            oldest, _ = self._loaded.popitem(last=False)
            self._exchange(f"drop {oldest}".encode())
        reply = self._exchange(f"load {digest} {json.dumps(codec.source)}".encode())
        judged = self._judged(codec, reply.failure if isinstance(reply, _Died) else reply)
        if isinstance(judged, CodecThrew):
            raise CodecUnloadable(codec.name, str(judged.parts["reason"]))
        if isinstance(judged, CodecError):
            raise judged
        self._loaded[digest] = None

    def _judged(self, codec: Codec, reply: bytes) -> bytes | CodecError:
        if reply.startswith(b"O"):
            self._strikes.pop(codec.digest, None)
            return reply[1:]
        kind, message = json.loads(reply[1:])
        if kind == "threw":
            return CodecThrew(codec.name, message)
        if kind == "absent":
            return CodecFunctionAbsent(codec.name, message)
        self._strikes[codec.digest] = self._strikes.get(codec.digest, 0) + 1
        return CodecStopped(codec.name, kind, _PASSED[kind])

    def _exchange(self, request: bytes) -> "bytes | _Died":
        process = self._worker or self._started()
        reply = _asked(process, request)
        if reply:
            return reply
        self.close()
        if process.returncode == worker.ENGINE_ABSENT_CODE:
            raise CodecEngineAbsent
        return _Died(process.returncode)

    def _started(self) -> Worker:
        self._worker = process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", str(Path(worker.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"TZ": "UTC", "PYTHONIOENCODING": "utf-8"},
            cwd="/",
            bufsize=0,
        )
        self._ending = weakref.finalize(self, _end, process)
        return process


class _Died:
    """The worker ended before it answered."""

    def __init__(self, code: int) -> None:
        is_time = -code in (signal.SIGPROF, signal.SIGKILL)
        self.failure = b"F" + json.dumps(["time" if is_time else "crash", ""]).encode()


def uplink_call(codec: Codec, payload: bytes, f_port: int | None, received_at: datetime) -> Call:
    """Return the call that decodes an uplink."""
    given: dict[str, JSON] = {
        "bytes": list(payload),
        "fPort": f_port,
        "recvTime": iso(received_at),
        "variables": {},
    }
    return Call(codec, "decodeUplink", given, received_at)


def decoded(codec: str, result: JSON) -> Decoded:
    """Return a codec's result in the shape of TS013; raise `CodecOutputInvalid` where it is not."""
    if not isinstance(result, dict):
        raise CodecOutputInvalid(codec, f"it is {_kind(result)}, not an object")
    found = Decoded(
        result.get("data"), _sentences(result.get("errors")), _sentences(result.get("warnings"))
    )
    if not found.errors and not isinstance(found.data, dict):
        raise CodecOutputInvalid(codec, f"its data is {_kind(found.data)}, not an object")
    return found


def _request(call: Call) -> bytes:
    head = f"{call.codec.digest} {call.function} {call.at.timestamp() * 1000:.0f} "
    return head.encode() + msgspec.json.encode(call.given)


def _result(call: Call, reply: bytes | CodecError) -> JSON | CodecError:
    if isinstance(reply, CodecError):
        return reply
    try:
        result: JSON = msgspec.json.decode(reply)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return CodecOutputInvalid(call.codec.name, str(error))
    return result


def _asked(process: Worker, request: bytes) -> bytes:
    """Return one line for one line; nothing where the process ends, which it then has."""
    pipes = process.stdin, process.stdout
    if pipes[0] is None or pipes[1] is None:
        return b""
    try:
        _write(pipes[0].fileno(), request + b"\n")
        reply = _read_line(pipes[1].fileno())
    except BrokenPipeError:
        reply = b""
    except TimeoutError:
        process.kill()
        reply = b""
    if not reply:
        process.wait()
    return reply


def _write(pipe: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _read_line(pipe: int) -> bytes:
    """Return a line without its end; nothing at the end of all, `TimeoutError` when none comes."""
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    parts = []
    while True:
        if not waiting.poll(WALL_LIMIT_MS):
            raise TimeoutError
        part = os.read(pipe, READ_BYTES)
        if not part:
            return b""
        parts.append(part)
        if part.endswith(b"\n"):
            return b"".join(parts)[:-1]


def _end(process: Worker) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _sentences(value: JSON) -> list[str]:
    """Return errors or warnings as texts; codecs also give one text, or numbers in the list."""
    if value is None or value == "":
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _kind(value: JSON) -> str:
    if value is None:
        return "nothing"
    kinds = {bool: "a boolean", str: "a text", list: "a list"}
    return kinds.get(type(value), "a number")
