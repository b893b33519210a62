"""What is written of people: never a name, an address or a registration number."""

from datetime import date, datetime

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
    code: str = ""  # hash of the signed code that it came by


class CodeMade(msgspec.Struct, frozen=True, tag="code.made"):
    """A community centre saw an identity card and gave a code; `voice` is a keyed hash of who."""

    code: str  # its hash
    voice: str
    district: str
    birth_year: int
    sex: str
    until: datetime


class Renamed(msgspec.Struct, frozen=True, tag="renamed"):
    """A person chose how others see them."""

    account: str
    nickname: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A person left; what they wrote stays without them."""

    account: str


PeopleDeed = Joined | Vouched | CodeMade | Renamed | Gone
