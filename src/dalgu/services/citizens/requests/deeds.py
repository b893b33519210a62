"""What is written of requests: no name, no address of a person, no phone number."""

from datetime import date

import msgspec

from dalgu.kernel.terms import (
    TermEnded,
    TermExtended,
    TermMet,
    TermPaused,
    TermResumed,
    TermStarted,
)
from dalgu.services.citizens.requests.words import Channel, Reason, State


class Photo(msgspec.Struct, frozen=True):
    """A photo as it is kept: digests of the coarse picture that all see, and of the clear one."""

    coarse: str
    clear: str


class Filed(msgspec.Struct, frozen=True, tag="filed"):
    """Somebody reported something; `description` stands masked."""

    number: int
    code: str
    description: str
    lon: float
    lat: float
    dong: str
    district: str
    department: str
    address: str = ""
    address_id: str = ""
    is_coarse: bool = False  # the place is a dong's centre, not the spot
    attributes: dict[str, tuple[str, ...]] = {}
    media_url: str = ""
    photos: tuple[Photo, ...] = ()
    reporter: str = ""  # keyed hash of the account; empty for guests
    receipt: str = ""  # keyed hash of the code told to the reporter
    token: str = ""  # keyed hash of the receipt as clients ask by it
    client: str = ""  # the program it came by
    channel: Channel = Channel.PAGE
    has_contact: bool = False  # the vault holds a way to reach the reporter
    asset: str = ""
    source: str = ""  # id of what it grew out of


class Moved(msgspec.Struct, frozen=True, tag="moved"):
    """A request is in another state: who has it, what was done, what comes next and when."""

    number: int
    state: State
    department: str
    done: str = ""
    next_on: date | None = None
    reason: Reason | None = None
    remedy: str = ""  # where to object
    parent: int = 0
    carried: tuple[str, ...] = ()  # followers who go along to the parent
    transferred_to: str = ""
    photos: tuple[Photo, ...] = ()


class Reopened(msgspec.Struct, frozen=True, tag="reopened"):
    """The reporter says that it is not so."""

    number: int
    why: str


class Followed(msgspec.Struct, frozen=True, tag="followed"):
    """Me too: a keyed hash in this matter alone."""

    number: int
    follower: str


class Unfollowed(msgspec.Struct, frozen=True, tag="unfollowed"):
    """No longer."""

    number: int
    follower: str


class Updated(msgspec.Struct, frozen=True, tag="updated"):
    """Somebody adds a word; the state stays."""

    number: int
    text: str
    by: str  # reporter, citizen, staff, client
    external: str = ""  # the id that a client gave it
    media_url: str = ""


class ProgressTold(msgspec.Struct, frozen=True, tag="progress_told"):
    """After thirty days the reporter was told how far it is."""

    number: int
    text: str
    next_on: date


class PhotoAdded(msgspec.Struct, frozen=True, tag="photo_added"):
    """A photo came later."""

    number: int
    photo: Photo


class PhotoCleared(msgspec.Struct, frozen=True, tag="photo_cleared"):
    """A person looked: nobody is recognisable, so all may see it clearly."""

    number: int
    coarse: str


class PhotoRemoved(msgspec.Struct, frozen=True, tag="photo_removed"):
    """A person looked: nobody may see it."""

    number: int
    coarse: str


RequestDeed = (
    Filed
    | Moved
    | Reopened
    | Followed
    | Unfollowed
    | Updated
    | ProgressTold
    | PhotoAdded
    | PhotoCleared
    | PhotoRemoved
    | TermStarted
    | TermPaused
    | TermResumed
    | TermExtended
    | TermMet
    | TermEnded
)
