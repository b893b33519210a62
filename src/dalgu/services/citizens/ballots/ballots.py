"""The ballots room: hands out tokens, takes ballots, closes boxes and publishes their count.

A voice draws one token for a box; whoever holds a token casts one ballot, and nothing that is
kept joins the two. A token is drawn blindly by the voter's browser (`blind_token`: not even this
process can tell whose ballot it is) or made here for a room that hands it on (`token`: nothing
on disk joins them, but this process saw it for a moment). Both give the same kind of token.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import urandom
from typing import TYPE_CHECKING, TypeVar

import msgspec

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.ballots import blind, published
from dalgu.services.citizens.ballots.box import (
    Box,
    Counted,
    Marks,
    Receipt,
    check_box,
    check_marks,
    tally,
)
from dalgu.services.citizens.ballots.deeds import BallotDeed, BoxClosedFor, BoxOpened
from dalgu.services.citizens.ballots.keys import TokenKeys, public_key, signing_key, spki
from dalgu.services.citizens.ballots.refusals import (
    BallotCastTwice,
    BlindedInvalid,
    BoxClosed,
    BoxNotExisting,
    BoxOpen,
    BoxTaken,
    BoxTampered,
    TokenInvalidForBox,
    TokenTaken,
)
from dalgu.services.citizens.ballots.sealed_set import SealedSet, SetKeys, SetTampered
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

__all__ = ["Ballots", "Box", "Receipt", "State"]

log = logging.getLogger(__name__)

T = TypeVar("T")
ROOM = "ballots"
LOOK_EVERY = timedelta(seconds=20)
SHUT = "citizens.ballots.shut"  # boxes that take nothing more, written before they are counted


@dataclass(frozen=True, slots=True)
class State:
    """One box as it stands."""

    box: Box
    token_key: str
    opened_at: datetime
    closed: BoxClosedFor | None = None
    closed_at: datetime | None = None


class _Ballot(msgspec.Struct, frozen=True):
    token: str
    marks: dict[str, int]


class Ballots:
    """Every box."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        keyed = ground.access.keyed("citizens.ballots")
        self._keys = SetKeys.of(keyed)
        self._token_keys = TokenKeys(self._keys)
        self._signing = signing_key(keyed)
        self._public: dict[str, RSAPublicKey] = {}
        self.boxes: dict[str, State] = {}
        ground.book.open_room(ROOM, BallotDeed, self._take)

    @property
    def public_key(self) -> str:
        """The key that anybody checks receipts and counts with: Ed25519, base64."""
        return published.public_text(self._signing)

    def state(self, box: str) -> State:
        """Return a box; raise `BoxNotExisting`."""
        if box not in self.boxes:
            raise BoxNotExisting(box)
        return self.boxes[box]

    def takes(self, box: str) -> State:
        """Return a box that takes ballots now; raise `BoxNotExisting` or `BoxClosed`."""
        state = self.state(box)
        closes_at = state.box.closes_at
        if state.closed or (closes_at is not None and self._ground.clock.now() >= closes_at):
            raise BoxClosed(box)
        return state

    async def open(self, actor: Actor, box: Box) -> None:
        """Open a box; raise `BoxInvalid` or `BoxTaken`."""
        check_box(box)
        key = await asyncio.to_thread(blind.new_key)
        deed = BoxOpened(
            box.id, box.title.ko, box.title.en, box.kind, box.options, box.most, box.scale,
            box.closes_at, spki(key.public_key()),
        )  # fmt: skip
        if box.id in self.boxes:
            raise BoxTaken(box.id)

        def begin(tables: Tables) -> None:
            self._token_keys.keep(tables, deed.token_key, key)
            for place in (self._cast(box.id), self._drawn(box.id)):
                place.begin(tables)

        def decide(at: datetime) -> list[Noted]:
            if box.id in self.boxes:
                raise BoxTaken(box.id)
            return [Noted(box.id, deed)]

        await self._ground.store.write(begin)
        await self._ground.book.write(actor, ROOM, decide)

    async def token(self, box: str, voice: str) -> str:
        """Return the token of a voice, once; raise `TokenTaken` the second time.

        Nothing of the token is kept, so one that gets lost is lost.
        """
        state = self.takes(box)
        await self._draw(box, voice, b"")
        prepared = blind.prepare(urandom(published.TOKEN_BYTES - blind.PREFIX_BYTES))
        key = self._token_keys.of(self._ground.store.read(), state.token_key)
        return published.token_text(prepared, blind.sign(key, prepared))

    async def blind_token(self, box: str, voice: str, blinded: bytes) -> bytes:
        """Return the blind signature of what a voter blinded (RFC 9474), once for a voice.

        The same blinded message may be asked for again: an answer can get lost on its way.

        Raises
        ------
        TokenTaken
            When the voice has had another one.
        BlindedInvalid
            When it is no number below the modulus of the box's key.

        """
        state = self.takes(box)
        key = self._token_keys.of(self._ground.store.read(), state.token_key)
        try:
            signed = await asyncio.to_thread(blind.blind_sign, key, blinded)
        except blind.NotBlinded:
            raise BlindedInvalid(box) from None
        await self._draw(box, voice, blinded)
        return signed

    async def cast(self, box: str, token: str, marks: Mapping[str, int]) -> Receipt:
        """Put a ballot into a box; at return it is on disk.

        Raises
        ------
        BoxNotExisting, BoxClosed
            When there is no such box, or it takes nothing more.
        TokenInvalidForBox
            When the token was not signed for this box.
        BallotInvalid
            When the box does not take such marks; the token is not used up.
        BallotCastTwice
            When there is a ballot of this token.

        """
        state = self.takes(box)
        parts = published.token_parts(token)
        if parts is None or not blind.verify(self.token_key(box), *parts):
            raise TokenInvalidForBox(box)
        checked = check_marks(state.box, marks)
        code = published.receipt_code(box, parts[0])
        body = msgspec.json.encode(_Ballot(token, checked))
        seq = await self._ground.store.write(lambda tables: self._put(tables, box, code, body))
        digest = published.ballot_digest(box, code, token, checked)
        signature = self._signing.sign(published.promise(box, code, digest)).hex()
        return Receipt(code, seq, digest, signature)

    async def close(self, actor: Actor, box: str) -> None:
        """Close a box and publish its ballots; harmless when it is closed.

        Raises
        ------
        BoxTampered
            When it does not hold what was cast.

        """
        if self.state(box).closed:
            return
        await self._ground.store.write(lambda tables: tables.records.put(SHUT, box, b""))
        content, deed = await self._ground.store.scan(lambda tables: self._count(tables, box))
        closed = msgspec.structs.replace(deed, file=await self._ground.hub.keep(content))

        def decide(at: datetime) -> list[Noted]:
            return [] if self.boxes[box].closed else [Noted(box, closed)]

        await self._ground.book.write(actor, ROOM, decide)
        key = self.boxes[box].token_key
        await self._ground.store.write(lambda tables: self._token_keys.forget(tables, key))

    async def close_due(self) -> None:
        """Close every box whose time has come."""
        now = self._ground.clock.now()
        for state in list(self.boxes.values()):
            if not state.closed and state.box.closes_at and state.box.closes_at <= now:
                await self.close(SYSTEM, state.box.id)

    async def run(self) -> None:
        """Close each box at its time, until cancelled."""
        while True:
            try:
                await self.close_due()
            except BoxTampered as found:  # the others must close, too
                log.exception("citizens.box_tampered", extra={"box": found.parts["box"]})
            clock = self._ground.clock
            await clock.sleep_until(clock.now() + LOOK_EVERY)

    def count(self, box: str) -> int:
        """Return how many ballots lie in a box."""
        self.state(box)
        return self._cast(box).count(self._ground.store.read())

    def drawn(self, box: str) -> int:
        """Return how many tokens of a box were handed out."""
        self.state(box)
        return self._drawn(box).count(self._ground.store.read())

    def has_drawn(self, box: str, voice: str) -> bool:
        """Tell whether a voice has had its token: not whether it voted, which nobody knows."""
        return self._drawn(box).holds(self._ground.store.read(), voice)

    def ballots(self, box: str) -> list[Mapping[str, int]]:
        """Return the marks of all ballots, in the order of their receipts; raise `BoxOpen`."""
        if not self.state(box).closed:
            raise BoxOpen(box)
        return [one.marks for _, one in self._rows(self._ground.store.read(), box)]

    def tally(self, box: str) -> dict[str, Counted]:
        """Return what each option of a closed box got; raise `BoxOpen`."""
        return tally(self.state(box).box.options, self.ballots(box))

    async def file(self, box: str) -> bytes:
        """Return what is published of a closed box; raise `BoxOpen`."""
        closed = self.state(box).closed
        if closed is None:
            raise BoxOpen(box)
        return await self._ground.hub.kept(closed.file)

    async def find(self, box: str, receipt: str) -> Marks | None:
        """Return the marks of a receipt in a closed box, `None` where there is none."""
        self.ballots(box)  # only once it is closed
        rows = self._rows(self._ground.store.read(), box)
        return next((one.marks for code, one in rows if code == receipt), None)

    def token_key(self, box: str) -> "RSAPublicKey":
        """Return the public key that the tokens of a box are signed with."""
        if box not in self._public:
            self._public[box] = public_key(self.state(box).token_key)
        return self._public[box]

    async def _draw(self, box: str, voice: str, blinded: bytes) -> None:
        def work(tables: Tables) -> None:
            self._must_be_open(tables, box)
            drawn = self._drawn(box)
            if not drawn.holds(tables, voice):
                drawn.add(tables, voice, blinded)
            elif not blinded or drawn.row(tables, voice) != blinded:
                raise TokenTaken(box)

        await self._ground.store.write(_guarded(work, box))

    def _put(self, tables: Tables, box: str, code: str, body: bytes) -> int:
        self._must_be_open(tables, box)
        cast = self._cast(box)
        if cast.holds(tables, code):
            raise BallotCastTwice(box, code)
        return _guarded(lambda tables: cast.add(tables, code, body), box)(tables)

    def _must_be_open(self, tables: Tables, box: str) -> None:
        if tables.records.get(SHUT, box) is not None:
            raise BoxClosed(box)

    def _count(self, tables: Tables, box: str) -> tuple[bytes, BoxClosedFor]:
        state, rows = self.state(box), self._rows(tables, box)
        tokens = _guarded(self._drawn(box).rows, box)(tables)
        lines = [
            published.BallotLine(
                code, one.token, one.marks,
                published.ballot_digest(box, code, one.token, one.marks),
            )
            for code, one in rows
        ]  # fmt: skip
        first = published.box_line(state.box, state.token_key, self.public_key)
        counted = published.counted(state.box.options, (one.marks for one in lines))
        now = self._ground.clock.now().replace(microsecond=0)
        head = published.HeadLine(box, now, len(tokens), len(lines), counted)
        content, digest = published.published(first, lines, head, self._signing)
        return content, BoxClosedFor(box, len(lines), len(tokens), digest, "")

    def _rows(self, tables: Tables, box: str) -> list[tuple[str, _Ballot]]:
        rows = _guarded(self._cast(box).rows, box)(tables)
        return [(code, msgspec.json.decode(body, type=_Ballot)) for code, body in rows]

    def _cast(self, box: str) -> SealedSet:
        return SealedSet(f"citizens.ballots.cast.{box}", self._keys)

    def _drawn(self, box: str) -> SealedSet:
        return SealedSet(f"citizens.ballots.drawn.{box}", self._keys)

    def _take(self, entry: Entry) -> None:
        deed: BallotDeed = entry.deed
        match deed:
            case BoxOpened():
                box = Box(
                    deed.box, Text(deed.title_ko, deed.title_en), deed.kind, deed.options,
                    deed.most, deed.scale, deed.closes_at,
                )  # fmt: skip
                self.boxes[deed.box] = State(box, deed.token_key, entry.at)
            case BoxClosedFor():
                before = self.boxes[deed.box]
                self.boxes[deed.box] = State(
                    before.box, before.token_key, before.opened_at, deed, entry.at
                )


def _guarded(work: Callable[[Tables], T], box: str) -> Callable[[Tables], T]:
    def guarded(tables: Tables) -> T:
        try:
            return work(tables)
        except SetTampered:
            raise BoxTampered(box) from None

    return guarded
