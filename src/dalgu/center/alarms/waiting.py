"""What the grouping remembers beside its groups: events that wait, and things that chatter."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from dalgu.center.alarms.nearby import Nearby
from dalgu.center.alarms.signals import Plane, Signal

CHATTER_TIMES, CHATTER_S = 3, 60.0  # ISA-18.2: three or more of one alarm in a minute
WAITING_MOST = 20_000  # events that may still become part of an incident


class Waiting:
    """Events that an incident may still take in, found by id and by place."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._by_id: dict[str, Signal] = {}
        self._near: Nearby[Signal] = Nearby()

    def __iter__(self) -> Iterator[Signal]:
        return iter(list(self._by_id.values()))

    def get(self, alert: str) -> Signal | None:
        """Return the event of an alert, if it waits."""
        return self._by_id.get(alert)

    def add(self, one: Signal) -> None:
        """Let an event wait; the oldest goes where there are too many."""
        while len(self._by_id) >= WAITING_MOST:
            self.remove(next(iter(self._by_id)))
        self._by_id[one.id] = one
        if one.place is not None:
            self._near.add(*self._plane.metric(one.place), one)

    def remove(self, alert: str) -> None:
        """Let an event wait no longer, if it does."""
        one = self._by_id.pop(alert, None)
        if one is not None and one.place is not None:
            self._near.remove(*self._plane.metric(one.place), one)

    def around(self, x: float, y: float, radius_m: float) -> Iterator[Signal]:
        """Yield the events so near to a point of the plane."""
        return (one for _, one in self._near.within(x, y, radius_m))

    def forget(self, before_s: float) -> None:
        """Let go of what is older."""
        for one in self:
            if one.at_s >= before_s:
                return
            self.remove(one.id)


class Chatter:
    """Which things say the same again and again within a minute."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], deque[float]] = defaultdict(
            lambda: deque(maxlen=CHATTER_TIMES)
        )

    def hear(self, one: Signal) -> bool:
        """Take an alert; tell whether its thing chatters by now."""
        self._times[one.key].append(one.at_s)
        return self.has(one)

    def has(self, one: Signal) -> bool:
        """Tell whether the thing of an alert chatters."""
        times = self._times.get(one.key, ())
        return len(times) == CHATTER_TIMES and times[-1] - times[0] <= CHATTER_S

    def forget(self, before_s: float) -> None:
        """Let go of what was last heard before."""
        for key in [key for key, times in self._times.items() if times[-1] < before_s]:
            del self._times[key]


class Told:
    """Which things below each parent have told of trouble, by rule."""

    def __init__(self) -> None:
        self._at_s: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)

    def hear(self, rule: str, parent: str, one: Signal) -> int:
        """Take an alert of a thing below; return how many things have told."""
        told = self._at_s[rule, parent]
        told[one.thing] = one.at_s
        return len(told)

    def since(self, rule: str, parent: str, at_s: float) -> list[str]:
        """Return the things that told at an instant or after it."""
        return [thing for thing, told_s in self._at_s[rule, parent].items() if told_s >= at_s]

    def forget(self, things: Iterable[str]) -> None:
        """Let go of things that are well again."""
        for thing in things:
            for told in self._at_s.values():
                told.pop(thing, None)
