"""The registrations of LwM2M clients (1.1 Core, 6.2): who is there, until when, with what."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dalgu.devices.lwm2m.errors import Lwm2mPayloadInvalid

DEFAULT_LIFETIME_S = 86_400
LONGEST_LIFETIME_S = 30 * 86_400
MOST_CLIENTS = 200_000
_LINK = re.compile(r"<\s*(?:/[^>/]+)*?/(\d{1,5})(?:/(\d{1,5}))?\s*>")


@dataclass(frozen=True, slots=True)
class Client:
    """One registered client and the instances of objects it offers."""

    location: str
    endpoint: str
    remote: str  # host and port that it speaks from
    expires_at: datetime
    instances: tuple[tuple[int, int], ...]


class ClientBook:
    """The registrations in memory: a client that finds none registers again by itself."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self._location: dict[str, str] = {}  # by endpoint
        self._endpoint: dict[str, str] = {}  # by remote
        self._next = 0

    def __len__(self) -> int:
        return len(self._clients)

    def register(
        self, endpoint: str, remote: str, links: str, lifetime: str, now: datetime
    ) -> Client:
        """Take a registration in; a client that is known gets a new location.

        Raises
        ------
        Lwm2mPayloadInvalid
            When it has no endpoint name, the lifetime is none, or the book is full.
        """
        if not endpoint:
            raise Lwm2mPayloadInvalid("a registration requires an endpoint name (ep)")
        expires_at = now + _lifetime(lifetime)
        self.forget_expired(now)
        if len(self._clients) >= MOST_CLIENTS:
            raise Lwm2mPayloadInvalid(f"{MOST_CLIENTS} clients are registered already")
        self.remove(self._location.get(endpoint, ""))
        self._next += 1
        client = Client(str(self._next), endpoint, remote, expires_at, instances_in(links))
        self._clients[client.location] = client
        self._location[endpoint] = client.location
        self._endpoint[remote] = endpoint
        return client

    def renew(self, location: str, links: str, lifetime: str, now: datetime) -> Client | None:
        """Extend a registration; `None` where there is none of that location."""
        client = self.of(location, now)
        if client is None:
            return None
        instances = instances_in(links) or client.instances
        renewed = replace(client, expires_at=now + _lifetime(lifetime), instances=instances)
        self._clients[location] = renewed
        return renewed

    def endpoint_at(self, remote: str, now: datetime) -> str | None:
        """Return who registered from an address and is registered still."""
        endpoint = self._endpoint.get(remote)
        client = self.of(self._location.get(endpoint or "", ""), now)
        return None if client is None else client.endpoint

    def of(self, location: str, now: datetime) -> Client | None:
        """Return a registration that has not expired."""
        client = self._clients.get(location)
        return client if client is not None and client.expires_at > now else None

    def remove(self, location: str) -> Client | None:
        """Take a registration out; return what it was."""
        client = self._clients.pop(location, None)
        if client is not None:
            self._location.pop(client.endpoint, None)
            self._endpoint.pop(client.remote, None)
        return client

    def forget_expired(self, now: datetime) -> None:
        """Drop the registrations whose lifetime is over."""
        for client in [one for one in self._clients.values() if one.expires_at <= now]:
            self.remove(client.location)


def instances_in(links: str) -> tuple[tuple[int, int], ...]:
    """Return the object instances that a list of links names (RFC 6690).

    >>> instances_in("</>;rt=oma.lwm2m,</1/0>,</3424/0>,</3424/1>,</5>")
    ((1, 0), (3424, 0), (3424, 1))
    """
    found = (match.groups() for match in _LINK.finditer(links))
    return tuple((int(number), int(instance)) for number, instance in found if instance is not None)


def _lifetime(text: str) -> timedelta:
    if not text:
        return timedelta(seconds=DEFAULT_LIFETIME_S)
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= LONGEST_LIFETIME_S:
        raise Lwm2mPayloadInvalid(f"a lifetime is 1 to {LONGEST_LIFETIME_S} seconds")
    return timedelta(seconds=int(text[:9]))
