"""Counted car parks: what the guidance server of each district reports."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.cities import CarPark
from dalgu.simulation.chance import Episodes, stream
from dalgu.simulation.day import DAY_S, HOUR_S, Body, Plan, stamp, start_s, weekday

# Occupied share of a lot at each full hour, on a working day and at the weekend: markets fill
# at noon, offices by nine, parks on free days, homes at night (assumptions).
MARKET = ([.12, .10, .09, .09, .10, .16, .24, .33, .45, .60, .72, .80, .82, .81, .82, .84, .84,
           .78, .66, .50, .36, .26, .19, .15],
          [.13, .11, .10, .09, .10, .15, .24, .36, .52, .70, .83, .92, .95, .95, .96, .96, .94,
           .87, .74, .55, .38, .27, .20, .16])  # fmt: skip
OFFICE = ([.16, .14, .13, .13, .14, .18, .30, .55, .80, .91, .93, .92, .88, .90, .92, .91, .87,
           .76, .57, .45, .37, .30, .24, .19],
          [.18, .16, .14, .13, .13, .14, .17, .22, .28, .34, .40, .45, .50, .53, .54, .53, .51,
           .49, .47, .44, .39, .33, .27, .22])  # fmt: skip
LEISURE = ([.05, .04, .04, .04, .05, .09, .16, .21, .26, .33, .39, .43, .44, .46, .48, .47, .43,
            .38, .34, .31, .25, .17, .11, .07],
           [.06, .05, .04, .04, .06, .11, .20, .31, .46, .63, .76, .84, .87, .91, .94, .92, .84,
            .69, .53, .41, .30, .20, .12, .08])  # fmt: skip
HOMES = ([.88, .90, .91, .91, .90, .87, .79, .66, .55, .48, .45, .44, .44, .45, .46, .48, .52,
          .60, .69, .76, .81, .84, .86, .87],
         [.89, .90, .91, .91, .91, .90, .88, .84, .77, .70, .65, .62, .61, .61, .62, .64, .67,
          .71, .76, .80, .83, .86, .87, .88])  # fmt: skip
PROFILES = np.array([MARKET, OFFICE, LEISURE, HOMES])
WORDS = (
    "시장",
    "청사|역|시청|공단|교동|혁신|청소년|회관",
    "유원지|공원|앞산|욱수|둔치|체육|미술|노곡",
)

WANDER = 0.06  # how far a day strays from its profile, share of the lot (assumption)
FLICKER = 0.008  # from one report to the next, share of the lot
SITE_LATE_S = 97  # servers report at their own second of the interval
OUTAGE_HOURS = (2, 6)


def kind_of(lot: CarPark) -> int:
    """Return the profile of a lot, by its name; what no word tells fills with homes."""
    for kind, words in enumerate(WORDS):
        if any(word in lot.name.ko for word in words.split("|")):
            return kind
    return len(WORDS)


class GuidanceServers:
    """The guidance servers; each reports all lots of its district in one message.

    Parameters
    ----------
    lots
        The counted lots.
    sites
        The server of each of them.
    """

    def __init__(
        self, lots: tuple[CarPark, ...], sites: list[str], interval_s: int, seed: int
    ) -> None:
        chance = stream(seed, "parking.character")
        n = len(lots)
        self._seed, self._interval_s = seed, interval_s
        self._ids = [lot.id for lot in lots]
        self._spaces = np.array([lot.spaces for lot in lots])
        self._kind = np.array([kind_of(lot) for lot in lots])
        self._fill = np.clip(chance.normal(0.95, 0.12, size=n), 0.6, 1.12)
        self._sites = sorted(set(sites))
        self._members = [
            [i for i, site in enumerate(sites) if site == name] for name in self._sites
        ]
        self._offset = chance.integers(0, SITE_LATE_S, size=len(self._sites))
        self._site_out = Episodes(
            chance, len(self._sites), share=1.0, cycle=(18, 45), length=(1, 1)
        )
        self._lot_out = Episodes(chance, n, share=0.12, cycle=(30, 120), length=(1, 4))

    def plan(self, day: int) -> Plan:
        """Return the reports of a day."""
        chance = stream(self._seed, "parking", day)
        slots = np.arange(0, DAY_S, self._interval_s)
        at = self._offset[:, None] + slots  # (sites, slots), seconds of the day
        free = self._free(chance, day, slots / HOUR_S)
        begin = chance.integers(0, 24 - OUTAGE_HOURS[1], size=len(self._sites)) * HOUR_S
        hours = chance.integers(*OUTAGE_HOURS, size=len(self._sites))
        down = (at >= begin[:, None]) & (at < (begin + hours * HOUR_S)[:, None])
        site, slot = np.nonzero(~(down & self._site_out.on(day)[:, None]))
        at_s = start_s(day) + at[site, slot]
        lot_out = self._lot_out.on(day)

        def encode(row: int) -> Body:
            k = slot[row]
            lots = [
                # The size is the register's to say; a server that repeats it adds nothing.
                {"lot": self._ids[i], "free": int(free[i, k])}
                for i in self._members[site[row]]
                if not lot_out[i]
            ]
            body = {"site": self._sites[site[row]], "at": stamp(int(at_s[row])), "lots": lots}
            return "parking", msgspec.json.encode(body)

        return Plan(at_s, encode)

    def _free(
        self, chance: np.random.Generator, day: int, hour: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Return free spaces, shape (lots, slots)."""
        knots = np.concatenate([self._occupied(day), self._occupied(day + 1)[:, :1]], axis=1)
        whole = np.minimum(hour.astype(int), 23)
        part = hour - whole
        share = knots[:, whole] * (1 - part) + knots[:, whole + 1] * part
        share = share + chance.normal(0, FLICKER, size=share.shape)
        free: NDArray[np.int64] = np.rint(np.clip(1 - share, 0, 1) * self._spaces[:, None]).astype(
            int
        )
        return free

    def _occupied(self, day: int) -> NDArray[np.float64]:
        """Return the occupied share at each full hour of a day, shape (lots, 24).

        It has its own chance, so that the day before can end where this one begins.
        """
        chance = stream(self._seed, "parking.hours", day)
        profile = PROFILES[self._kind, 1 if weekday(day) >= 5 else 0]
        busy = chance.normal(1.0, 0.06, size=(len(self._kind), 1))
        stray = chance.normal(0, WANDER, size=profile.shape)
        # A mean of neighbours: cars that stay make one hour like the next.
        stray = (stray + np.roll(stray, 1, axis=1) + np.roll(stray, 2, axis=1)) / np.sqrt(3)
        occupied: NDArray[np.float64] = profile * self._fill[:, None] * busy + stray
        return occupied
