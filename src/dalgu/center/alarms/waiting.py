"""What the grouping remembers beside its groups: events that wait, and things that chatter."""

from collections import defaultdict, deque
from collections.abc import Iterator

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
    """Which things say the same again and again within a minute, and since when."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], deque[float]] = defaultdict(
            lambda: deque(maxlen=CHATTER_TIMES)
        )
        self._since_s: dict[tuple[str, str], float] = {}

    def hear(self, one: Signal) -> bool:
        """Take an alert; tell whether its thing chatters by now."""
        times = self._times[one.key]
        times.append(one.at_s)
        is_chatter = len(times) == CHATTER_TIMES and times[-1] - times[0] <= CHATTER_S
        if is_chatter:
            self._since_s.setdefault(one.key, times[0])
        else:
            self._since_s.pop(one.key, None)
        return is_chatter

    def has(self, one: Signal) -> bool:
        """Tell whether the thing of an alert chatters."""
        return one.key in self._since_s

    def before(self, one: Signal, at_s: float) -> bool:
        """Tell whether the thing of an alert was chattering already before an instant."""
        return self._since_s.get(one.key, at_s) < at_s

    def forget(self, before_s: float) -> None:
        """Let go of what was last heard before."""
        for key in [key for key, times in self._times.items() if times[-1] < before_s]:
            del self._times[key]
            self._since_s.pop(key, None)


class Told:
    """Which things below each parent have told of trouble, by rule."""

    def __init__(self) -> None:
        self._at_s: dict[tuple[str, str], dict[str, tuple[float, float]]] = defaultdict(dict)

    def hear(self, rule: str, parent: str, child: str, at_s: float) -> int:
        """Take that a thing below tells of trouble; return how many have told."""
        told = self._at_s[rule, parent]
        told[child] = told.get(child, (at_s, at_s))[0], at_s
        return len(told)

    def since(self, rule: str, parent: str, at_s: float) -> dict[str, float]:
        """Return the things that told at an instant or after it, each with when it first did."""
        told = self._at_s[rule, parent].items()
        return {child: first_s for child, (first_s, last_s) in told if last_s >= at_s}
