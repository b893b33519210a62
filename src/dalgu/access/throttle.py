"""Failed sign-ins make the next one wait, per name and per address.

A name waits a minute at most, so that nobody can lock a person out for long; an address
waits up to a quarter of an hour. Counts live in memory: a restart forgives, which costs an
attacker more than it gives.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from dalgu.kernel.errors import DalguError

REMEMBERED = 10_000  # keys; beyond it the oldest is forgotten
FORGOTTEN_AFTER = timedelta(hours=1)
IPV6_PREFIX = 64  # bits; one household holds a whole /64 (RFC 6177)


class TooManySignIns(DalguError):
    """Sign-in failed too often for this name or from this address."""

    status = 429
    slug = "too-many-sign-ins"
    title = "Sign-in failed too often"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Sign-in failed too often; the next attempt is possible in {retry_after_s} s.",
            retry_after_s=retry_after_s,
        )
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures cost nothing, and how long a wait may grow (it doubles from 1 s)."""

    free: int
    longest_s: int

    NAME: ClassVar["Patience"]
    ADDRESS: ClassVar["Patience"]

    def wait(self, failures: int) -> timedelta:
        """Return the wait after so many failures.

        >>> Patience(free=5, longest_s=60).wait(8).total_seconds()
        4.0
        """
        excess = failures - self.free
        if excess <= 0:
            return timedelta()
        return timedelta(seconds=min(self.longest_s, 2 ** min(excess - 1, 30)))


# ASVS v5.0.0-6.3.1 asks for a stated defence against guessing. 60 s per name leave at most
# 1,440 guesses a day against one account from the whole world.
Patience.NAME = Patience(free=5, longest_s=60)
Patience.ADDRESS = Patience(free=20, longest_s=900)


@dataclass(slots=True)
class _Count:
    failures: int
    last: datetime


class Throttle:
    """Counts failures under a bounded number of keys."""

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def attempt(self, keys: Iterable[tuple[str, Patience]], now: datetime) -> None:
        """Admit one attempt and count it as failed until it is withdrawn or forgiven.

        Counting first keeps parallel attempts from slipping through before the first fails.

        Raises
        ------
        TooManySignIns
            With the seconds to wait; a refused attempt is not counted.

        """
        keys = list(keys)
        wait = max((self._wait(key, patience, now) for key, patience in keys), default=timedelta())
        if wait > timedelta():
            raise TooManySignIns(retry_after_s=-(-wait // timedelta(seconds=1)))
        for key, _ in keys:
            self._count(key, now)

    def forgive(self, key: str) -> None:
        """Forget all failures of a key: of a name, once its password was given."""
        self._counts.pop(key, None)

    def withdraw(self, keys: Iterable[str]) -> None:
        """Take back one attempt that did not fail, and leave the failures before it.

        An address is not forgiven by a success: an attacker may have an account of his own.
        """
        for key in keys:
            count = self._counts.get(key)
            if count is not None:
                count.failures -= 1

    def _wait(self, key: str, patience: Patience, now: datetime) -> timedelta:
        count = self._counts.get(key)
        if count is None:
            return timedelta()
        if now - count.last >= FORGOTTEN_AFTER:
            del self._counts[key]
            return timedelta()
        return count.last + patience.wait(count.failures) - now

    def _count(self, key: str, now: datetime) -> None:
        count = self._counts.setdefault(key, _Count(0, now))
        count.failures += 1
        count.last = now
        self._counts.move_to_end(key)
        while len(self._counts) > self._remembered:
            self._counts.popitem(last=False)


def address_key(remote: str) -> str:
    """Return the key of a peer's address: IPv6 by its /64, anything unreadable as one.

    >>> address_key("2001:db8::1:2:3:4")
    'address:2001:db8::/64'
    >>> address_key("::ffff:192.0.2.7")
    'address:192.0.2.7'
    """
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
    except ValueError:
        return "address:unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return f"address:{address}"
    if address.ipv4_mapped is not None:
        return f"address:{address.ipv4_mapped}"
    return f"address:{ipaddress.ip_network((address, IPV6_PREFIX), strict=False)}"
