"""A telegram as the fields of its driver: names, values in the unit of the name, status words.

Telegrams of one meter have the same records in the same order, so what each field comes from
is worked out once for an order and remembered.
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from dalgu.devices.wmbus.decoders import DECODERS, OPENERS
from dalgu.devices.wmbus.drivers.derived import add_derived
from dalgu.devices.wmbus.drivers.driver import Driver, Match
from dalgu.devices.wmbus.drivers.errors import DriverUnknown
from dalgu.devices.wmbus.drivers.media import media_of
from dalgu.devices.wmbus.drivers.showing import Show, Shown, show
from dalgu.devices.wmbus.drivers.status import Say, Source, sayer
from dalgu.devices.wmbus.drivers.table import driver_named, speaking_for
from dalgu.devices.wmbus.records import read_header
from dalgu.devices.wmbus.telegram import Telegram

_NO_RECORD = -1


class Plan(msgspec.Struct, frozen=True):
    """Where each field of a driver stands in telegrams with the same headers."""

    fields: tuple[tuple[str, int, Show], ...]
    absent: dict[str, None]
    left_out: tuple[str, ...]
    words: tuple[tuple[str, Say], ...]


def read(telegram: Telegram, driver: Driver, *, key: bytes | None = None) -> Mapping[str, Shown]:
    """Return the fields that a telegram gives, by the names of its driver.

    Numbers are in the unit at the end of the name, dates are text, a value that the meter says
    is not available is None. `key` opens what a maker encrypts in a way of its own.

    Raises
    ------
    TelegramInvalid
        When the part that only the maker describes is broken.

    Examples
    --------
    >>> from dalgu.devices.wmbus.telegram import decode
    >>> telegram = decode(bytes.fromhex("1844ae4c4455223368077a55000000041389e20100023b0000"))
    >>> dict(read(telegram, choose(telegram)))
    {'total_m3': 123.529, 'max_flow_m3h': 0}

    """
    records = telegram.records
    plan = _plan(driver.name, tuple([record.header for record in records]))
    found: dict[str, Shown] = {name: shown(records[at].data) for name, at, shown in plan.fields}
    found.update(plan.absent)
    for name in plan.left_out:
        if found[name] is None:
            del found[name]
    if driver.decoder:
        opener = OPENERS.get(driver.decoder)
        found.update(DECODERS[driver.decoder](opener(telegram, key) if opener else telegram))
    for name, say in plan.words:
        already = found.get(name)
        found[name] = say(telegram, already if isinstance(already, str) else "")
    if driver.derived:
        add_derived(found, driver.derived)
    return found


def describe(
    telegram: Telegram, driver: Driver, *, name: str = "", key: bytes | None = None
) -> dict[str, Shown]:
    """Return a telegram with its meter: media, driver, name and number, then the fields."""
    return {
        "media": driver.media or media_of(telegram.address),
        "meter": driver.name,
        "name": name,
        "id": telegram.address.id,
        **read(telegram, driver, key=key),
    }


def choose(telegram: Telegram, name: str | None = None) -> Driver:
    """Return the driver of a name, or the one that speaks for the meter of a telegram.

    Where several speak for a kind of meter, the one that reads the most of this telegram.

    Raises
    ------
    DriverUnknown
        When none has the name, or none speaks for the meter.

    """
    if name is not None:
        return driver_named(name)
    address = telegram.address
    candidates = speaking_for(address)
    if not candidates and telegram.radio is not None:
        candidates = speaking_for(telegram.radio)
    if not candidates:
        kind = f"{address.manufacturer} version {address.version:02X}"
        raise DriverUnknown(f"meters of {kind}, type {address.type_code:02X}")
    if len(candidates) == 1:
        return candidates[0]
    return max(candidates, key=lambda driver: _told(telegram, driver))


def _told(telegram: Telegram, driver: Driver) -> int:
    return sum(value is not None for value in read(telegram, driver).values())


@lru_cache(maxsize=4096)
def _plan(name: str, headers: tuple[bytes, ...]) -> Plan:
    driver = driver_named(name)
    fields: dict[str, tuple[int, Show]] = {}
    for field in driver.fields:
        at = find(field.match, headers)
        if at != _NO_RECORD and field.name not in fields:
            fields[field.name] = (at, show(field, headers[at]))
    words = []
    for one in driver.words:
        places = [(source, find(source.match, headers)) for source in one.sources]
        there = tuple(Source(source, at) for source, at in places if at != _NO_RECORD)
        if there or not one.is_required:
            words.append((one.name, sayer(one, there)))
    return Plan(
        tuple((name, at, shown) for name, (at, shown) in fields.items()),
        dict.fromkeys(
            field.name for field in driver.fields if field.has_absent and field.name not in fields
        ),
        tuple({field.name for field in driver.fields if field.is_left_out} & fields.keys()),
        tuple(words),
    )


def find(match: Match, headers: tuple[bytes, ...]) -> int:
    """Return the place of the record that is meant; -1 where there is none."""
    places = [at for at, header in enumerate(headers) if _is_meant(match, header)]
    nth = match.nth - 1 if match.nth > 0 else match.nth
    return places[nth] if -len(places) <= nth < len(places) else _NO_RECORD


def _is_meant(match: Match, header: bytes) -> bool:
    if match.header:
        return header == match.header
    head = read_header(header)
    return (
        head.meaning.quantity is match.quantity
        and head.function is match.function
        and head.storage == match.storage
        and head.tariff == match.tariff
        and head.subunit == match.subunit
        and head.modifiers == match.modifiers
    )
