"""What one reader has yet to be sent: bounded by merging and leaving out, never by waiting."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dalgu.access.actor import Actor
from dalgu.center.moving.frames import Frame
from dalgu.kernel.text import Language

MOST_PIECES: Final = 400  # of one batch; with more to tell, the page loads it anew
ROWS: Final = "rows"  # the batch of incidents; the others are layers of the map


@dataclass(frozen=True, slots=True)
class Audience:
    """Readers who are told the same: one language, one set of rights."""

    language: Language
    actor: Actor  # without its id: only what the rights hang on

    @classmethod
    def of(cls, actor: Actor, language: Language) -> "Audience":
        """Return the audience that an actor belongs to."""
        return cls(language, Actor("", actor.role, actor.districts, actor.kind, actor.tenant))


class Batch:
    """Changed things of one kind, said once: their JSON under their key, and what is gone."""

    __slots__ = ("_said", "gone", "name", "pieces")

    def __init__(self, name: str, pieces: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
        self.name = name
        self.pieces = dict(pieces)
        self.gone = dict.fromkeys(gone)
        self._said: bytes | None = None

    @property
    def said(self) -> bytes:
        """The event, put together at the first asking and then the same bytes for all."""
        if self._said is None:
            self._said = self._event()
        return self._said

    def then(self, later: "Batch") -> "Batch":
        """Return both in one: of each thing the later state."""
        gone = {key: None for key in self.gone if key not in later.pieces} | later.gone
        pieces = {key: one for key, one in self.pieces.items() if key not in later.gone}
        return Batch(self.name, pieces | later.pieces, gone)

    def _event(self) -> bytes:
        things = b",".join(self.pieces.values())
        gone = b",".join(b'"%s"' % key.encode() for key in self.gone)
        if self.name == ROWS:
            gone = b",".join(key.encode() for key in self.gone)
            return _event(b"rows", b'{"rows":[%s],"gone":[%s]}' % (things, gone))
        layer = self.name.encode()
        body = b'{"layer":"%s","features":[%s],"gone":[%s]}' % (layer, things, gone)
        return _event(b"features", body)


@dataclass(slots=True, eq=False)
class Outbox:
    """The one place in which a reader's news wait; a slow reader finds fewer and newer ones."""

    audience: Audience
    layers: frozenset[str] = frozenset()
    wants_moving: bool = False
    dropped: int = 0  # frames that this reader never got
    renewed: int = 0  # batches that grew too large: the page was told to load them anew
    _batches: dict[str, Batch] = field(default_factory=dict)
    _anew: dict[str, None] = field(default_factory=dict)
    _frame: Frame | None = None
    _frame_sent: int = -1
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, batch: Batch) -> None:
        """Add what changed; what has grown too large is left to the page to load."""
        if batch.name in self._anew:
            return
        held = self._batches.get(batch.name)
        merged = batch if held is None else held.then(batch)
        if len(merged.pieces) + len(merged.gone) > MOST_PIECES:
            self.renew(batch.name)
            return
        self._batches[batch.name] = merged
        self._news.set()

    def renew(self, name: str) -> None:
        """Tell the page to load a layer, or the incidents, anew."""
        self._batches.pop(name, None)
        self._anew[name] = None
        self.renewed += 1
        self._news.set()

    def show(self, frame: Frame) -> None:
        """Keep the newest frame alone: an older one that was not fetched is dropped."""
        self.dropped += self._frame is not None
        self._frame = frame
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Return as soon as there is something to take, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    def take(self) -> list[bytes]:
        """Return what waits, in the order in which a page needs it, and forget it."""
        said = [_anew(name) for name in self._anew]
        said += [batch.said for batch in self._batches.values()]
        if self._frame is not None:
            said.append(self._frame_event(self._frame))
        self._anew.clear()
        self._batches.clear()
        self._frame = None
        self._news.clear()
        return said

    def _frame_event(self, frame: Frame) -> bytes:
        follows = self._frame_sent == frame.number - 1 and self._frame_sent >= 0
        self._frame_sent = frame.number
        return _event(b"moving", b'"%s"' % (frame.change if follows else frame.whole))


def _anew(name: str) -> bytes:
    if name == ROWS:
        return _event(b"rows", b'{"rows":[],"gone":[],"reload":true}')
    return _event(b"refresh", b'{"layer":"%s"}' % name.encode())


def _event(kind: bytes, body: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind, body)
