"""What open pages follow of the hall: its step, themes by size, newest opinions, turnout.

Everybody is told the same bytes, made once for each state of the hall, at most once in a turn.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from dalgu.kernel.clock import iso
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.roundtables.fold import opinion_subject
from dalgu.services.citizens.roundtables.ledger import Ledger
from dalgu.services.citizens.roundtables.refusals import TooManyListeners
from dalgu.services.citizens.roundtables.state import Opinion, Roundtable
from dalgu.services.citizens.roundtables.voting import Voting

TURN_S: Final = 0.8  # what happens within is told at once: themes are to be seen within two seconds
BEAT_S: Final = 15.0  # a quiet hall beats this often, so that a cut stream is noticed
LOOK_S: Final = 1.0  # while a box is open its turnout is looked at this often
BEAT: Final = b"event: beat\ndata: {}\n\n"
SHARED_S: Final = 0.25  # pages that ask within are told the same
LIFE_S: Final = 600.0  # then a stream ends and the browser comes back
RETRY_MS, SPREAD_MS = 300, 1_700  # after a restart not all come back in one moment
MOST_LISTENERS: Final = 1_500
MOST_THEMES: Final = 40  # the largest; the theme desk shows all
NEWEST: Final = 6  # opinions
HIDDEN: Final = ""


class LiveTheme(msgspec.Struct, frozen=True):
    """A theme as the hall sees it."""

    id: str
    title: str
    n: int


class LiveOpinion(msgspec.Struct, frozen=True):
    """One of the newest opinions."""

    text: str
    table: int


class LiveBox(msgspec.Struct, frozen=True, rename="camel"):
    """A ballot box: turnout while it is open; what was counted is on the page, not here."""

    id: str
    is_open: bool
    cast: int


class LiveStep(msgspec.Struct, frozen=True):
    """The step of the agenda that runs."""

    index: int
    kind: str
    title: str
    ends: str
    round: int


class LiveHall(msgspec.Struct, frozen=True):
    """The hall at an instant."""

    now: str
    stage: str
    step: LiveStep | None
    members: int
    opinions: int
    unsorted: int
    themes: tuple[LiveTheme, ...]
    newest: tuple[LiveOpinion, ...]
    boxes: tuple[LiveBox, ...]


class Live:
    """Tells pages of a hall what changes."""

    def __init__(self, ledger: Ledger, voting: Voting, moderation: Moderation) -> None:
        self._ledger, self._voting, self._moderation = ledger, voting, moderation
        self._made: dict[int, tuple[float, int, bytes]] = {}
        self._turnouts: dict[int, tuple[float, tuple[int, ...]]] = {}
        self._listeners = 0

    def hall(self, number: int) -> LiveHall:
        """Return a hall as it is now."""
        one = self._ledger.get(number)
        themes = one.standing_themes()
        return LiveHall(
            now=iso(self._ledger.ground.clock.now()),
            stage=one.stage,
            step=_step(one),
            members=len(one.members),
            opinions=len(one.opinions),
            unsorted=len(one.opinions) - sum(len(theme.opinions) for theme in themes),
            themes=tuple(
                LiveTheme(theme.id, theme.title, len(theme.opinions))
                for theme in themes[:MOST_THEMES]
            ),
            newest=self._newest(one),
            boxes=tuple(
                LiveBox(box.id, box.is_open, self._voting.turnout(box))
                for box in one.boxes.values()
            ),
        )

    def check_room(self) -> None:
        """Raise `TooManyListeners` when no more pages can be told."""
        if self._listeners >= MOST_LISTENERS:
            raise TooManyListeners(MOST_LISTENERS)

    async def told(self, number: int) -> AsyncIterator[bytes]:
        """Yield server-sent events of a hall: at once, and then what changes, turn by turn."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + LIFE_S
        self._listeners += 1
        try:
            yield b"retry: %d\n\n" % (RETRY_MS + 97 * self._listeners % SPREAD_MS)
            while loop.time() < end_s:
                seen, event = self._event(number)
                yield event
                beats_s = loop.time() + BEAT_S
                while not await self._has_changed(number, seen):
                    if loop.time() >= beats_s:
                        beats_s = loop.time() + BEAT_S
                        yield BEAT
                await asyncio.sleep(TURN_S)
        finally:
            self._listeners -= 1

    async def _has_changed(self, number: int, seen: int) -> bool:
        is_voting = any(box.is_open for box in self._ledger.get(number).boxes.values())
        try:
            async with asyncio.timeout(LOOK_S if is_voting else BEAT_S):
                await self._ledger.wait(number, seen)
        except TimeoutError:
            self._look(number)
            return self._ledger.changes(number) > seen
        return True

    def _look(self, number: int) -> None:
        """Wake all when ballots came by the door that asks nobody who they are."""
        now_s = asyncio.get_running_loop().time()
        looked_s, before = self._turnouts.get(number, (0.0, ()))
        if now_s - looked_s < LOOK_S / 2:
            return
        boxes = self._ledger.get(number).boxes.values()
        turnout = tuple(self._voting.turnout(box) for box in boxes)
        self._turnouts[number] = (now_s, turnout)
        if turnout != before:
            self._ledger.wake(number)

    def _event(self, number: int) -> tuple[int, bytes]:
        """Return the hall as one event, and how often it had changed when that was made."""
        now_s = asyncio.get_running_loop().time()
        made_s, seen, made = self._made.get(number, (0.0, -1, b""))
        is_fresh = now_s - made_s < SHARED_S
        is_same = seen == self._ledger.changes(number) and now_s - made_s < TURN_S
        if not made or not (is_fresh or is_same):
            seen = self._ledger.changes(number)
            made = b"event: hall\ndata: " + msgspec.json.encode(self.hall(number)) + b"\n\n"
            self._made[number] = (now_s, seen, made)
        return seen, made

    def _newest(self, one: Roundtable) -> tuple[LiveOpinion, ...]:
        latest = list(one.opinions.values())[-NEWEST:]
        return tuple(LiveOpinion(self.shown(one, o), o.table) for o in reversed(latest))

    def shown(self, one: Roundtable, opinion: Opinion) -> str:
        """Return an opinion's text, nothing where it was taken off the pages."""
        subject = opinion_subject(one.number, opinion.key)
        return HIDDEN if self._moderation.is_hidden(subject) else opinion.text


def _step(one: Roundtable) -> LiveStep | None:
    step, ends = one.step_now, one.step_ends
    if step is None or ends is None:
        return None
    return LiveStep(one.step, step.kind, step.title, iso(ends), one.round)
