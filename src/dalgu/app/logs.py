"""Logs: one event a line with its fields, JSON for machines, text for a person at a terminal.

The standard library's logging carries them: every library speaks it, and what we add to it is a
formatter. Lines of requests take a shorter way past it, as they come by the thousand.
"""

import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from typing import Final, TextIO

import msgspec

from dalgu.kernel.clock import iso
from dalgu.kernel.request import Seen, current
from dalgu.kernel.settings import LogSettings

# What a record has of itself, besides the fields of its event.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Never written, whoever passes them along: a log is read by more people than a vault.
SECRET: Final = ("password", "secret", "token", "authorization", "cookie", "body", "key_hex")
HIDDEN: Final = "(hidden)"
MAX_TEXT: Final = 2_000  # signs of one field

_encode = msgspec.json.Encoder(enc_hook=str).encode


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `event`, then the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return _encode(_told(record, self)).decode()


class TextLines(logging.Formatter):
    """One line for a person: instant, level, event, fields as `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a trace follows on lines of its own."""
        told = _told(record, self)
        at, level, event = (told.pop(name) for name in ("at", "level", "event"))
        trace = told.pop("trace", None)
        fields = "".join(f" {name}={value}" for name, value in told.items())
        return f"{at} {level:7} {event}{fields}" + (f"\n{trace}" if trace else "")


def _told(record: logging.LogRecord, formatter: logging.Formatter) -> dict[str, object]:
    at = iso(datetime.fromtimestamp(record.created, UTC))
    told: dict[str, object] = {
        "at": at,
        "level": record.levelname.lower(),
        "event": record.getMessage(),
        "logger": record.name,
    }
    seen = current.get()
    if seen is not None:
        told["request"] = seen.id
    for name, value in vars(record).items():
        if name not in _OWN:
            told[name] = _safe(name, value)
    if record.exc_info:
        told["trace"] = formatter.formatException(record.exc_info)
    return told


def _safe(name: str, value: object) -> object:
    if any(word in name.lower() for word in SECRET):
        return HIDDEN
    return value[:MAX_TEXT] if isinstance(value, str) else value


class RequestLog:
    """Writes lines of requests: of all, or of those that failed or were slow.

    A line of every request costs about 25 us (`python benchmarks/logs/run.py`), a third of a
    retrieval: so only failures and slow ones are written unless it is asked for.
    """

    def __init__(self, settings: LogSettings, log: logging.Logger | None = None) -> None:
        self._log = log or logging.getLogger("dalgu.request")
        self._is_every = settings.requests == "all"
        self._is_none = settings.requests == "none"
        self._slow_s = settings.slow_ms / 1e3

    def wants(self, status: int, duration_s: float) -> bool:
        """Whether a request is worth a line."""
        if self._is_every:
            return True
        return not self._is_none and (status >= 500 or duration_s >= self._slow_s)

    def write(self, method: str, seen: Seen, duration_s: float) -> None:
        """Write the line of a request."""
        level = self._level(seen.status, duration_s)
        if not self._log.isEnabledFor(level):
            return
        fields = {
            "request": seen.id,
            "method": method[:20],
            "route": seen.route,
            "status": seen.status,
            "duration_ms": round(duration_s * 1e3, 3),
            "bytes": seen.answered_bytes,
        }
        if seen.actor:
            fields["actor"] = seen.actor
        if seen.tenant:
            fields["tenant"] = seen.tenant
        record = logging.LogRecord(
            self._log.name, level, "", 0, _event(level, seen.status), None, None
        )
        vars(record).update(fields)
        self._log.handle(record)

    def _level(self, status: int, duration_s: float) -> int:
        if status >= 500:
            return logging.ERROR
        return logging.WARNING if duration_s >= self._slow_s else logging.INFO


def _event(level: int, status: int) -> str:
    if status >= 500:
        return "request.failed"
    return "request.slow" if level == logging.WARNING else "request"


def configure(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send the log of this process where the settings say, replacing what was set before.

    A file is opened anew when it was moved, so that logrotate needs no signal.
    """
    shown = stream or sys.stderr
    handler: logging.Handler = logging.StreamHandler(shown)
    is_terminal = settings.file is None and shown.isatty()
    if settings.file is not None:
        handler = logging.handlers.WatchedFileHandler(settings.file, encoding="utf-8")
    is_text = settings.format == "text" or (settings.format == "auto" and is_terminal)
    handler.setFormatter(TextLines() if is_text else JsonLines())
    root = logging.getLogger()
    for before in root.handlers[:]:
        root.removeHandler(before)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)  # what libraries say
    logging.getLogger("dalgu").setLevel(settings.level.upper())
