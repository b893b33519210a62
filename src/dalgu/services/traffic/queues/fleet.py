"""Vehicles one by one, standing in first-in-first-out lanes: arrays instead of objects."""

import numpy as np

from dalgu.services.traffic.queues.streets import Floats, Ints

NOBODY = -1
FIRST_ROOM = 1_024  # vehicles; doubled when full


class Fleet:
    """Vehicles in lanes as linked lists: head and tail of each lane, the next of each vehicle.

    `entered` and `left` count per lane for ever, so a vehicle's rank in its lane is its number
    less what has left (Newell's cumulative counts).
    """

    def __init__(self, lanes: int) -> None:
        self.head: Ints = np.full(lanes, NOBODY)
        self.tail: Ints = np.full(lanes, NOBODY)
        self.entered: Ints = np.zeros(lanes, np.int64)
        self.left: Ints = np.zeros(lanes, np.int64)
        self.lane: Ints = np.full(FIRST_ROOM, NOBODY)
        self.next: Ints = np.full(FIRST_ROOM, NOBODY)
        self.number: Ints = np.zeros(FIRST_ROOM, np.int64)
        self.movement: Ints = np.zeros(FIRST_ROOM, np.int64)
        self.turn: Ints = np.zeros(FIRST_ROOM, np.int64)
        self.entry_s: Floats = np.zeros(FIRST_ROOM)
        self.arrival_s: Floats = np.zeros(FIRST_ROOM)  # at the stop line, when nobody is ahead
        self.born_s: Floats = np.zeros(FIRST_ROOM)
        self.free_s: Floats = np.zeros(FIRST_ROOM)  # free-flow time of the links left behind

    @property
    def count(self) -> Ints:
        """Return the vehicles in each lane."""
        return self.entered - self.left

    def born(self, count: int, at_s: Floats) -> Ints:
        """Return new vehicles, in no lane yet."""
        free = np.flatnonzero(self.lane == NOBODY)
        while len(free) < count:
            self._grow()
            free = np.flatnonzero(self.lane == NOBODY)
        new = free[:count]
        self.born_s[new] = at_s
        self.free_s[new] = 0.0
        return new

    def pop(self, lanes: Ints) -> None:
        """Take the first vehicle out of each of these lanes; none is empty or named twice."""
        first = self.head[lanes]
        self.head[lanes] = self.next[first]
        self.tail[lanes[self.next[first] == NOBODY]] = NOBODY
        self.left[lanes] += 1
        self.lane[first] = NOBODY

    def append(self, vehicles: Ints, lanes: Ints) -> None:
        """Put vehicles behind the last of their lanes; the same lane twice keeps their order."""
        if not len(vehicles):
            return
        order = np.argsort(lanes, kind="stable")
        who, where = vehicles[order], lanes[order]
        is_first = np.r_[True, where[1:] != where[:-1]]
        is_last = np.r_[is_first[1:], True]
        self.next[who] = NOBODY
        self.next[who[:-1][~is_last[:-1]]] = who[1:][~is_first[1:]]
        old = self.tail[where[is_first]]
        has_tail = old != NOBODY
        self.next[old[has_tail]] = who[is_first][has_tail]
        self.head[where[is_first][~has_tail]] = who[is_first][~has_tail]
        self.tail[where[is_last]] = who[is_last]
        start = np.flatnonzero(is_first)
        rank = np.arange(len(who)) - np.repeat(start, np.diff(np.r_[start, len(who)]))
        self.number[who] = self.entered[where] + rank
        self.lane[who] = where
        np.add.at(self.entered, where, 1)

    def _grow(self) -> None:
        """Double the room for vehicles."""
        room = len(self.lane)
        for name in ("lane", "next"):
            setattr(self, name, np.r_[getattr(self, name), np.full(room, NOBODY)])
        for name in (
            "number",
            "movement",
            "turn",
            "entry_s",
            "arrival_s",
            "born_s",
            "free_s",
        ):
            old = getattr(self, name)
            setattr(self, name, np.r_[old, np.zeros(room, old.dtype)])
