"""The one broadcaster: reads the hub's events and the book once, and tells every open page."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from dalgu.access.policy import POLICY, Operation, may
from dalgu.center.documents import value
from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents, number_of
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.state import Incident
from dalgu.center.layers import LAYERS, Layer, feature
from dalgu.center.live.gathering import Changes, gather
from dalgu.center.live.outbox import MOST_PIECES, ROWS, Audience, Batch, Outbox
from dalgu.center.moving.moving import Moving
from dalgu.hub.hub import Query
from dalgu.hub.model import Document
from dalgu.kernel.errors import Overloaded
from dalgu.kernel.ids import EntityId

ROW_TURN_S: Final = 0.06  # rows go out at once, and then at most so often
LAYER_TURN_S: Final = 0.5  # a layer is sent at most twice a second
FRAME_TURN_S: Final = 1.0
ENTRIES_A_TURN: Final = 1_000  # of the book; likewise
EVENTS_A_TURN: Final = 2_000  # of the hub; when more happen, pages load their layers anew
INCIDENT: Final = "urn:ngsi-ld:Incident:"  # how subjects of entries about incidents begin
MOST_READERS: Final = 1_000  # open pages; each costs a connection and a few kilobytes


class TooManyReaders(Overloaded):
    """As many pages are open as this server tells."""

    slug = "too-many-readers"
    title = "Too many pages are open"

    def __init__(self) -> None:
        super().__init__(
            f"This server tells {MOST_READERS} pages already; the page asks again by itself.",
            retry_after_s=5,
        )


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader was told: the hub's newest event, the book's newest entry.

    >>> str(Position(12, 7)), Position.read("12.7"), Position.read("soon")
    ('12.7', Position(hub=12, book=7), None)
    """

    hub: int
    book: int

    def __str__(self) -> str:
        """Return it as the id of a server-sent event."""
        return f"{self.hub}.{self.book}"

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """Return the position that a browser sends back, `None` when it is none."""
        parts = text.split(".")
        if len(parts) != 2 or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
            return None
        return cls(int(parts[0]), int(parts[1]))


class Live:
    """Everything that open pages are told, computed once for each audience among them."""

    def __init__(self, ground: Ground, incidents: Incidents, moving: Moving) -> None:
        self._ground, self._incidents, self._moving = ground, incidents, moving
        self._districts = {dong.code: dong.district for dong in ground.city.dongs}
        self.readers: set[Outbox] = set()
        self._hub_told = self._book_told = 0

    @property
    def position(self) -> Position:
        """How far every reader's outbox is filled."""
        return Position(self._hub_told, self._book_told)

    async def run(self) -> None:
        """Tell the readers what happens, until cancelled."""
        self._book_told = self._ground.logbook.head
        self._hub_told = await self._ground.hub.head()
        for reader in self.readers:  # this was held up: nobody knows what they missed
            self._renew_all(reader)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_hub())
            group.create_task(self._follow_book())
            group.create_task(self._follow_moving())

    def check_room(self) -> None:
        """Raise `TooManyReaders` when no more pages can be told."""
        if len(self.readers) >= MOST_READERS:
            raise TooManyReaders

    async def join(self, outbox: Outbox, since: Position | None) -> None:
        """Let a reader in: from a position on, or with the order to load all incidents."""
        if outbox.wants_moving:
            self._show_whole(outbox)
        self.readers.add(outbox)
        if since is None:
            outbox.renew(ROWS)
            return
        self._tell_rows(self._changed_after(since.book), [outbox])
        events = await self._ground.hub.events(since.hub, limit=EVENTS_A_TURN)
        if len(events) == EVENTS_A_TURN:
            self._renew_all(outbox)
        else:
            await self._tell_layers(gather(events, since.hub), [outbox])

    def leave(self, outbox: Outbox) -> None:
        """Let a reader go."""
        self.readers.discard(outbox)

    def _show_whole(self, outbox: Outbox) -> None:
        if not any(reader.wants_moving for reader in self.readers):
            self._moving.frame()  # nobody saw what moved since the last one
        if self._moving.newest is not None:
            outbox.show(self._moving.newest)

    async def _follow_hub(self) -> None:
        hub = self._ground.hub
        while True:
            await hub.wait(self._hub_told)
            events = await hub.events(self._hub_told, limit=EVENTS_A_TURN) if self.readers else []
            if 0 < len(events) < EVENTS_A_TURN:
                changes = gather(events, self._hub_told)
                await self._tell_layers(changes, self.readers)
                self._hub_told = changes.cursor
            else:  # nobody listens, or more happened than is worth telling one by one
                self._hub_told = await hub.head()
                for reader in self.readers:
                    self._renew_layers(reader)
            await asyncio.sleep(LAYER_TURN_S)

    async def _follow_book(self) -> None:
        logbook = self._ground.logbook
        while True:
            await logbook.wait(self._book_told)
            head = logbook.head
            if self.readers:
                self._tell_rows(self._changed_after(self._book_told), self.readers)
            self._book_told = head
            await asyncio.sleep(ROW_TURN_S)

    def _changed_after(self, seq: int) -> list[Incident] | None:
        """Return the incidents of newer entries, `None` when there are too many to tell."""
        entries = self._ground.logbook.after(seq, limit=ENTRIES_A_TURN)
        if len(entries) == ENTRIES_A_TURN:
            return None
        mine = dict.fromkeys(e.subject for e in entries if e.subject.startswith(INCIDENT))
        found = (self._incidents.all.get(number_of(subject)) for subject in mine)
        return [one for one in found if one is not None]

    async def _follow_moving(self) -> None:
        while True:
            await asyncio.sleep(FRAME_TURN_S)
            watching = [reader for reader in self.readers if reader.wants_moving]
            frame = self._moving.frame() if watching else None
            if frame is not None:
                for reader in watching:
                    reader.show(frame)

    def _tell_rows(self, changed: list[Incident] | None, readers: Collection[Outbox]) -> None:
        if changed is None or len(changed) > MOST_PIECES:
            for reader in readers:
                reader.renew(ROWS)
            return
        pieces = {
            language: {str(one.number): _json(row(one, language)) for one in changed}
            for language in {reader.audience.language for reader in readers}
        }
        closed = [str(one.number) for one in changed if not one.is_open]

        def batch(audience: Audience) -> Batch:
            mine = {
                key: piece
                for one, (key, piece) in zip(
                    changed, pieces[audience.language].items(), strict=True
                )
                if may(audience.actor, Operation.INCIDENT_READ, one.district)
            }
            return Batch(ROWS, mine, [key for key in closed if key in mine])

        _hand_out(batch, readers)

    async def _tell_layers(self, changes: Changes, readers: Collection[Outbox]) -> None:
        for name, layer in LAYERS.items():
            watching = [reader for reader in list(readers) if name in reader.layers]
            touched = changes.of_layer(name) if watching else []
            # What was deleted no longer says whose it was: its id is told to nobody.
            if len(touched) > MOST_PIECES or changes.has_lost(name):
                for reader in watching:
                    reader.renew(name)
            elif touched:
                _hand_out(await self._layer_batch(layer, touched, watching), watching)

    async def _layer_batch(
        self, layer: Layer, touched: list[EntityId], watching: Iterable[Outbox]
    ) -> Callable[[Audience], Batch]:
        query = Query(ids=tuple(touched), q=layer.q, limit=len(touched))
        documents = (await self._ground.hub.query(query)).entities
        now = self._ground.clock.now()
        signs: dict[str, dict[str, bytes]] = defaultdict(dict)
        for language in {reader.audience.language for reader in watching}:
            for document in documents:
                sign = feature(layer, document, language, now)
                if sign is not None:
                    signs[language][document["id"]] = _json(sign)
        is_bound = POLICY[layer.operation].bound
        district = {one["id"]: self.district_of(one) if is_bound else None for one in documents}

        def batch(audience: Audience) -> Batch:
            known = signs[audience.language]
            mine = [key for key, at in district.items() if may(audience.actor, layer.operation, at)]
            shown = {key: known[key] for key in mine if key in known}
            return Batch(layer.name, shown, [key for key in mine if key not in known])

        return batch

    def district_of(self, document: Document) -> str | None:
        """Return the district in which a thing lies, `None` when it does not say."""
        return self._districts.get(value(document, "district") or "")

    def _renew_layers(self, reader: Outbox) -> None:
        for name in reader.layers:
            reader.renew(name)

    def _renew_all(self, reader: Outbox) -> None:
        reader.renew(ROWS)
        self._renew_layers(reader)


def may_watch(outbox: Outbox, name: str) -> bool:
    """Tell whether an audience may see a layer at all; its districts narrow it further."""
    return name in LAYERS and outbox.audience.actor.role in POLICY[LAYERS[name].operation].roles


def _hand_out(batch_of: Callable[[Audience], Batch], readers: Iterable[Outbox]) -> None:
    """Give each reader their audience's batch, which is made once."""
    made: dict[Audience, Batch] = {}
    for reader in readers:
        if reader.audience not in made:
            made[reader.audience] = batch_of(reader.audience)
        batch = made[reader.audience]
        if batch.pieces or batch.gone:
            reader.put(batch)


def _json(document: Document) -> bytes:
    return msgspec.json.encode(document)
