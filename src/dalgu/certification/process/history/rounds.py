"""Who held a valid certificate on any day since 2021, and how sure that is."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from dalgu.certification.process.life import expiry
from dalgu.certification.process.words import CertificateStatus, ProgrammeKind
from dalgu.kernel.text import Text

CAVEAT = Text(
    "발급일이 공개되지 않아 결과 발표일을 발급일로 보았다. 유효기간의 첫날과 마지막 날은 추정이며, "
    "연장은 만료 다음 날부터 이어진 것으로 보았다.",
    "Days of issue are not public, so the day of the result is taken for them: "
    "the first and the last day of each certificate are inferred, and extensions are taken to "
    "follow without a gap.",
)


class Mark(StrEnum):
    """How sure a fact is; the later in this list, the less."""

    VERIFIED = "verified"
    INFERRED = "inferred"
    UNCERTAIN = "uncertain"


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Certificates of an earlier round that were extended."""

    of: int
    count: int
    mark: Mark
    cities: tuple[str, ...]
    note: Text | None = None


class PastRound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One round as public sources tell it."""

    year: int
    kind: ProgrammeKind
    mark: Mark
    sources: tuple[str, ...]
    invited: int | None = None
    applied: int | None = None
    indicators: int | None = None
    announced_on: date | None = None
    intake_from: date | None = None
    intake_until: date | None = None
    result_on: date | None = None
    result_mark: Mark | None = None
    grade: int | None = None  # that all certified cities got
    certified: Mapping[str, tuple[str, ...]] = {}  # by city type; "unknown" where none is public
    extension: tuple[Extension, ...] = ()
    note: Text | None = None

    @property
    def cities(self) -> tuple[str, ...]:
        """All cities that were newly certified."""
        return tuple(city for group in self.certified.values() for city in group)


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rounds with the names of cities and sources."""

    sources: Mapping[str, str]
    cities: Mapping[str, Text]
    round: tuple[PastRound, ...]


class Holder(msgspec.Struct, frozen=True):
    """A city that held a certificate."""

    city: str
    name: Text
    year: int  # of the round that certified it
    status: CertificateStatus
    since: date
    until: date
    mark: Mark
    grade: int | None = None
    note: Text | None = None


@cache
def history() -> History:
    """Return the rounds that ship with the platform."""
    text = files(__package__).joinpath("rounds.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), type=History)


def rounds() -> tuple[PastRound, ...]:
    """Return all rounds, the oldest first."""
    return history().round


def who_held_a_valid_certificate(on: date, known: History | None = None) -> list[Holder]:
    """Return who held a certificate in law on a day, by round and in its order.

    Pilots and mock rounds granted none. A city whose extension is uncertain is returned with
    that mark and a note, never left out silently.
    """
    known = known or history()
    return [holder for holder in _every(known) if holder.since <= on <= holder.until]


def _every(known: History) -> Iterator[Holder]:
    for past in known.round:
        if past.kind.has_legal_effect and past.result_on is not None:
            for city in past.cities:
                yield from _periods(known, past, city, past.result_on)


def _periods(known: History, past: PastRound, city: str, since: date) -> Iterator[Holder]:
    """Yield the certificate's first period and those that extensions added."""
    until = expiry(since)
    mark = _least((past.mark, past.result_mark or Mark.INFERRED))
    yield Holder(
        city=city,
        name=known.cities[city],
        year=past.year,
        status=CertificateStatus.VALID,
        since=since,
        until=until,
        mark=mark,
        grade=past.grade,
    )
    for later, extension in _extensions(known, past, city):
        since, until = date.fromordinal(until.toordinal() + 1), expiry(until)
        yield Holder(
            city=city,
            name=known.cities[city],
            year=past.year,
            status=CertificateStatus.EXTENDED,
            since=since,
            until=until,
            mark=_least((mark, later.mark, extension.mark)),
            note=extension.note,
        )


def _extensions(
    known: History, past: PastRound, city: str
) -> Iterator[tuple[PastRound, Extension]]:
    """Yield the extensions of a city's certificate in their order.

    An extension names the round of its certificate, or the round in which it was extended before.
    """
    of = {past.year}
    for later in known.round:
        for extension in later.extension:
            if extension.of in of and city in extension.cities:
                of.add(later.year)
                yield later, extension


def _least(marks: Iterable[Mark]) -> Mark:
    return max(marks, key=list(Mark).index)
