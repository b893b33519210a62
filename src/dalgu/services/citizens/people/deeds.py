"""What is written of people: never a name, an address or a registration number."""

from datetime import date

import msgspec


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """An address answered. `voice` is its keyed hash: one address is one voice."""

    account: str
    voice: str
    nickname: str = ""


class Vouched(msgspec.Struct, frozen=True, tag="vouched"):
    """Somebody who may has seen that this is a resident; `voice` is a keyed hash of who."""

    account: str
    voice: str
    by: str  # desk, oidc
    district: str
    birth_year: int
    sex: str = ""  # f, m; empty where it was not told
    on: date | None = None


class Renamed(msgspec.Struct, frozen=True, tag="renamed"):
    """A person chose how others see them."""

    account: str
    nickname: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A person left; what they wrote stays without them."""

    account: str


PeopleDeed = Joined | Vouched | Renamed | Gone
